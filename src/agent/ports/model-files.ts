import { constants } from "node:fs";
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
} from "node:fs/promises";
import { dirname } from "node:path";
import { writeWhole } from "./write-whole.ts";

/** A file that is being filled, in any order. */
export interface PartFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** When it resolves, what was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What bringing models here does with files. Paths are absolute. Everything may reject with an error of the file system
 * (`code` such as ENOSPC); what is missing is null, an empty list, or nothing to remove.
 */
export interface ModelFiles {
  /** A regular file's size in bytes and when it was last changed, in milliseconds since 1970. Follows links. */
  look(path: string): Promise<{ sizeBytes: number; changedAt: number } | null>;
  isFolder(path: string): Promise<boolean>;
  /** The names in the folder. */
  list(folder: string): Promise<string[]>;
  /** The path without links. */
  realPath(path: string): Promise<string | null>;
  makeFolder(path: string): Promise<void>;
  /** What this user can still write there. */
  freeBytes(folder: string): Promise<number>;
  readText(path: string): Promise<string | null>;
  /** Replaces the file as a whole: a crash leaves the old text or the new one. */
  writeText(path: string, text: string): Promise<void>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** Opens the file, or makes it, with this size; what it holds stays. */
  openPart(path: string, sizeBytes: number): Promise<PartFile>;
  /** Copies; where the file system can, by sharing the blocks. Rejects with the signal's reason. */
  copy(from: string, to: string, onBytes: (count: number) => void, signal: AbortSignal): Promise<void>;
  /** Takes the place of whatever is at `to`. */
  move(from: string, to: string): Promise<void>;
  /** Puts the file on the disk and gives it its final name; false when another one has that name. */
  publish(from: string, to: string): Promise<boolean>;
  /** A file, or a folder with what is in it. */
  remove(path: string): Promise<void>;
  /** False when something is in it. */
  removeEmptyFolder(path: string): Promise<boolean>;
}

const blockBytes = 1024 * 1024;

/** The code of an error of the file system, such as ENOSPC; undefined for every other error. */
export const fileErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** What `work` gives, or `otherwise` when the path leads nowhere. */
const orMissing = async <T, U>(work: Promise<T>, otherwise: U): Promise<T | U> => {
  try {
    return await work;
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return otherwise;
    throw error;
  }
};

const writeAll = async (handle: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number) => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

const syncFile = async (path: string): Promise<void> => {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a new name on the disk. Windows cannot, and does not have to. */
const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  await handle.sync().catch(() => undefined); // some network file systems refuse
  await handle.close();
};

const readBlocks = async function* (path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, "r");
  try {
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
};

export const nodeModelFiles: ModelFiles = {
  async look(path) {
    const info = await orMissing(stat(path), null);
    return info?.isFile() ? { sizeBytes: info.size, changedAt: info.mtimeMs } : null;
  },
  isFolder: async (path) => (await orMissing(stat(path), null))?.isDirectory() === true,
  list: (folder) => orMissing(readdir(folder), []),
  realPath: (path) => orMissing(realpath(path), null),
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  readText: (path) => orMissing(readFile(path, "utf8"), null),
  writeText: writeWhole,
  read: readBlocks,
  async openPart(path, sizeBytes) {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
    try {
      if ((await handle.stat()).size !== sizeBytes) await handle.truncate(sizeBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return {
      write: (bytes, position) => writeAll(handle, bytes, position),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  async copy(from, to, onBytes, signal) {
    try {
      await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
      return onBytes((await stat(to)).size);
    } catch {
      // Few file systems share blocks, and only within themselves.
    }
    const target = await open(to, "w");
    try {
      let position = 0;
      for await (const block of readBlocks(from)) {
        signal.throwIfAborted();
        await writeAll(target, block, position);
        position += block.length;
        onBytes(block.length);
      }
    } finally {
      await target.close();
    }
  },
  move: rename,
  async publish(from, to) {
    await syncFile(from);
    await mkdir(dirname(to), { recursive: true });
    try {
      await link(from, to); // unlike rename, it never takes the place of another file
      await unlink(from);
    } catch (error) {
      if (fileErrorCode(error) === "EEXIST") return false;
      // A file system without hard links, such as that of a memory stick.
      if (await orMissing(stat(to), null)) return false;
      await rename(from, to);
    }
    await syncFolder(dirname(to));
    return true;
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  removeEmptyFolder: (path) =>
    rmdir(path).then(
      () => true,
      () => false,
    ),
};
