import * as l10n from "@vscode/l10n";
import type { Plan, StepStatus } from "../../protocol/plan.ts";
import type { StepResult } from "../roles/answer-input.ts";
import { type AnswerWork, answerDirectly } from "./answer.ts";
import type { StepsEnd } from "./execute.ts";
import type { ShownAnswer } from "./shown-answer.ts";
import { done, type RunOutcome, type TurnWork } from "./turn-work.ts";
import { isSettled } from "./waves.ts";

/**
 * The answer from what the steps came to, with what is missing named in it. Where nobody can be asked any more the
 * results stand as they are; where there are none, a notice says so, or the turn fails with the reason.
 */
export const composeAnswer = async (
  plan: Plan,
  { statuses, failure }: StepsEnd,
  { own, shown }: { readonly own: Omit<AnswerWork, "results">; readonly shown: ShownAnswer },
  work: TurnWork,
): Promise<RunOutcome> => {
  if (statuses.some(({ state }) => !isSettled(state))) {
    shown.add(resultsText(plan, statuses));
    return done("limit");
  }
  const titles = (wanted: (status: StepStatus) => boolean): string[] =>
    plan.steps.filter((_, index) => statuses[index] && wanted(statuses[index])).map(({ title }) => title);
  const missing = titles(({ state }) => state !== "done");
  if (missing.length === plan.steps.length) {
    if (failure) return { state: "failed", failure };
    const tried = l10n.t("No step of the plan came to a result that holds: {0}.", missing.join("; "));
    work.notice(`${tried} ${l10n.t("Say more, or send along what I cannot see.")}`);
    return done("no-progress");
  }
  if (missing.length > 0) {
    const named = l10n.t("These steps came to no result: {0}.", missing.join("; "));
    work.notice(failure ? `${named} ${failure.message}` : named);
  }
  const disliked = titles(({ id, state }) => state === "done" && isDisliked(id, work));
  if (disliked.length > 0)
    work.notice(l10n.t("The critic did not accept these steps, which are kept as they are: {0}.", disliked.join("; ")));
  const outcome = await answerDirectly({ ...own, results: resultsOf(plan, statuses) }, shown, work);
  if (outcome.state === "done" && outcome.endReason === "limit" && shown.text === "")
    shown.add(resultsText(plan, statuses));
  return outcome;
};

/** The result of a step stands although the critic refused it at every try. */
const isDisliked = (id: string, { counted }: TurnWork): boolean =>
  (counted.get(id) ?? []).some(({ kind, outcome }) => kind === "critic" && outcome === "failed");

const resultsOf = (plan: Plan, statuses: readonly StepStatus[]): StepResult[] =>
  plan.steps.map(({ title }, index) => {
    const status = statuses[index];
    const text =
      status?.state === "done" ? status.text : "This step came to no result. Say in the answer what is missing.";
    return { title, text };
  });

/** What there is, for people, when no model puts it together. */
const resultsText = (plan: Plan, statuses: readonly StepStatus[]): string =>
  plan.steps
    .flatMap(({ title }, index) => {
      const status = statuses[index];
      return status?.state === "done" ? [`### ${title}\n\n${status.text}`] : [];
    })
    .join("\n\n");

/** Whether what an earlier run showed of the answer was written by a model from all steps, and can be gone on with. */
export const isComposed = (text: string, plan: Plan, statuses: readonly StepStatus[]): boolean =>
  statuses.every(({ state }) => isSettled(state)) && text !== resultsText(plan, statuses);
