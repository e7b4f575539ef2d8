import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { createQueue } from "./queue.ts";

/** A saved KV state, checked a moment ago: its file, and the tokens it is the state of. */
export interface SavedState {
  readonly path: string;
  readonly tokens: readonly number[];
}

/** A KV state that is to be saved. */
export interface NewState {
  readonly key: string;
  readonly tokens: readonly number[];
  /** What it will take at most, in bytes. */
  readonly mostBytes: number;
}

/**
 * KV states on the disk. A fault of the disk costs speed, never a generation: nothing here rejects. Hosts of several
 * versions, and one that is just leaving, may use the folder at the same time.
 */
export interface KvStore {
  /** All states together, in bytes. */
  readonly bytes: number;
  /** Of the states of `key`, the one with the longest beginning of `tokens`, if that is longer than `shared`. */
  find(key: string, tokens: readonly number[], shared: number): Promise<SavedState | null>;
  /**
   * Keeps the state that `write` puts into the file it is given; drops those of its key that it continues. One that is
   * larger than all states together may be is not kept, and the others stay.
   */
  save(state: NewState, write: (path: string) => Promise<void>): Promise<void>;
  /** For one that turned out to be wrong. */
  drop(state: SavedState): Promise<void>;
}

export interface KvStoreOptions {
  /** Created, for this user alone: states are conversations. */
  readonly folder: string;
  readonly maxBytes?: number;
  readonly log: (line: string) => void;
}

const defaultMaxBytes = 1024 ** 3;
/** Half a state that nobody has written to for so long was left behind by a process that ended. */
const abandonedMs = 600_000;

/** Beside each state, written after it: without this, or when it does not fit, the state counts for nothing. */
const Sidecar = z.object({ bytes: z.number(), sha256: z.string(), tokens: z.array(z.number()) });

interface Entry {
  readonly bytes: number;
  usedAt: number;
}

const never = new AbortController().signal;
const ignore = (): void => undefined;
const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** How many tokens two lists have in common from the start. */
const sharedTokens = (left: readonly number[], right: readonly number[]): number => {
  const differs = left.findIndex((token, i) => token !== right[i]);
  return differs === -1 ? left.length : differs;
};

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
};

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * Opens the store. A state is `<key>-<tokens>.kv`, both as hashes, with a sidecar `.json` that holds its size, its
 * SHA-256 and its tokens. The least recently used go when all are more than `maxBytes` (1 GB).
 */
