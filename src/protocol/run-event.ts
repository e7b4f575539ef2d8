import * as z from "zod/mini";
import { Budget } from "./budget.ts";
import { Plan, StepStatus } from "./plan.ts";
import { Receipt } from "./receipt.ts";
import { Routing } from "./routing.ts";
import { Evidence, Verdict } from "./verdict.ts";

/** Token counts and times of one generation, as the engine measured them. Times in milliseconds. */
export const Usage = z.object({
  promptTokens: z.number(),
  /** Prompt tokens whose state was still in memory and that were not evaluated again. */
  cachedTokens: z.number(),
  completionTokens: z.number(),
  contextSize: z.number(),
  firstTokenMs: z.number(),
  tokensPerSecond: z.number(),
});
export type Usage = z.infer<typeof Usage>;

/** One thing that happened in a turn. Kinds follow the Agent Client Protocol's session updates where it has one. */
export const RunEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("routing"), routing: Routing }),
  z.object({
    kind: z.literal("progress"),
    /** "waiting": a server has not said anything for a while. */
    phase: z.enum(["queued", "starting", "loading", "reading", "waiting"]),
    /** 0..1, or null when the end is not known. */
    done: z.nullable(z.number()),
    etaMs: z.nullable(z.number()),
  }),
  z.object({ kind: z.literal("message_chunk"), text: z.string() }),
  z.object({ kind: z.literal("thought_chunk"), text: z.string() }),
  z.object({ kind: z.literal("usage"), usage: Usage }),
  /** Something the user should know that is not the model's text, for example what was left out of the context. */
  z.object({ kind: z.literal("notice"), text: z.string() }),
  /** The plan as it is from now on; steps that it keeps keep their status. */
  z.object({ kind: z.literal("plan"), plan: Plan }),
  /** How a step stands now, in place of what was known of it. */
  z.object({ kind: z.literal("step"), step: StepStatus }),
  /** More of a step's result. */
  z.object({ kind: z.literal("step_chunk"), id: z.string(), text: z.string() }),
  z.object({ kind: z.literal("verdict"), verdict: Verdict }),
  /** What was shown of the answer is taken back: it begins anew, for this reason. */
  z.object({ kind: z.literal("answer_reset"), reason: z.string() }),
  z.object({ kind: z.literal("receipt"), receipt: Receipt }),
  z.object({ kind: z.literal("evidence"), evidence: Evidence }),
  z.object({ kind: z.literal("budget"), budget: Budget }),
  /** The user holds the turn, or lets it go on. */
  z.object({ kind: z.literal("paused"), paused: z.boolean() }),
  /** What the user said while the turn ran, from when it was taken into account; at the latest when the turn ends. */
  z.object({ kind: z.literal("steer"), text: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** A RunEvent on its way to a client. `seq` counts up from 1 within a turn, so a client can drop what it already has. */
export const TurnUpdate = z.object({ turnId: z.string(), seq: z.number(), event: RunEvent });
export type TurnUpdate = z.infer<typeof TurnUpdate>;
