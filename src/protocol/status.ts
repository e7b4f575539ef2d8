import * as z from "zod/mini";
import { Failure } from "./failure.ts";
import { notification } from "./rpc.ts";

/** The model that the next prompt will go to, and whether its weights are in memory. */
export const ModelStatus = z.object({
  id: z.string(),
  name: z.string(),
  /** null: a server runs it. */
  path: z.nullable(z.string()),
  sizeBytes: z.nullable(z.number()),
  loaded: z.boolean(),
  /** True for the model that comes with Trivium. */
  bundled: z.boolean(),
});
export type ModelStatus = z.infer<typeof ModelStatus>;

/** How the agent is. `quiescent` is false while a turn runs. `problem` says what is wrong when health is not "ok". */
export const Status = z.object({
  health: z.enum(["ok", "warning", "error"]),
  quiescent: z.boolean(),
  model: z.nullable(ModelStatus),
  problem: z.nullable(Failure),
  /** The servers that a prompt may go to, one of them or several for its roles; empty: everything runs on this machine. */
  servers: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

/** Sent after `initialized` and whenever something in it changes. */
export const statusChanged = notification("status/changed", Status);

/** `capabilities.experimental.trivium` in the answer to `initialize`. */
export const TriviumCapability = z.object({ version: z.string(), sessions: z.boolean(), turns: z.boolean() });
export type TriviumCapability = z.infer<typeof TriviumCapability>;
