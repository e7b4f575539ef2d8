import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../ports/clock.ts";
import type { Places } from "../ports/places.ts";
import type { Ports } from "../ports/ports.ts";

/** How long to wait for another window that writes. */
const busyMs = 5_000;

/** What each version adds to the one before; a database of version n has had the first n. */
const steps = [
  `
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    state TEXT NOT NULL,
    record TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    replaced INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX turns_in_order ON turns(session_id, position);
  CREATE TABLE events (
    turn_id TEXT NOT NULL REFERENCES turns(id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (turn_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_time ON sessions(updated_at);
`,
  `
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
`,
  `
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    turn_id TEXT NOT NULL REFERENCES turns(id) ON DELETE CASCADE,
    bytes INTEGER NOT NULL,
    start BLOB NOT NULL
  ) STRICT;
  CREATE INDEX runs_of_turn ON runs(turn_id);
  CREATE TABLE run_entries (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    entry BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entries_of_run ON run_entries(run_id);
`,
];

const schemaVersion = steps.length;

/** A database of a later Trivium: reading it could lose what the later one knows. */
export class NewerDatabase extends Error {}

const open = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true });
  try {
    readVersion(database); // refuses before anything in the file changes
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

const readVersion = (database: DatabaseSync): number => {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version > schemaVersion)
    throw new NewerDatabase(`the history was written by a later Trivium (version ${version})`);
  return version;
};

/** Two windows that make a new database at the same moment lock each other out without waiting (SQLITE_BUSY). */
const openPatiently = async (path: string, clock: Clock): Promise<DatabaseSync> => {
  for (const deadline = clock.now() + busyMs; ; ) {
    try {
      return open(path);
    } catch (error) {
      if (codeOf(error) !== 5 || clock.now() > deadline) throw error;
      await new Promise<void>((resolve) => clock.after(20, resolve));
    }
  }
};

const migrate = (database: DatabaseSync): void => {
  inTransaction(database, () => {
    const version = readVersion(database);
    if (version === schemaVersion) return;
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
};

/** Runs `work` in one write transaction; what it throws rolls everything back. */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};

/**
 * Runs `work` so that its commits are on the disk when it returns, whatever happens to the machine.
 * Otherwise commits survive the end of the process, and a power cut may take the last moments.
 */
export const durably = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec("PRAGMA synchronous = FULL");
  try {
    return work();
  } finally {
    database.exec("PRAGMA synchronous = NORMAL");
  }
};

/** Where the history lies. */
export const databaseFile = ({ data }: Places): string => join(data, "trivium.db");

/**
 * Opens the database in the data folder and makes it on first use. One that SQLite cannot read is set aside as
 * `trivium.db.damaged-<time>`, never deleted, and a new one takes its place; `damaged` then names the copy.
 */
export const openDatabase = async (
  ports: Pick<Ports, "clock" | "files" | "log" | "places">,
): Promise<{ database: DatabaseSync; damaged: string | null }> => {
  const { clock, files, log, places } = ports;
  await files.makePrivateFolder(places.data);
  await files.closeFolder(places.data); // one that was there before may be open to others
  const path = databaseFile(places);
  const openUndamaged = async (): Promise<DatabaseSync | undefined> => {
    try {
      return await openPatiently(path, clock);
    } catch (error) {
      if (!isDamage(error)) throw error;
      log.error(`${path} is damaged`, error);
      return undefined;
    }
  };

  const database = await openUndamaged();
  if (database) return { database, damaged: null };
  // One window at a time: a second one that found the damage must not set the first one's new database aside.
  const lock = new DatabaseSync(`${path}.repair`, { timeout: busyMs });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    const repaired = await openUndamaged();
    if (repaired) return { database: repaired, damaged: null };
    const damaged = `${path}.damaged-${clock.epoch()}`;
    for (const suffix of ["", "-wal", "-shm"])
      if ((await files.look(path + suffix)).kind !== "missing") await files.rename(path + suffix, damaged + suffix);
    return { database: await openPatiently(path, clock), damaged };
  } finally {
    lock.close();
  }
};

/** SQLITE_CORRUPT and SQLITE_NOTADB, with their extended codes. */
const isDamage = (error: unknown): boolean => [11, 26].includes(codeOf(error));

/** SQLite's primary result code; 0 for what is not its error. */
const codeOf = (error: unknown): number =>
  error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
