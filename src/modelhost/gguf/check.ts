import { constants, type Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { HostFailure, ModelDescription } from "../protocol/model-host.ts";
import { createByteReader, type ReadBudget } from "./byte-reader.ts";
import { type GgufHeader, readGgufHeader } from "./gguf-reader.ts";
import { GgufRejection, invalid, shown } from "./gguf-rejection.ts";
import { checkModelRules } from "./gguf-rules.ts";

export type ModelCheck = { ok: true; model: ModelDescription } | { ok: false; failure: HostFailure };

interface Part extends GgufHeader {
  readonly sizeBytes: number;
}

/** Enough for any published model (a header is at most some 20 MB), little enough to refuse a hostile one at once. */
const newBudget = (): ReadBudget => ({ bytes: 256 * 1024 * 1024, texts: 4_000_000 });

const mostParts = 1000;

const notGguf = (reason: string): GgufRejection => new GgufRejection("model-not-gguf", { reason });

const refuseUnlessFile = (stats: Stats): void => {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new GgufRejection("model-is-folder", {});
  const kind = stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
  throw new GgufRejection("model-unreadable", { reason: `it is ${kind}, not a file` });
};

/** What a file that is not GGUF seems to be, from its first bytes; for people, so guesses are fine. */
const lookOf = (head: Buffer): string => {
  const text = head.toString("latin1");
  if (/^\s*<(?:!doctype html|html|head|\?xml)/i.test(text)) return "it looks like an HTML page";
  if (text.startsWith("version https://git-lfs")) return "it is a Git LFS pointer; the file itself was not downloaded";
  if (text.startsWith("PK")) return "it looks like a zip archive or a PyTorch model";
  if (/^.{8}\{"/s.test(text)) return "it looks like a safetensors file";
  if (/^(?:lmgg|fmgg|tjgg|algg)/.test(text)) return "it has the old GGML format, from before GGUF";
  if (text.startsWith("FUGG")) return "it is a GGUF file for big-endian machines";
  if (/^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(text)) return "it looks like a text file";
  return "it does not begin with “GGUF”";
};

/** Opens one file and reads its header. Never waits: a pipe that took the file's place is opened without blocking. */
const readPart = async (path: string, budget: ReadBudget): Promise<Part> => {
  refuseUnlessFile(await stat(path));
  // Windows has no O_NONBLOCK and no named pipes in its file system.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    refuseUnlessFile(stats);
    if (stats.size === 0) throw notGguf("it is empty");
    const reader = createByteReader(handle, stats.size, budget);
    const head = Buffer.alloc(256);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (head.toString("latin1", 0, 4) !== "GGUF") throw notGguf(lookOf(head.subarray(0, bytesRead)));
    await reader.take(4, "the header");
    return { ...(await readGgufHeader(reader)), sizeBytes: stats.size };
  } finally {
    await handle.close();
  }
};

const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/s;

const numberOf = (part: Part, key: string): number | null => {
  const value = part.values.get(key);
  return typeof value === "number" ? value : null;
};

interface Model {
  /** The first part, which is the one to load. */
  readonly path: string;
  readonly header: GgufHeader;
  readonly sizeBytes: number;
}

/** Reads all parts of a model that was split into files; `chosen` may be any of them. */
const readSplitModel = async (path: string, chosen: Part, budget: ReadBudget): Promise<Model> => {
  const count = numberOf(chosen, "split.count") ?? 0;
  const [, stem = "", chosenNumber = "", namedCount] = partName.exec(path) ?? [];
  if (count > mostParts || Number(namedCount) !== count) {
    throw invalid(
      `it is one of ${count} parts, but its name does not end in “-0000N-of-${`${count}`.padStart(5, "0")}.gguf”`,
    );
  }
  const nameOf = (number: number): string => `${stem}-${`${number}`.padStart(5, "0")}-of-${namedCount}.gguf`;
  const tensors: GgufHeader["tensors"][number][] = [];
  const names = new Set<string>();
  let values = chosen.values;
  let sizeBytes = 0;
  for (let number = 1; number <= count; number++) {
    const name = nameOf(number);
    const part = number === Number(chosenNumber) ? chosen : await inFile(name, () => readPart(name, budget));
    if (numberOf(part, "split.no") !== number - 1 || numberOf(part, "split.count") !== count) {
      throw invalid(`“${shown(basename(name))}” is not part ${number} of ${count}`);
    }
    if (number === 1) values = part.values;
    for (const tensor of part.tensors) {
      if (names.has(tensor.name)) throw invalid(`the tensor “${shown(tensor.name)}” occurs in two parts`);
      names.add(tensor.name);
      tensors.push(tensor);
    }
    sizeBytes += part.sizeBytes;
  }
  const announced = numberOf(chosen, "split.tensors.count");
  if (announced !== null && announced !== tensors.length) {
    throw invalid(`its parts hold ${tensors.length} of ${announced} tensors`);
  }
  return { path: nameOf(1), header: { values, tensors }, sizeBytes };
};

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: "permission was denied",
  EPERM: "permission was denied",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EIO: "the disk reported an error",
  ERR_INVALID_ARG_VALUE: "its name holds a NUL character",
};

/** The rejection that an error of the file system means; undefined for a bug. */
const rejectionOf = (error: unknown): GgufRejection | undefined => {
  if (error instanceof GgufRejection) return error;
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return new GgufRejection("model-missing", {});
  if (error.code === "EISDIR") return new GgufRejection("model-is-folder", {});
  return new GgufRejection("model-unreadable", { reason: systemReasons[error.code] ?? error.code });
};

/** Runs `work` and names `path` in whatever it rejects, unless a part deeper inside was named already. */
const inFile = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const rejection = rejectionOf(error);
    if (rejection === undefined) throw error;
    throw new GgufRejection(rejection.code, { path, ...rejection.detail });
  }
};

const describe = async (path: string): Promise<ModelDescription> => {
  const budget = newBudget();
  const part = await readPart(path, budget);
  const split = (numberOf(part, "split.count") ?? 1) > 1;
  const model = split ? await readSplitModel(path, part, budget) : { path, header: part, sizeBytes: part.sizeBytes };
  const facts = checkModelRules(model.header);
  const fileName = basename(model.path).replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, "");
  return { ...facts, path: model.path, name: facts.name ?? shown(fileName, 200), sizeBytes: model.sizeBytes };
};

/**
 * Checks a model file before any library touches it, and describes it from its header alone.
 * Every file is answered within bounded time and memory, hostile ones too; a failure's `detail` holds the `path`,
 * and `reason` (a clause such as "it is empty") or `sizeBytes` and `neededBytes` where they are known.
 * For a model in several files `model.path` is its first part, whichever was asked for.
 */
export const checkModelFile = async (path: string): Promise<ModelCheck> => {
  try {
    return { ok: true, model: await inFile(path, () => describe(path)) };
  } catch (error) {
    if (!(error instanceof GgufRejection)) throw error;
    return { ok: false, failure: { code: error.code, detail: error.detail } };
  }
};
