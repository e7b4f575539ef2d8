import * as z from "zod/mini";
import { Amounts } from "./budget.ts";
import { Mode, RouteOverride } from "./routing.ts";
import { nothing, request } from "./rpc.ts";
import { TurnUpdate } from "./run-event.ts";
import { Feedback, Prompt, Turn } from "./session.ts";

const ProgressToken = z.union([z.string(), z.number()]);

/** What streams while a turn runs: first its record as it starts, then its updates. */
export const TurnStream = z.union([z.object({ turn: Turn }), TurnUpdate]);
export type TurnStream = z.infer<typeof TurnStream>;

/**
 * Runs one turn. It streams over `$/progress` on `partialResultToken` as TurnStream; nothing follows the result.
 * `$/cancelRequest` stops it: the request then resolves normally with state "stopped" and the partial answer.
 * An expected failure also resolves, with state "failed" and `failure`. `replaces` puts the turn in the place of an
 * earlier one of the same session (retry).
 */
export const turnStart = request(
  "turn/start",
  z.object({
    sessionId: z.string(),
    prompt: Prompt,
    replaces: z.optional(z.string()),
    mode: z.optional(Mode),
    override: z.optional(RouteOverride),
    partialResultToken: z.optional(ProgressToken),
  }),
  z.object({ turn: Turn }),
);

/**
 * Continues a turn from where it was: with the steps of its plan that are not done, or from its partial answer. So go on an
 * interrupted, stopped or failed turn, and one that ended at a limit or because nothing new came (it may use as much
 * again); of one that ended with its plan (mode "plan") the plan is carried out. See `wayOn`. Any other is refused.
 * Streams and ends like turn/start.
 */
export const turnResume = request(
  "turn/resume",
  z.object({ turnId: z.string(), partialResultToken: z.optional(ProgressToken) }),
  z.object({ turn: Turn }),
);

/** Holds a running turn before its next model call, or lets it go on. */
export const turnPause = request("turn/pause", z.object({ turnId: z.string(), paused: z.boolean() }), nothing);

/** What is said to a running turn goes into each of its later prompts: a longer text is a prompt of its own. */
export const mostSteeringLength = 2_000;
const SteeringText = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, "nothing is said"),
    z.maxLength(mostSteeringLength, `longer than ${mostSteeringLength} characters`),
  );

/** Tells a running turn something; it is taken into account before the next model call. */
export const turnSteer = request("turn/steer", z.object({ turnId: z.string(), text: SteeringText }), nothing);

/** Changes what a running turn may use; an amount of 0 is no limit. */
export const turnLimit = request("turn/limit", z.object({ turnId: z.string(), limit: Amounts }), nothing);

/** Keeps what the user says of an answer; null takes it back. */
export const turnFeedback = request(
  "turn/feedback",
  z.object({ turnId: z.string(), feedback: z.nullable(Feedback) }),
  nothing,
);
