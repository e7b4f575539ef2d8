import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { GgufRejection } from "./rejection.ts";

const sampleBytes = 1024 * 1024;

export interface OpenFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

const refuseUnlessFile = (stats: Stats): void => {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new GgufRejection("model-is-folder", {});
  const kind = stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
  throw new GgufRejection("model-unreadable", { reason: `it is ${kind}, not a file` });
};

/**
 * Opens a file for `work` and closes it. Never waits: a pipe that took the file's place is opened without blocking.
 * Throws a `GgufRejection` for what is no file, and the file system's own errors.
 */
export const withFile = async <T>(path: string, work: (file: OpenFile) => Promise<T>): Promise<T> => {
  refuseUnlessFile(await stat(path));
  // Windows has no O_NONBLOCK and no named pipes in its file system.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    refuseUnlessFile(stats);
    return await work({ handle, sizeBytes: stats.size });
  } finally {
    await handle.close();
  }
};

/** One file of a model, in order. */
export interface FilePart {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The bytes from `start` to `end` of the parts laid one after the other. A part that shrank meanwhile gives fewer. */
const readAcross = async (parts: readonly FilePart[], start: number, end: number): Promise<Buffer[]> => {
  const found: Buffer[] = [];
  let partStart = 0;
  for (const { path, sizeBytes } of parts) {
    const from = Math.max(start - partStart, 0);
    const length = Math.min(end - partStart, sizeBytes) - from;
    partStart += sizeBytes;
    if (length <= 0) continue;
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await withFile(path, ({ handle }) => handle.read(bytes, 0, length, from));
    found.push(bytes.subarray(0, bytesRead));
  }
  return found;
};

/**
 * Names the content of a model: SHA-256 over the size of all parts together and the first, middle and last MiB of them,
 * as hex. Reads 3 MiB at most, however many parts there are.
 */
export const fingerprintOf = async (parts: readonly FilePart[]): Promise<string> => {
  const size = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const hash = createHash("sha256").update(`${size}\n`);
  for (const at of [0, (size - sampleBytes) / 2, size - sampleBytes]) {
    const start = Math.max(0, Math.floor(at));
    for (const bytes of await readAcross(parts, start, Math.min(start + sampleBytes, size))) hash.update(bytes);
  }
  return hash.digest("hex");
};
