import * as z from "zod/mini";
import { Message, OutputFormat, SamplingOptions } from "./model-host.ts";
import { Domain, Mode, RouteOverride, Routing } from "./routing.ts";
import { nothing, request } from "./rpc.ts";
import { Prompt, Turn } from "./session.ts";

/** One question to a model as the journal keeps it. Times in milliseconds. */
export const JournalCall = z.object({
  /** The role and the model's id; `fingerprint` names the file's content, null for a server's model. */
  role: z.string(),
  model: z.string(),
  fingerprint: z.nullable(z.string()),
  messages: z.array(Message),
  sampling: SamplingOptions,
  format: OutputFormat,
  text: z.string(),
  /** null: it was stopped or failed. */
  endReason: z.nullable(z.string()),
  failure: z.nullable(z.string()),
  promptTokens: z.number(),
  completionTokens: z.number(),
  ms: z.number(),
});
export type JournalCall = z.infer<typeof JournalCall>;

/** Everything that is known of how a turn ran. */
export const Run = z.object({ turn: Turn, calls: z.array(JournalCall) });
export type Run = z.infer<typeof Run>;

export const runShow = request("run/show", z.object({ turnId: z.string() }), z.object({ run: Run }));

/** Runs the turn again with its recorded model calls, without any model, and says in what the two differ. */
export const runReplay = request(
  "run/replay",
  z.object({ turnId: z.string() }),
  z.object({ turn: Turn, differences: z.array(z.string()) }),
);

/** The road that a prompt would take; no model is loaded for it. */
export const routePreview = request(
  "route/preview",
  z.object({ prompt: Prompt, mode: z.optional(Mode), override: z.optional(RouteOverride) }),
  z.object({ routing: Routing }),
);

/** How often answers were right that were given about this confidence. `said` is the mean confidence, 0..1. */
export const TrackRecord = z.object({
  /** Answers with feedback or a check that settles them. */
  count: z.number(),
  bins: z.array(z.object({ said: z.number(), right: z.number(), count: z.number() })),
  byDomain: z.array(z.object({ domain: Domain, said: z.number(), right: z.number(), count: z.number() })),
});
export type TrackRecord = z.infer<typeof TrackRecord>;

export const trackRecord = request("run/trackRecord", nothing, TrackRecord);
