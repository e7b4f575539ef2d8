import type { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { Amounts } from "../../protocol/budget.ts";
import { CapabilityCard } from "../../protocol/capability-card.ts";
import { Failure } from "../../protocol/failure.ts";
import { Purpose } from "../../protocol/memory.ts";
import { ModelManifest } from "../../protocol/model-manifest.ts";
import { RoleName } from "../../protocol/profile.ts";
import { ModelRef } from "../../protocol/routing.ts";
import { parseJson } from "../../protocol/rpc.ts";
import { Prompt, Turn } from "../../protocol/session.ts";
import { readSettings } from "../../protocol/settings.ts";
import { RecordedCall } from "../inference/replay/recording.ts";
import { inTransaction } from "./database.ts";

/** Older runs are dropped: the journal answers "how did this come about lately", not "ever". */
const keptRuns = 300;
const keptBytes = 200_000_000;

/** Below this packing gains nothing. */
const packedFrom = 4096;

const Settings = z.pipe(
  z.unknown(),
  z.transform((value) => readSettings(value).settings),
);

const KeptModel = z.object({
  ref: ModelRef,
  engine: z.string(),
  open: z.object({
    model: z.string(),
    purpose: Purpose,
    contextSize: z.number(),
    minContextSize: z.number(),
    sequences: z.number(),
    threads: z.number(),
    gpu: z.enum(["auto", "off"]),
    template: z.enum(["auto", "chatml"]),
  }),
  sizeBytes: z.nullable(z.number()),
  parameters: z.nullable(z.number()),
  card: z.nullable(z.pick(CapabilityCard, { grammarFromReality: true })),
  bundled: z.boolean(),
  promptStyle: ModelManifest.shape.promptStyle,
  temperature: z.nullable(z.number()),
  maxTokens: z.nullable(z.number()),
  why: z.array(z.string()),
  source: z.enum(["user", "rule", "default"]),
});

const KeptChain = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), chain: z.array(KeptModel), settings: Settings }),
  z.object({ ok: z.literal(false), failure: Failure }),
]);

/** What a run began with. */
export const RunStart = z.object({
  /** As it was when the run began: with a partial answer and a plan when it went on. */
  turn: Turn,
  /** The earlier turns that went along, oldest first, with what goes along of them: they may change, or go. */
  history: z.array(z.object({ id: z.string(), prompt: Prompt, answer: z.string() })),
  settings: Settings,
  workspace: z.nullable(z.string()),
  cores: z.number(),
  /** Names the weights of the router's classifier; null: it had none. */
  routerWeights: z.nullable(z.string()),
});
export type RunStart = z.infer<typeof RunStart>;

/** Something that the flow asked of its surroundings, and what it got; in the order in which it got it. */
export const JournalEntry = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("call"),
    role: z.string(),
    /** The model's id, and what names its file's content: null where that is not known. */
    model: z.string(),
    fingerprint: z.nullable(z.string()),
    engine: z.string(),
    /** Milliseconds: since the run began, without the time that it was held; and how long the call took. */
    endedAt: z.number(),
    ms: z.number(),
    call: RecordedCall,
  }),
  z.object({ kind: z.literal("chain"), role: RoleName, named: z.nullable(z.string()), chain: KeptChain }),
  z.object({ kind: z.literal("loaded"), model: z.string(), loaded: z.boolean() }),
  /** What the user said, at the `look`th time that the flow asked, counted from 1. */
  z.object({ kind: z.literal("steering"), look: z.number(), texts: z.array(z.string()) }),
  /**
   * What the turn may use, from the `look`th time on that the flow looked at it, counted from 1; or, where a timer saw it
   * before the flow did again, from that timer's `tick`th look after it, else 0.
   */
  z.object({ kind: z.literal("limit"), look: z.number(), tick: z.number(), limit: Amounts }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

export interface JournalRun {
  readonly start: RunStart;
  readonly entries: readonly JournalEntry[];
}

/** How turns ran: a run for each time that a turn was begun or gone on with. It goes with its turn. */
export interface Journal {
  /** Begins a run of the turn, which the store must have, and returns its number. The oldest runs make room. */
  begin(start: RunStart): number;
  add(run: number, entry: JournalEntry): void;
  /** The turn's runs, oldest first; without those that are not kept any more or cannot be read. */
  runs(turnId: string): JournalRun[];
  /** The turn's newest run; undefined: none is kept, or it cannot be read. */
  latest(turnId: string): JournalRun | undefined;
  /** Drops the turn's runs: one that could not be kept would leave an earlier one that passes for it. */
  drop(turnId: string): void;
}

export const createJournal = (database: DatabaseSync): Journal => {
  const insertRun = database.prepare("INSERT INTO runs (turn_id, bytes, start) VALUES (?, ?, ?)");
  const grow = database.prepare("UPDATE runs SET bytes = bytes + ? WHERE id = ?");
  const insertEntry = database.prepare("INSERT INTO run_entries (run_id, entry) VALUES (?, ?)");
  const selectRuns = database.prepare("SELECT id, start FROM runs WHERE turn_id = ? ORDER BY id");
  const dropRuns = database.prepare("DELETE FROM runs WHERE turn_id = ?");
  const selectEntries = database.prepare("SELECT entry FROM run_entries WHERE run_id = ? ORDER BY id");
  const prune = database.prepare(`
    DELETE FROM runs WHERE id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
        FROM runs WINDOW newest AS (ORDER BY id DESC)
      ) WHERE place > 1 AND (place > ? OR total > ?)
    )`);

  const readRun = (row: Record<string, unknown>): JournalRun | undefined => {
    const start = parseJson(RunStart, unpack(row["start"]));
    const entries = selectEntries.all(Number(row["id"])).map(({ entry }) => parseJson(JournalEntry, unpack(entry)));
    const read = entries.flatMap((entry) => (entry.ok ? [entry.value] : []));
    return start.ok && read.length === entries.length ? { start: start.value, entries: read } : undefined;
  };

  return {
    begin: (start) =>
      inTransaction(database, () => {
        const packed = pack(start);
        const { lastInsertRowid } = insertRun.run(start.turn.id, packed.length, packed);
        prune.run(keptRuns, keptBytes);
        return Number(lastInsertRowid);
      }),
    add: (run, entry) =>
      inTransaction(database, () => {
        const packed = pack(entry);
        insertEntry.run(run, packed);
        grow.run(packed.length, run);
      }),
    runs: (turnId) => selectRuns.all(turnId).flatMap((row) => readRun(row) ?? []),
    latest(turnId) {
      const row = selectRuns.all(turnId).at(-1);
      return row && readRun(row);
    },
    drop: (turnId) => void dropRuns.run(turnId),
  };
};

const pack = (value: unknown): Uint8Array => {
  const text = JSON.stringify(value);
  return text.length < packedFrom ? Buffer.from(text) : gzipSync(text);
};

/** Packed text begins with gzip's mark, which no JSON begins with. What is damaged is no JSON either. */
const unpack = (stored: unknown): string => {
  if (!(stored instanceof Uint8Array)) return "";
  try {
    return Buffer.from(stored[0] === 0x1f ? gunzipSync(stored) : stored).toString();
  } catch {
    return "";
  }
};
