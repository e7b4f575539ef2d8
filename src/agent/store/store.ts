import { applyUpdate } from "../../protocol/apply-event.ts";
import { jsonOf, parse } from "../../protocol/rpc.ts";
import { RunEvent, type TurnUpdate } from "../../protocol/run-event.ts";
import { type Feedback, type Session, Turn } from "../../protocol/session.ts";
import type { Ports } from "../ports/ports.ts";
import { databaseFile, durably, inTransaction, openDatabase } from "./database.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createLedger, type StoredLedger } from "./ledger.ts";

/** What survives a turn: sessions, turns and the events of turns that have not ended. All calls are synchronous. */
export interface Store {
  /** The file that a damaged database was set aside as, when that happened at this start. */
  readonly damaged: string | null;
  readonly ledger: StoredLedger;
  readonly journal: Journal;
  addSession(session: Session): void;
  session(id: string): Session | undefined;
  /** Sessions with turns, newest first. */
  sessions(limit: number): Session[];
  deleteSession(id: string): void;
  /** The turns of a session in order, without those that a retry replaced. */
  turns(sessionId: string): Turn[];
  turn(id: string): Turn | undefined;
  /** Turns of all sessions, newest first, also those that a retry replaced. */
  latestTurns(limit: number): Turn[];
  /** Those of them whose id begins like this. */
  turnsLike(idStart: string, limit: number): Turn[];
  /** Keeps what the user says of a turn that has ended; on the disk when this returns. */
  setFeedback(turnId: string, feedback: Feedback | null): "kept" | "unknown-turn" | "turn-running";
  /** Adds the turn at the end of its session, or in the place of `replaces`; on the disk when this returns. */
  startTurn(turn: Turn, session: Session, replaces?: string): Started;
  /**
   * Writes a turn that is to go on, as running and owned by this process. `again` makes it from the record as it stands at
   * that moment, whatever other windows did meanwhile; null: there is nothing left to go on with.
   */
  restartTurn(id: string, again: (turn: Turn) => Turn | null): Restarted;
  /** Keeps updates before anybody is shown them. */
  addUpdates(updates: readonly TurnUpdate[]): void;
  /** Writes the turn as it ended and drops its events, which the record now includes; on the disk when this returns. */
  endTurn(turn: Turn): void;
  /** Whether the file is still there: SQLite goes on writing into one that somebody deleted, without a word. */
  isThere(): Promise<boolean>;
  close(): void;
}

/** Whether the turn may run: one of a chat at a time, over all windows; and a turn is replaced once. */
export type Started = "started" | "turn-running" | "unknown-turn";
export type Restarted = { readonly turn: Turn } | Exclude<Started, "started"> | "turn-complete";

interface TurnRow {
  readonly id: string;
  readonly record: string;
  readonly state: string;
  readonly owner_pid: number;
  readonly started_at: number;
  readonly replaced: number;
}

