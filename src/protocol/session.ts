import * as z from "zod/mini";
import { Budget } from "./budget.ts";
import { Failure } from "./failure.ts";
import { Plan, StepStatus } from "./plan.ts";
import { Receipt } from "./receipt.ts";
import { Mode, RouteOverride, Routing } from "./routing.ts";
import { nothing, request } from "./rpc.ts";
import { Usage } from "./run-event.ts";
import { Evidence, Verdict } from "./verdict.ts";

/** 1-based, inclusive lines. */
const LineRange = z.object({ startLine: z.number(), endLine: z.number() });

/** Something sent along with a prompt. `path` is relative to the workspace where possible. */
export const Attachment = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("selection"),
    path: z.string(),
    languageId: z.string(),
    range: LineRange,
    text: z.string(),
  }),
  z.object({ kind: z.literal("text"), name: z.string(), text: z.string() }),
]);
export type Attachment = z.infer<typeof Attachment>;

export const Prompt = z.object({ text: z.string(), attachments: z.array(Attachment) });
export type Prompt = z.infer<typeof Prompt>;

/**
 * running: an agent is working on it. done: complete. stopped: the user stopped it, the partial answer stands.
 * interrupted: the agent or its client went away in the middle; it can be continued. failed: see `failure`.
 */
export const TurnState = z.enum(["running", "done", "stopped", "interrupted", "failed"]);
export type TurnState = z.infer<typeof TurnState>;

/**
 * Why a finished answer ended: the model ended it, the answer's longest length did, the context was full, the turn's
 * budget was used up, or the turn no longer got anywhere.
 */
export const EndReason = z.enum(["end", "budget", "context", "limit", "no-progress"]);
export type EndReason = z.infer<typeof EndReason>;

/** What the user said of an answer. */
export const Feedback = z.object({ helpful: z.boolean(), reason: z.string() });
export type Feedback = z.infer<typeof Feedback>;

/** One user request and all that followed. Times are milliseconds since 1970. */
export const Turn = z.object({
  id: z.string(),
  sessionId: z.string(),
  prompt: Prompt,
  state: TurnState,
  answer: z.string(),
  thought: z.string(),
  notices: z.array(z.string()),
  routing: z.nullable(Routing),
  usage: z.nullable(Usage),
  failure: z.nullable(Failure),
  endReason: z.nullable(EndReason),
  mode: z._default(Mode, "agent"),
  override: z._default(z.nullable(RouteOverride), null),
  plan: z._default(z.nullable(Plan), null),
  /** How the plan's steps stand, in its order. */
  steps: z._default(z.array(StepStatus), []),
  /** In the order in which they were given. */
  verdicts: z._default(z.array(Verdict), []),
  /** One for each model call, in order. */
  receipts: z._default(z.array(Receipt), []),
  evidence: z._default(z.nullable(Evidence), null),
  budget: z._default(z.nullable(Budget), null),
  paused: z._default(z.boolean(), false),
  /** What the user said while it ran. */
  steering: z._default(z.array(z.string()), []),
  feedback: z._default(z.nullable(Feedback), null),
  /** The `seq` of the last update that this record includes. */
  seq: z.number(),
  createdAt: z.number(),
});
export type Turn = z.infer<typeof Turn>;

export const Session = z.object({
  id: z.string(),
  /** The first words of the first prompt; empty for a session without turns. */
  title: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Session = z.infer<typeof Session>;

export const sessionNew = request("session/new", nothing, z.object({ session: Session }));

/** Sessions that have at least one turn, newest first, at most `limit` (default 100). */
export const sessionList = request(
  "session/list",
  z.object({ limit: z.optional(z.int().check(z.positive(), z.lte(1000))) }),
  z.object({ sessions: z.array(Session) }),
);

export const sessionLoad = request(
  "session/load",
  z.object({ sessionId: z.string() }),
  z.object({ session: Session, turns: z.array(Turn) }),
);

export const sessionDelete = request("session/delete", z.object({ sessionId: z.string() }), nothing);
