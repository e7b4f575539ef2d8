import type { DatabaseSync } from "node:sqlite";
import { LedgerEntry } from "../../protocol/ledger.ts";
import { parseJson } from "../../protocol/rpc.ts";

/** Older requests are dropped: the ledger answers "what went out lately", not "ever". */
const kept = 10_000;

/** Every request that left the machine, or was refused. */
export interface StoredLedger {
  record(entry: LedgerEntry): void;
  /** Newest first. */
  entries(limit: number): LedgerEntry[];
}

export const createLedger = (database: DatabaseSync): StoredLedger => {
  const insert = database.prepare("INSERT INTO ledger (at, entry) VALUES (?, ?)");
  const drop = database.prepare("DELETE FROM ledger WHERE id <= (SELECT max(id) FROM ledger) - ?");
  const select = database.prepare("SELECT entry FROM ledger ORDER BY id DESC LIMIT ?");
  return {
    record(entry) {
      // Nobody listened at a port of this machine: nothing was sent to anyone.
      if (entry.purpose === "discovery" && entry.status === null) return;
      insert.run(entry.at, JSON.stringify(entry));
      drop.run(kept);
    },
    entries: (limit) =>
      select.all(limit).flatMap(({ entry }) => {
        const read = parseJson(LedgerEntry, String(entry));
        return read.ok ? [read.value] : [];
      }),
  };
};
