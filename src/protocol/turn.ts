import * as z from "zod/mini";
import { request } from "./rpc.ts";
import { TurnUpdate } from "./run-event.ts";
import { Prompt, Turn } from "./session.ts";

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
    partialResultToken: z.optional(ProgressToken),
  }),
  z.object({ turn: Turn }),
);

/** Continues an interrupted or stopped turn from its partial answer. Streams and ends like turn/start. */
export const turnResume = request(
  "turn/resume",
  z.object({ turnId: z.string(), partialResultToken: z.optional(ProgressToken) }),
  z.object({ turn: Turn }),
);
