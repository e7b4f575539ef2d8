import { constants, type FSWatcher, watch } from "node:fs";
import { mkdir, open, opendir, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type ModelFolders, modelFolders } from "./model-folders.ts";
import { writeWhole } from "./write-whole.ts";

type EntryKind = "file" | "folder" | "link" | "other";

export interface FolderEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/**
 * What a path leads to, links followed. `modifiedAt` is in milliseconds since 1970. `identity` is the same for all names
 * of one file, hard links too; null where the file system does not tell.
 */
interface EntryInfo {
  readonly kind: Exclude<EntryKind, "link">;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly identity: string | null;
}

/** Something in a watched folder appeared, went or was renamed (`listed`), or its content changed. */
export interface FolderChange {
  readonly name: string | null;
  readonly listed: boolean;
}

/**
 * Looking through folders that other programs own. Nothing here throws: what is missing, forbidden or not what it
 * should be is an empty list or null. Nothing waits for a pipe or a device.
 */
export interface Folders {
  /** At most `largestFolder` entries, in the order of the disk. */
  list(path: string): Promise<FolderEntry[]>;
  info(path: string): Promise<EntryInfo | null>;
  realPath(path: string): Promise<string | null>;
  /** The text of a regular file of at most `largestText` bytes. */
  readText(path: string): Promise<string | null>;
  /** Replaces the file in one step, readable by this user alone; false when it could not be written. */
  writeText(path: string, text: string): Promise<boolean>;
  /** Tells of changes directly in the folder until closed. null: it cannot be watched now. */
  watch(path: string, onChange: (change: FolderChange) => void): { close(): void } | null;
  /** Where other programs of this user keep models. */
  modelFolders(home: string): ModelFolders;
}

const largestFolder = 50_000;
const largestText = 16_000_000;

const nullOnError = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work();
  } catch {
    return null;
  }
};

const readRegular = async (path: string): Promise<string | null> => {
  // Without O_NONBLOCK, opening a pipe waits for its writer, and a thread of the pool with it.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await file.stat();
    return info.isFile() && info.size <= largestText ? await file.readFile("utf8") : null;
  } finally {
    await file.close();
  }
};

const listFolder = async (path: string): Promise<FolderEntry[]> => {
  const entries: FolderEntry[] = [];
  // Read in pieces: a folder with a million names must not be one task of the event loop.
  for await (const entry of await opendir(path, { bufferSize: 512 })) {
    const { name } = entry;
    if (entry.isFile()) entries.push({ name, kind: "file" });
    else if (entry.isDirectory()) entries.push({ name, kind: "folder" });
    else if (entry.isSymbolicLink()) entries.push({ name, kind: "link" });
    else entries.push({ name, kind: "other" });
    if (entries.length === largestFolder) break;
  }
  return entries;
};

const watchFolder = (path: string, onChange: (change: FolderChange) => void): FSWatcher | null => {
  try {
    const watcher = watch(path, { persistent: false }, (event, name) => onChange({ name, listed: event === "rename" }));
    return watcher.on("error", () => watcher.close());
  } catch {
    return null;
  }
};

const replaceFile = async (path: string, text: string): Promise<true> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, text);
  return true;
};

export const nodeFolders: Folders = {
  list: async (path) => (await nullOnError(() => listFolder(path))) ?? [],
  info: (path) =>
    nullOnError(async () => {
      // As bigint: the numbers of files on some systems do not fit into a double.
      const info = await stat(path, { bigint: true });
      return {
        kind: info.isFile() ? "file" : info.isDirectory() ? "folder" : "other",
        sizeBytes: Number(info.size),
        modifiedAt: Number(info.mtimeMs),
        identity: info.ino === 0n ? null : `${info.dev}:${info.ino}`,
      };
    }),
  realPath: (path) => nullOnError(() => realpath(path)),
  readText: (path) => nullOnError(() => readRegular(path)).then((text) => text ?? null),
  writeText: async (path, text) => (await nullOnError(() => replaceFile(path, text))) ?? false,
  watch: watchFolder,
  modelFolders: (home) => modelFolders(home, process.env, process.platform),
};
