import * as z from "zod/mini";
import { Failure } from "./failure.ts";
import { nothing, request } from "./rpc.ts";
import { Routing, Usage } from "./run-event.ts";

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

/** Why a finished answer ended: the model ended it, the token budget did, or the context was full. */
export const EndReason = z.enum(["end", "budget", "context"]);
export type EndReason = z.infer<typeof EndReason>;

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
