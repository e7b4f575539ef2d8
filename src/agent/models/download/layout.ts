import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where things lie in the folder of downloaded models. `.partial` holds all that is not yet whole and checked. */
export interface Layout {
  readonly partial: string;
  /** How far a download has come. */
  readonly journal: string;
  /** Locked by the process that is at work on it. */
  readonly lock: string;
  /** The folder of its unfinished files. */
  readonly stage: string;
}

export const partialFolder = (folder: string): string => join(folder, ".partial");

export const layoutOf = (folder: string, id: string): Layout => {
  const partial = partialFolder(folder);
  return { partial, journal: join(partial, `${id}.json`), lock: join(partial, `${id}.lock`), stage: join(partial, id) };
};

/** One download has one id, in every process and after every restart. */
export const downloadId = (repository: string, files: readonly string[]): string =>
  createHash("sha256")
    .update([repository, ...files].join("\n"))
    .digest("hex")
    .slice(0, 16);

/** Names that are devices on Windows, with any extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Whether a name from outside may become the name of a file or folder here, on every system: no separators, streams or
 * control characters, nothing hidden, no device, no end that Windows drops.
 */
export const isSafeName = (name: string): boolean =>
  name.length > 0 &&
  Buffer.byteLength(name) <= 200 &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  !/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/u.test(name) &&
  !/^[.\s]|[.\s]$/.test(name) &&
  !device.test(name);

/** Where the file of a repository gets its final place, or null when a name in it is not safe or it is no GGUF file. */
export const finalPath = (folder: string, repository: string, file: string): string | null => {
  const owner = repository.split("/");
  const names = [...owner, ...file.split("/")];
  if (owner.length !== 2 || !/\.gguf$/i.test(file) || !names.every(isSafeName)) return null;
  return join(folder, ...names);
};

const splitName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/is;

/** The names of all parts of a model, the first one first, from the name of any; the name alone when it is in one. */
export const partNames = (name: string): string[] => {
  const [, stem, , count] = splitName.exec(name) ?? [];
  if (stem === undefined || count === undefined || Number(count) < 1 || Number(count) > 1000) return [name];
  return Array.from({ length: Number(count) }, (_, i) => `${stem}-${`${i + 1}`.padStart(5, "0")}-of-${count}.gguf`);
};