/** Opens the store in the data folder. Turns whose process is gone read as "interrupted" from now on. */
export const openStore = async (ports: Ports): Promise<Store> => {
  const { database, damaged } = await openDatabase(ports);
  const { log, processes, clock } = ports;

  const insertSession = database.prepare(
    "INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
  );
  const selectSession = database.prepare("SELECT * FROM sessions WHERE id = ?");
  const selectSessions = database.prepare(
    "SELECT * FROM sessions WHERE id IN (SELECT session_id FROM turns) ORDER BY updated_at DESC, rowid DESC LIMIT ?",
  );
  const updateSession = database.prepare("UPDATE sessions SET title = ?, updated_at = ? WHERE id = ?");
  const deleteSession = database.prepare("DELETE FROM sessions WHERE id = ?");
  const nextPosition = database.prepare(
    "SELECT coalesce((SELECT position FROM turns WHERE id = ?)," +
      " (SELECT max(position) + 1 FROM turns WHERE session_id = ?), 1) AS position",
  );
  const insertTurn = database.prepare(
    "INSERT INTO turns (id, session_id, position, state, record, owner_pid, started_at)" +
      " VALUES (?, ?, ?, 'running', ?, ?, ?)",
  );
  const replaceTurn = database.prepare("UPDATE turns SET replaced = 1 WHERE id = ?");
  const selectTurns = database.prepare("SELECT * FROM turns WHERE session_id = ? AND replaced = 0 ORDER BY position");
  const selectTurn = database.prepare("SELECT * FROM turns WHERE id = ?");
  const selectLatest = database.prepare(
    "SELECT * FROM turns WHERE substr(id, 1, length(?1)) = ?1 ORDER BY started_at DESC, rowid DESC LIMIT ?2",
  );
  const updateRecord = database.prepare("UPDATE turns SET record = ? WHERE id = ?");
  const updateTurn = database.prepare(
    "UPDATE turns SET state = ?, record = ?, owner_pid = ?, started_at = ? WHERE id = ?",
  );
  const insertEvent = database.prepare("INSERT INTO events (turn_id, seq, event) VALUES (?, ?, ?)");
  const selectEvents = database.prepare("SELECT seq, event FROM events WHERE turn_id = ? ORDER BY seq");
  const deleteEvents = database.prepare("DELETE FROM events WHERE turn_id = ?");

  /** A record that cannot be read is left where it is, named in the log, and not shown. */
  const readTurn = (row: TurnRow): Turn | undefined => {
    const record = parse(Turn, jsonOf(row.record));
    if (!record.ok) {
      log.error(`turn ${row.id} cannot be read: ${record.issues.join("; ")}`);
      return undefined;
    }
    if (row.state !== "running") return record.value;
    const now = eventsOf(row.id).reduce(applyUpdate, record.value);
    return isRunning(row) ? now : { ...now, state: "interrupted" };
  };

  /** Turns that run in this very process: its own id in a row may be that of an earlier process. */
  const mine = new Set<string>();

  const isRunning = (row: TurnRow): boolean =>
    row.state === "running" &&
    (row.owner_pid === processes.pid ? mine.has(row.id) : processes.isAlive(row.owner_pid, row.started_at));

  const rowsOf = (sessionId: string): TurnRow[] => selectTurns.all(sessionId) as unknown as TurnRow[]; // the table's own columns
  const rowOf = (id: string): TurnRow | undefined => selectTurn.get(id) as unknown as TurnRow | undefined; // likewise

  const latest = (idStart: string, limit: number): Turn[] =>
    (selectLatest.all(idStart, limit) as unknown as TurnRow[]).flatMap((row) => readTurn(row) ?? []); // likewise

  const hasRunning = (sessionId: string): boolean => rowsOf(sessionId).some(isRunning);

  /** In one transaction, which is on the disk when this returns. */
  const written = <T>(write: () => T): T => durably(database, () => inTransaction(database, write));

  const eventsOf = (turnId: string): TurnUpdate[] =>
    selectEvents.all(turnId).flatMap((row) => {
      const event = parse(RunEvent, jsonOf(String(row["event"])));
      return event.ok ? [{ turnId, seq: Number(row["seq"]), event: event.value }] : [];
    });

  /** The record includes what its events said, so they go. */
  const writeTurn = (turn: Turn): void => {
    updateTurn.run(turn.state, JSON.stringify(turn), processes.pid, clock.epoch(), turn.id);
    deleteEvents.run(turn.id);
  };

  return {
    damaged,
    ledger: createLedger(database),
    journal: createJournal(database),
    addSession: (session) => void insertSession.run(session.id, session.title, session.createdAt, session.updatedAt),
    session: (id) => readSession(selectSession.get(id)),
    sessions: (limit) => selectSessions.all(limit).flatMap((row) => readSession(row) ?? []),
    deleteSession: (id) => void deleteSession.run(id),
    turns: (sessionId) => rowsOf(sessionId).flatMap((row) => readTurn(row) ?? []),
    turn(id) {
      const row = rowOf(id);
      return row && readTurn(row);
    },
    latestTurns: (limit) => latest("", limit),
    turnsLike: latest,
    setFeedback: (turnId, feedback) =>
      written(() => {
        const row = rowOf(turnId);
        const turn = row && readTurn(row);
        if (!turn) return "unknown-turn";
        if (isRunning(row)) return "turn-running";
        updateRecord.run(JSON.stringify({ ...turn, feedback }), turnId);
        return "kept";
      }),
    startTurn(turn, session, replaces) {
      const { id, sessionId } = turn;
      const started = written((): Started => {
        if (hasRunning(sessionId)) return "turn-running";
        if (replaces !== undefined && rowOf(replaces)?.replaced !== 0) return "unknown-turn";
        const position = Number(nextPosition.get(replaces ?? null, sessionId)?.["position"]);
        if (replaces !== undefined) replaceTurn.run(replaces);
        insertTurn.run(id, sessionId, position, JSON.stringify(turn), processes.pid, clock.epoch());
        updateSession.run(session.title, session.updatedAt, session.id);
        return "started";
      });
      if (started === "started") mine.add(id);
      return started;
    },
    restartTurn(id, again) {
      const restarted = written((): Restarted => {
        const row = rowOf(id);
        const turn = row?.replaced === 0 ? readTurn(row) : undefined;
        if (!turn) return "unknown-turn";
        if (hasRunning(turn.sessionId)) return "turn-running";
        const goingOn = again(turn);
        if (!goingOn) return "turn-complete";
        writeTurn(goingOn);
        return { turn: goingOn };
      });
      if (typeof restarted === "object") mine.add(id);
      return restarted;
    },
    addUpdates: (updates) =>
      inTransaction(database, () => {
        for (const { turnId, seq, event } of updates) insertEvent.run(turnId, seq, JSON.stringify(event));
      }),
    endTurn(turn) {
      mine.delete(turn.id);
      written(() => writeTurn(turn));
    },
    isThere: async () => (await ports.files.look(databaseFile(ports.places))).kind !== "missing",
    close: () => database.close(),
  };
};

const readSession = (row: Record<string, unknown> | undefined): Session | undefined =>
  row && {
    id: String(row["id"]),
    title: String(row["title"]),
    createdAt: Number(row["created_at"]),
    updatedAt: Number(row["updated_at"]),
  };
