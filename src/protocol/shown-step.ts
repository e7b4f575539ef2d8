import type { StepState } from "./plan.ts";
import type { Turn } from "./session.ts";

/**
 * How a step is shown. refused, doubted: its result was kept although the critic, or another check, was against it to the
 * last. stopped: it was at work when the turn ended.
 */
export type ShownStep = StepState | "refused" | "doubted" | "stopped";

/** How the step stands for people: what its last verdict and the turn's end make of its state. */
export const shownStep = (
  { state, steps, verdicts }: Pick<Turn, "state" | "steps" | "verdicts">,
  id: string,
): ShownStep => {
  const own = steps.find((step) => step.id === id)?.state ?? "waiting";
  if (state !== "running" && (own === "running" || own === "checking")) return "stopped";
  const last = own === "done" ? verdicts.findLast(({ subject }) => subject === id) : undefined;
  if (last?.verdict !== "retry" && last?.verdict !== "escalate") return own;
  const isCritics = last.checks.some(({ kind, outcome }) => kind === "critic" && outcome === "failed");
  return isCritics ? "refused" : "doubted";
};
