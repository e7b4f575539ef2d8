import * as l10n from "@vscode/l10n";
import type { PlanStep } from "../../protocol/plan.ts";

/**
 * What is wrong with a plan, in sentences for the planner's next try; empty: it can be carried out. How many steps there
 * are was checked when the planner's answer was read.
 */
export const planProblems = (steps: readonly PlanStep[]): string[] => {
  const problems: string[] = [];
  const ids = steps.map(({ id }) => id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    problems.push(l10n.t("More than one step has the id {0}.", id));
  for (const { id, title, after } of steps) {
    if (title.trim() === "") problems.push(l10n.t("Step {0} has no title.", id));
    for (const need of after.filter((other) => !ids.includes(other)))
      problems.push(l10n.t("Step {0} comes after {1}, which does not exist.", id, need));
  }
  const circle = inCircle(steps);
  if (circle.length > 0) problems.push(l10n.t("These steps wait for each other: {0}.", circle.join(", ")));
  return problems;
};

/** The ids of the steps that can never begin because they wait for each other; unknown needs do not count. */
const inCircle = (steps: readonly PlanStep[]): string[] => {
  let left = [...steps];
  for (;;) {
    const ids = new Set(left.map(({ id }) => id));
    const waiting = left.filter(({ after }) => after.some((need) => ids.has(need)));
    if (waiting.length === left.length) return left.map(({ id }) => id);
    left = waiting;
  }
};

/** Whether two plans ask for the same work in the same order. */
export const samePlan = (one: readonly PlanStep[], other: readonly PlanStep[]): boolean => {
  const essence = (steps: readonly PlanStep[]): string =>
    JSON.stringify(steps.map(({ id, title, after }) => [id, title.toLowerCase().trim(), [...after].sort()]));
  return essence(one) === essence(other);
};