export const openKvStore = async ({ folder, maxBytes = defaultMaxBytes, log }: KvStoreOptions): Promise<KvStore> => {
  const entries = new Map<string, Entry>();
  const queue = createQueue();
  const statePath = (name: string): string => join(folder, `${name}.kv`);
  const sidecarPath = (name: string): string => join(folder, `${name}.json`);
  const totalBytes = (): number => [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);

  const attempt = async <T>(what: string, fallback: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await queue.run(work, never, ignore);
    } catch (error) {
      log(`kv store: ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  };

  const remove = async (name: string): Promise<void> => {
    entries.delete(name);
    await rm(sidecarPath(name), { force: true });
    await rm(statePath(name), { force: true });
  };

  const readSidecar = async (name: string): Promise<z.infer<typeof Sidecar> | null> => {
    const text = await readFile(sidecarPath(name), "utf8").catch(() => "");
    try {
      return Sidecar.parse(JSON.parse(text));
    } catch {
      log(`kv store: ${name} has no readable sidecar`);
      await remove(name);
      return null;
    }
  };

  const namesOf = (key: string): string[] => {
    const prefix = `${hex(key).slice(0, 32)}-`;
    return [...entries.keys()].filter((name) => name.startsWith(prefix));
  };

  const isSound = async (name: string, sidecar: z.infer<typeof Sidecar>): Promise<boolean> => {
    const found = await stat(statePath(name)).catch(() => undefined);
    return found?.size === sidecar.bytes && (await hashFile(statePath(name))) === sidecar.sha256;
  };

  const touch = async (name: string): Promise<void> => {
    const entry = entries.get(name);
    if (entry) entry.usedAt = Date.now();
    await utimes(statePath(name), new Date(), new Date());
  };

  /** Learns what is in the folder now: others write there too. */
  const look = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = new Set(await readdir(folder));
    const isWhole = (name: string): boolean => files.has(`${name}.kv`) && files.has(`${name}.json`);
    for (const name of entries.keys()) if (!isWhole(name)) await remove(name);
    for (const file of files) {
      const name = file.replace(/\.(kv|json)$/, "");
      if (entries.has(name)) continue;
      const found = await stat(join(folder, file)).catch(() => undefined);
      if (!found) continue;
      const { size, mtimeMs } = found;
      if (!isWhole(name) && Date.now() - mtimeMs > abandonedMs) await rm(join(folder, file), { force: true });
      if (isWhole(name) && file.endsWith(".kv")) entries.set(name, { bytes: size, usedAt: mtimeMs });
    }
  };

  const makeRoom = async (): Promise<void> => {
    const oldestFirst = [...entries].sort(([, left], [, right]) => left.usedAt - right.usedAt);
    for (const [name] of oldestFirst) {
      if (totalBytes() <= maxBytes) return;
      await remove(name);
    }
  };

  /** False when it turned out to be too large. */
  const write = async (
    name: string,
    tokens: readonly number[],
    fill: (path: string) => Promise<void>,
  ): Promise<boolean> => {
    const unfinished = join(folder, `${name}-${process.pid}.part`);
    try {
      await fill(unfinished);
      await chmod(unfinished, 0o600);
      await syncFile(unfinished);
      const { size } = await stat(unfinished);
      if (size > maxBytes) return false;
      const sidecar = { bytes: size, sha256: await hashFile(unfinished), tokens };
      await rename(unfinished, statePath(name));
      await writeFile(unfinished, JSON.stringify(sidecar), { mode: 0o600, flush: true });
      await rename(unfinished, sidecarPath(name));
      entries.set(name, { bytes: size, usedAt: Date.now() });
      return true;
    } finally {
      await rm(unfinished, { force: true });
    }
  };

  await attempt("opening", undefined, look);

  return {
    get bytes() {
      return totalBytes();
    },
    find: (key, tokens, shared) =>
      attempt("finding a state", null, async () => {
        await look();
        const found: { name: string; sidecar: z.infer<typeof Sidecar>; common: number }[] = [];
        for (const name of namesOf(key)) {
          const sidecar = await readSidecar(name);
          if (sidecar) found.push({ name, sidecar, common: sharedTokens(sidecar.tokens, tokens) });
        }
        for (const { name, sidecar, common } of found.sort((left, right) => right.common - left.common)) {
          if (common <= shared) return null;
          if (await isSound(name, sidecar)) {
            await touch(name);
            return { path: statePath(name), tokens: sidecar.tokens };
          }
          log(`kv store: ${name} is damaged`);
          await remove(name);
        }
        return null;
      }),
    save: ({ key, tokens, mostBytes }, fill) =>
      attempt("saving a state", undefined, async () => {
        if (mostBytes > maxBytes) return log(`kv store: a state of ${mostBytes} bytes is over the limit`);
        await look();
        const name = `${hex(key).slice(0, 32)}-${hex(tokens.join()).slice(0, 16)}`;
        if (entries.has(name)) return touch(name);
        const earlier = namesOf(key);
        if (!(await write(name, tokens, fill))) return log("kv store: a state turned out to be over the limit");
        for (const other of earlier) {
          const sidecar = await readSidecar(other);
          if (sidecar && sharedTokens(sidecar.tokens, tokens) === sidecar.tokens.length) await remove(other);
        }
        await makeRoom();
      }),
    drop: ({ path }) =>
      attempt("dropping a state", undefined, async () => {
        const name = [...entries.keys()].find((known) => statePath(known) === path);
        if (name !== undefined) await remove(name);
      }),
  };
};
