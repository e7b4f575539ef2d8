import * as l10n from "@vscode/l10n";
import type { Failure } from "../../protocol/failure.ts";
import type { Plan, PlanStep, StepState, StepStatus } from "../../protocol/plan.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import type { AnswerFacts } from "../checks/answer-facts.ts";
import { judge } from "../checks/judge.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { userMessage } from "../prompt/request-parts.ts";
import type { StepResult } from "../roles/answer-input.ts";
import { executor } from "../roles/executor.role.ts";
import { type Called, call } from "./call.ts";
import { critiqueOf } from "./critique.ts";
import { type Fingerprint, fingerprintOf, saysTheSame } from "./no-progress.ts";
import { specialists } from "./specialists.ts";
import { bestOf, chainAfter, hintAfter, holds, isSkillModel, moveAfter, type Try } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/** One step on its way: how it stands, what was tried, and who tries next. */
export interface StepWork {
  readonly step: PlanStep;
  status: StepStatus;
  readonly tries: Try[];
  /** All who may do it, best first. */
  readonly chain: Extract<Chain, { ok: true }>;
  /** Who is asked next. */
  next: readonly ChosenModel[];
  /** Why nobody could do it; null: somebody could. */
  failure: Failure | null;
  /** Of its result, once it is accepted. */
  fingerprint: Fingerprint | null;
}

export const createStepWork = async (step: PlanStep, status: StepStatus, work: TurnWork): Promise<StepWork> => {
  const found = await work.chain(specialists[step.domain].does);
  const chain = found.ok ? { ...found, chain: found.chain.filter((model) => !isSkillModel(model)) } : noChain(work);
  return {
    step,
    status,
    tries: [],
    chain,
    next: chain.chain,
    failure: found.ok ? null : found.failure,
    fingerprint: null,
  };
};

const noChain = ({ request }: TurnWork): StepWork["chain"] => ({ ok: true, chain: [], settings: request.settings });

export const setState = (one: StepWork, state: StepState, work: TurnWork): void => {
  one.status = { ...one.status, state };
  work.emit({ kind: "step", step: one.status });
};

/** The step's next try: its text is in the status, and it is checked next. Without a try it has its last state. */
export const tryStep = async (
  one: StepWork,
  plan: Plan,
  results: readonly StepResult[],
  work: TurnWork,
): Promise<Extract<Called<string>, { kind: "answered" }> | null> => {
  if (one.next.length === 0) {
    setState(one, "unavailable", work);
    return null;
  }
  one.status = { ...one.status, attempt: one.status.attempt + 1, text: "" };
  const called = await call(
    executor,
    () => ({
      input: {
        ...{ goal: plan.goal, step: one.step, results, prompt: work.prompt },
        ...{ hint: hintAfter(one.tries), steering: work.steering },
      },
      chain: { ...one.chain, chain: one.next },
      shows: "work",
      onText: (text) => {
        one.status = { ...one.status, text: one.status.text + text };
        work.emit({ kind: "step_chunk", id: one.step.id, text });
      },
      onModel: ({ ref }) => {
        one.status = { ...one.status, model: ref };
        setState(one, "running", work);
      },
    }),
    work,
  );
  if (called.kind === "failed") {
    one.failure = called.failure;
    settle(one, work);
    return null;
  }
  if (called.kind === "limit" || called.endReason === "limit") {
    // What holds of the earlier tries stands; else it is tried again when the turn is continued.
    const best = bestOf(one.tries);
    if (best && holds(best)) settle(one, work);
    else setState(one, "waiting", work);
    return null;
  }
  one.status = { ...one.status, text: called.value };
  setState(one, "checking", work);
  return called;
};

/**
 * Looks at a try: first what can be computed, then the critic at what that left standing. Accepts it, has it tried again,
 * or lets the best try stand.
 */
export const checkStep = async (
  one: StepWork,
  called: Extract<Called<string>, { kind: "answered" }>,
  accepted: readonly StepWork[],
  work: TurnWork,
): Promise<void> => {
  const { step } = one;
  const facts: AnswerFacts = {
    subject: step.id,
    path: "complex",
    domain: step.domain,
    // A step answers its own part: what the whole request asks for is no measure of it.
    question: step.title,
    answer: called.value,
    endReason: called.endReason,
    tokens: called.confidence,
    agreement: null,
    critic: null,
  };
  const before = judge(facts);
  const findings = before.checks.map(({ outcome, text }) => `${outcome}: ${text}`);
  const failed = before.checks.some(({ outcome }) => outcome === "failed");
  const question = `${step.title}\n\n${userMessage(work.prompt)}`;
  const word = failed ? null : await critiqueOf({ subject: "result", question, text: called.value, findings }, work);
  const verdict = newsIn(
    word === null ? before : judge({ ...facts, critic: word }),
    fingerprintOf(called.value),
    accepted,
  );
  work.verdict(verdict);
  const { model, value, endReason, usage } = called;
  one.tries.push({ model, text: value, endReason, usage, verdict });

  const others = chainAfter(one.chain.chain, called.model);
  const move = moveAfter(one.tries, others.length > 0);
  if (move === "accept" || move === "stand") return settle(one, work);
  one.next = move === "again" ? [called.model, ...others] : others;
  setState(one, "waiting", work);
};

/** A result that repeats another step's says nothing new. */
const newsIn = (verdict: Verdict, said: Fingerprint, accepted: readonly StepWork[]): Verdict => {
  if (verdict.verdict === "retry" || verdict.verdict === "escalate") return verdict;
  const isRepeated = (other: StepWork): boolean => {
    other.fingerprint ??= fingerprintOf(other.status.text);
    return saysTheSame(other.fingerprint, said, "does not count");
  };
  const same = accepted.find(isRepeated);
  if (!same) return verdict;
  const hint = l10n.t("This says the same as the result of “{0}”. Give what this step adds.", same.step.title);
  return { ...verdict, verdict: "retry", hint };
};

/** The best try stands: as done if it holds. */
const settle = (one: StepWork, work: TurnWork): void => {
  const best = bestOf(one.tries);
  if (!best) {
    setState(one, "unavailable", work);
    return;
  }
  const { verdict } = best;
  one.status = { ...one.status, text: best.text, model: best.model.ref };
  if (best !== one.tries.at(-1)) work.verdict(verdict);
  if (holds(best)) {
    work.counted.set(one.step.id, verdict.checks);
    setState(one, "done", work);
  } else setState(one, "failed", work);
};
