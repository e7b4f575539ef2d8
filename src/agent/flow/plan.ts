import * as l10n from "@vscode/l10n";
import type { Plan } from "../../protocol/plan.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import type { CriticWord } from "../checks/answer-facts.ts";
import { criticHint } from "../checks/judge.ts";
import { userMessage } from "../prompt/request-parts.ts";
import type { CriticInput } from "../roles/critic.role.ts";
import { type PlannerInput, planner } from "../roles/planner.role.ts";
import { call } from "./call.ts";
import { critiqueOf } from "./critique.ts";
import { planProblems, samePlan } from "./plan-checks.ts";
import { chainAfter, failedTexts, isSkillModel } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/** A plan may be sent back this often; what the user says meanwhile asks for one more. */
const revisions = 2;

export type Planned =
  | { readonly kind: "planned"; readonly plan: Plan }
  /** There is no plan to go by, for this reason. */
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "limit" };

/**
 * Plans, checks and lets the critic look, until a plan is accepted. One that can be carried out is taken after the last
 * revision even if the critic still asks for more; where none can be, there is none.
 */
export const makePlan = async (work: TurnWork): Promise<Planned> => {
  const planners = await work.chain("planner");
  if (!planners.ok) return { kind: "none", reason: planners.failure.message };
  let chain = planners.chain.filter((model) => !isSkillModel(model));
  let previous: Plan | null = null;
  /** The last one that can be carried out; it is the one that is shown. */
  let sound: Plan | null = null;
  let refused: PlannerInput["refused"] = null;
  let allowed = revisions;
  for (let revision = 0; ; revision++) {
    let told = 0;
    const questionOf = () => {
      told = work.steering.length;
      return {
        input: { prompt: work.prompt, refused, steering: work.steering },
        chain: { ...planners, chain },
        history: work.request.history,
        shows: "work" as const,
      };
    };
    const called = await call(planner, questionOf, work);
    if (called.kind === "limit") return sound ? { kind: "planned", plan: sound } : called;
    if (called.kind === "failed") {
      // What cannot be read goes back with words, but once: every such try was two already.
      const { code, message } = called.failure;
      if (code !== "engine-garbled" || refused?.plan === null || revision >= allowed)
        return soundOrNone(sound, message);
      work.verdict(planVerdict([message], null));
      refused = { plan: null, problems: [message] };
      continue;
    }

    const plan: Plan = { ...called.value, revision };
    const problems = planProblems(plan.steps);
    if (problems.length === 0) {
      sound = plan;
      work.emit({ kind: "plan", plan });
    }
    const critic = problems.length === 0 ? await critiqueOf(criticInput(plan, work), work) : null;
    work.hear();
    const saysMore = work.steering.length > told;
    // The same plan for the same complaint: another model may see more, and if there is none it stays as it is.
    const isRepeated = previous !== null && samePlan(previous.steps, plan.steps);
    const next = isRepeated ? chainAfter(chain, called.model) : chain;
    const isLast = !saysMore && (revision >= allowed || next.length === 0);
    const verdict = planVerdict(problems, critic);
    work.verdict(verdict);
    previous = plan;
    if (saysMore) {
      // The steps have not begun: what the user says belongs into the plan.
      allowed = Math.max(allowed, revision + 1);
      refused = null;
      continue;
    }
    if (verdict.verdict !== "retry") return { kind: "planned", plan };
    if (isLast) {
      if (sound === plan) work.notice(l10n.t("The critic did not accept the plan, which is kept as it is."));
      return soundOrNone(sound, problems.join(" "));
    }
    chain = next;
    refused = { plan, problems: [...failedTexts(verdict), verdict.hint].filter((line) => line !== "") };
  }
};

const criticInput = ({ goal, steps }: Plan, work: TurnWork): CriticInput => ({
  subject: "plan",
  question: userMessage(work.prompt),
  // A step in each line: the critic points at lines.
  text: [goal, ...steps.map((step) => JSON.stringify(step))].join("\n"),
  findings: [],
});

const soundOrNone = (sound: Plan | null, reason: string): Planned =>
  sound ? { kind: "planned", plan: sound } : { kind: "none", reason };

const planVerdict = (problems: readonly string[], critic: CriticWord | "unavailable" | null): Verdict => {
  const checked = problems.map((text) => ({ kind: "plan" as const, outcome: "failed" as const, text }));
  if (checked.length > 0) return { subject: "plan", verdict: "retry", confidence: null, checks: checked, hint: "" };
  const sound = { kind: "plan" as const, outcome: "passed" as const, text: l10n.t("Its steps can be carried out.") };
  const plain = { subject: "plan", confidence: null, hint: "" };
  if (critic === null) return { ...plain, verdict: "accept", checks: [sound] };
  if (critic === "unavailable") return { ...plain, verdict: "unavailable", checks: [sound] };
  const said = {
    kind: "critic" as const,
    outcome: critic.accept ? ("passed" as const) : ("failed" as const),
    text: critic.accept
      ? l10n.t("The critic found nothing wrong.")
      : critic.problem || l10n.t("The critic refuses it."),
  };
  const checks = [sound, said];
  if (critic.accept) return { ...plain, verdict: "accept", checks };
  return { ...plain, verdict: "retry", checks, hint: criticHint(critic) };
};

/** The plan for people, for a turn that stops there. */
export const planText = ({ goal, steps }: Plan): string => {
  const numberOf = (id: string): number => steps.findIndex((step) => step.id === id) + 1;
  const lines = steps.map(({ title, after }, index) => {
    const needs = after.length === 0 ? "" : ` (${l10n.t("after {0}", after.map(numberOf).join(", "))})`;
    return `${index + 1}. ${title}${needs}`;
  });
  return [`**${goal}**`, lines.join("\n")].join("\n\n");
};
