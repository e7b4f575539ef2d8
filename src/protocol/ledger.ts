import * as z from "zod/mini";
import { request } from "./rpc.ts";

/** One request as it was made or refused. The query is left out: it may hold a secret. */
export const LedgerEntry = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  purpose: z.enum(["engine", "hub", "discovery"]),
  method: z.enum(["GET", "POST"]),
  origin: z.string(),
  path: z.string(),
  /** null: refused, or no answer came. */
  status: z.nullable(z.number()),
  /** Why it was refused; null: it was sent. */
  refused: z.nullable(z.string()),
  /** Of the body. */
  sentBytes: z.number(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** The latest requests that left the machine or were refused, newest first. */
export const ledgerList = request(
  "ledger/list",
  z.object({ limit: z.number() }),
  z.object({ entries: z.array(LedgerEntry) }),
);
