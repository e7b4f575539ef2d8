import type { FileHandle } from "node:fs/promises";
import { cutOff, invalid } from "./rejection.ts";

const windowBytes = 1024 * 1024;

/** What one check may still spend. Shared by all parts of a model, so that many files cost no more than one. */
export interface ReadBudget {
  /** Bytes that may still be read from disk. */
  bytes: number;
  /** Texts in arrays (vocabulary, merges) that may still be skipped. */
  texts: number;
}

/** Reads a file from front to back through one small window; no position past its end is ever used. */
export interface ByteReader {
  readonly size: number;
  /** Offset of the next byte in the file. */
  position(): number;
  /** The next `length` bytes, valid until the next call; `what` names them when the file ends first. */
  take(length: number, what: string): Promise<Buffer>;
  /** Moves on without reading; throws when the file ends before. */
  skip(length: number, what: string): void;
  /** Moves past `count` length-prefixed texts without making strings of them. */
  skipTexts(count: number, what: string): Promise<void>;
}

const uint64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;

/** `size` is the file's length when it was opened; a file that shrinks meanwhile reads as cut off. */
export const createByteReader = (handle: FileHandle, size: number, budget: ReadBudget): ByteReader => {
  const window = Buffer.alloc(Math.min(windowBytes, size));
  let start = 0;
  let filled = 0;
  let at = 0;

  /** Slides the window so that it begins at the next byte, and fills it. */
  const slide = async (what: string): Promise<void> => {
    const kept = Math.max(0, filled - at);
    window.copyWithin(0, at, at + kept);
    start += at;
    at = 0;
    filled = kept;
    while (filled < window.length) {
      const { bytesRead } = await handle.read(window, filled, window.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
      budget.bytes -= bytesRead;
      if (budget.bytes < 0) throw invalid(`the header is too large: reading it stopped inside ${what}`);
    }
  };

  const take = async (length: number, what: string): Promise<Buffer> => {
    if (filled - at < length) {
      if (start + at + length > size || length > window.length) throw cutOff(size, what);
      await slide(what);
      if (filled - at < length) throw cutOff(size, what);
    }
    const bytes = window.subarray(at, at + length);
    at += length;
    return bytes;
  };

  const skip = (length: number, what: string): void => {
    if (start + at + length > size) throw cutOff(size, what);
    at += length;
  };

  const skipTexts = async (count: number, what: string): Promise<void> => {
    budget.texts -= count;
    if (budget.texts < 0) throw invalid(`${what} has more texts than any vocabulary`);
    for (let left = count; left > 0; left--) {
      // A vocabulary has hundreds of thousands of texts: stay synchronous while they lie inside the window.
      if (filled - at >= 8) {
        const length = uint64(window, at);
        at += 8;
        skip(length, what);
      } else {
        const length = uint64(await take(8, what), 0);
        skip(length, what);
      }
    }
  };

  return { size, position: () => start + at, take, skip, skipTexts };
};

/** An unsigned 64-bit number; above 2^53 it is rounded, which every limit refuses anyway. */
export const readUint64 = async (reader: ByteReader, what: string): Promise<number> =>
  uint64(await reader.take(8, what), 0);

export const readUint32 = async (reader: ByteReader, what: string): Promise<number> =>
  (await reader.take(4, what)).readUInt32LE(0);
