import type { Failure } from "../../protocol/failure.ts";
import type { Plan, StepStatus } from "../../protocol/plan.ts";
import type { StepResult } from "../roles/answer-input.ts";
import { checkStep, createStepWork, type StepWork, setState, tryStep } from "./step.ts";
import type { TurnWork } from "./turn-work.ts";
import { byModel, inParallel, lostSteps, readySteps, stepsToGoOn } from "./waves.ts";

/** How the steps ended: all settled, or some still waiting because a limit was reached. */
export interface StepsEnd {
  readonly statuses: readonly StepStatus[];
  /** Why a step could not be done at all; the last such reason. */
  readonly failure: Failure | null;
}

/** More at once than this slows each down more than it saves. */
const widest = 2;

/**
 * Carries out the steps in waves. A wave tries all that wait for nothing, model by model, then checks them all, so that
 * the models that do and the one that judges are opened once each. What has to be tried again joins the next wave.
 */
export const executeSteps = async (plan: Plan, known: readonly StepStatus[], work: TurnWork): Promise<StepsEnd> => {
  const statuses = stepsToGoOn(plan.steps, known);
  const all: StepWork[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const status = statuses[index];
    if (!status) continue;
    all.push(await createStepWork(step, status, work));
    if (known.some(({ id, state }) => id === step.id && state !== status.state))
      work.emit({ kind: "step", step: status });
  }
  countEarlier(all, work);

  for (;;) {
    const states = new Map(all.map(({ step, status }) => [step.id, status.state]));
    const lost = new Set(lostSteps(plan.steps, states));
    for (const one of all) if (lost.has(one.step)) setState(one, "skipped", work);
    if (lost.size > 0) continue;
    const ready = new Set(readySteps(plan.steps, states));
    if (ready.size === 0 || work.limit !== null) break;
    await wave(
      all.filter(({ step }) => ready.has(step)),
      { all, plan },
      work,
    );
  }
  return {
    statuses: all.map(({ status }) => status),
    failure: all.findLast(({ failure }) => failure)?.failure ?? null,
  };
};

interface Board {
  readonly all: readonly StepWork[];
  readonly plan: Plan;
}

const wave = async (ready: readonly StepWork[], { all, plan }: Board, work: TurnWork): Promise<void> => {
  const tried: { one: StepWork; called: NonNullable<Awaited<ReturnType<typeof tryStep>>> }[] = [];
  const act = async (one: StepWork): Promise<void> => {
    const called = await tryStep(one, plan, resultsFor(one, all), work);
    if (called) tried.push({ one, called });
  };
  for (const group of byModel(ready, ({ next }) => next[0]?.ref.id ?? "", work.openNow)) {
    const sequences = group[0]?.next[0]?.open.sequences || widest;
    await inParallel(
      group.filter(({ step }) => step.readOnly),
      Math.min(widest, sequences),
      act,
    );
    // What changes something runs alone.
    await inParallel(
      group.filter(({ step }) => !step.readOnly),
      1,
      act,
    );
  }
  for (const { one, called } of tried) await checkStep(one, called, accepted(all), work);
};

const accepted = (all: readonly StepWork[]): StepWork[] => all.filter(({ status }) => status.state === "done");

const resultsFor = ({ step }: StepWork, all: readonly StepWork[]): StepResult[] =>
  accepted(all)
    .filter((other) => step.after.includes(other.step.id))
    .map((other) => ({ title: other.step.title, text: other.status.text }));

/** What was accepted before the turn was interrupted is still evidence. */
const countEarlier = (all: readonly StepWork[], work: TurnWork): void => {
  for (const { step, status } of all) {
    const verdict = work.request.turn.verdicts.findLast(({ subject }) => subject === step.id);
    if (status.state === "done" && verdict) work.counted.set(step.id, verdict.checks);
  }
};
