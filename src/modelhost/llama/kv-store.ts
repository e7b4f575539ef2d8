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

/** KV states on the disk. A fault of the disk costs speed, never a generation: nothing here rejects. */
export interface KvStore {
  /** All states together, in bytes. */
  readonly bytes: number;
  /** Of the states of `key`, the one with the longest beginning of `tokens`, if that is longer than `shared`. */
  find(key: string, tokens: readonly number[], shared: number): Promise<SavedState | null>;
  /** Keeps the state of `tokens` that `write` puts into the file it is given; drops those of `key` that it continues. */
  save(key: string, tokens: readonly number[], write: (path: string) => Promise<void>): Promise<void>;
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

  const scan = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = new Set(await readdir(folder));
    for (const file of files) {
      const name = file.replace(/\.(kv|json)$/, "");
      const whole = files.has(`${name}.kv`) && files.has(`${name}.json`);
      // Half-written by a process that ended.
      if (!whole) await rm(join(folder, file), { force: true });
      if (!whole || !file.endsWith(".kv")) continue;
      const { size, mtimeMs } = await stat(join(folder, file));
      entries.set(name, { bytes: size, usedAt: mtimeMs });
    }
  };

  const makeRoom = async (): Promise<void> => {
    const oldestFirst = [...entries].sort(([, left], [, right]) => left.usedAt - right.usedAt);
    for (const [name] of oldestFirst) {
      if (totalBytes() <= maxBytes) return;
      await remove(name);
    }
  };

  const write = async (
    name: string,
    tokens: readonly number[],
    fill: (path: string) => Promise<void>,
  ): Promise<void> => {
    const unfinished = join(folder, `${name}.part`);
    try {
      await fill(unfinished);
      await chmod(unfinished, 0o600);
      await syncFile(unfinished);
      const { size } = await stat(unfinished);
      const sidecar = { bytes: size, sha256: await hashFile(unfinished), tokens };
      await rename(unfinished, statePath(name));
      await writeFile(unfinished, JSON.stringify(sidecar), { mode: 0o600, flush: true });
      await rename(unfinished, sidecarPath(name));
      entries.set(name, { bytes: size, usedAt: Date.now() });
    } finally {
      await rm(unfinished, { force: true });
    }
  };

  await attempt("opening", undefined, scan);

  return {
    get bytes() {
      return totalBytes();
    },
    find: (key, tokens, shared) =>
      attempt("finding a state", null, async () => {
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
    save: (key, tokens, fill) =>
      attempt("saving a state", undefined, async () => {
        const name = `${hex(key).slice(0, 32)}-${hex(tokens.join()).slice(0, 16)}`;
        if (entries.has(name)) return touch(name);
        const earlier = namesOf(key);
        await write(name, tokens, fill);
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
