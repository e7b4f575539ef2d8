import type { PlanStep, StepState, StepStatus } from "../../protocol/plan.ts";

/** How far a step is: what comes before it decides whether it can begin. */
export type States = ReadonlyMap<string, StepState>;

export const isSettled = (state: StepState | undefined): boolean =>
  state === "done" || state === "failed" || state === "skipped" || state === "unavailable";

/** The steps that wait for nothing any more, in the plan's order. */
export const readySteps = (steps: readonly PlanStep[], states: States): PlanStep[] =>
  steps.filter(({ id, after }) => states.get(id) === "waiting" && after.every((need) => states.get(need) === "done"));

/** The waiting steps that can never begin, because one that they need came to nothing. */
export const lostSteps = (steps: readonly PlanStep[], states: States): PlanStep[] =>
  steps.filter(({ id, after }) => {
    const lost = (need: string): boolean => isSettled(states.get(need)) && states.get(need) !== "done";
    return states.get(id) === "waiting" && after.some(lost);
  });

/** The steps' results as they stand when a turn goes on: what was not accepted is done again. */
export const stepsToGoOn = (steps: readonly PlanStep[], known: readonly StepStatus[]): StepStatus[] =>
  steps.map(({ id }) => {
    const before = known.find((status) => status.id === id);
    if (before?.state === "done") return before;
    return { id, state: "waiting", model: null, attempt: 0, text: "" };
  });

/**
 * The items grouped by model, so that each model is opened once: first the one that is open now, the others in the
 * order in which they come.
 */
export const byModel = <T>(items: readonly T[], modelOf: (item: T) => string, openNow: string | null): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(modelOf(item), [...(groups.get(modelOf(item)) ?? []), item]);
  const first = openNow === null ? undefined : groups.get(openNow);
  return [...(first ? [first] : []), ...[...groups.values()].filter((group) => group !== first)];
};

/**
 * Does all of them, at most `width` at a time, in order. After the first rejection nothing new begins; what runs is
 * awaited before it is passed on.
 */
export const inParallel = async <T>(items: readonly T[], width: number, act: (item: T) => Promise<void>) => {
  const left = [...items];
  let broken = false;
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined && !broken; item = left.shift())
      await act(item).catch((error: unknown) => {
        broken = true;
        throw error;
      });
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
};
