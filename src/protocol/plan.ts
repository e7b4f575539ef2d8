import * as z from "zod/mini";
import { Domain, ModelRef } from "./routing.ts";

/**
 * waiting: for the steps before it. running: its specialist works. checking: its result is looked at. done: accepted.
 * failed: not accepted after every try. skipped: a step that it needs failed. unavailable: nobody could do it.
 */
export const StepState = z.enum(["waiting", "running", "checking", "done", "failed", "skipped", "unavailable"]);
export type StepState = z.infer<typeof StepState>;

/** One step: `after` names the steps whose results it needs. */
export const PlanStep = z.object({
  id: z.string(),
  title: z.string(),
  domain: Domain,
  after: z.array(z.string()),
  /** Whether it changes nothing, so that it may run beside others. */
  readOnly: z.boolean(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** A plan as it was made; `revision` counts from 0, one more for each time that the critic sent it back. */
export const Plan = z.object({ goal: z.string(), steps: z.array(PlanStep), revision: z.number() });
export type Plan = z.infer<typeof Plan>;

/** How a step stands. `text` is its result so far; `attempt` counts from 1. */
export const StepStatus = z.object({
  id: z.string(),
  state: StepState,
  model: z.nullable(ModelRef),
  attempt: z.number(),
  text: z.string(),
});
export type StepStatus = z.infer<typeof StepStatus>;
