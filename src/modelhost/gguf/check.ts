import { basename } from "node:path";
import type { HostFailure, ModelDescription } from "../../protocol/model-host.ts";
import { createByteReader, type ReadBudget } from "./byte-reader.ts";
import { type FilePart, fingerprintOf, withFile } from "./file.ts";
import { readMemoryShape, readQuantisation } from "./memory.ts";
import { type GgufHeader, readGgufHeader } from "./reader.ts";
import { GgufRejection, invalid, shown } from "./rejection.ts";
import { checkModelRules } from "./rules.ts";

export type ModelCheck = { ok: true; model: ModelDescription } | { ok: false; failure: HostFailure };

type Part = GgufHeader & FilePart;

/** Enough for any published model (a header is at most some 20 MB), little enough to refuse a hostile one at once. */
const newBudget = (): ReadBudget => ({ bytes: 256 * 1024 * 1024, texts: 4_000_000 });

const mostParts = 1000;

const notGguf = (reason: string): GgufRejection => new GgufRejection("model-not-gguf", { reason });

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

const readPart = (path: string, budget: ReadBudget): Promise<Part> =>
  withFile(path, async ({ handle, sizeBytes }) => {
    if (sizeBytes === 0) throw notGguf("it is empty");
    const reader = createByteReader(handle, sizeBytes, budget);
    const head = Buffer.alloc(256);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (head.toString("latin1", 0, 4) !== "GGUF") throw notGguf(lookOf(head.subarray(0, bytesRead)));
    await reader.take(4, "the header");
    return { ...(await readGgufHeader(reader)), path, sizeBytes };
  });

const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/s;

const numberOf = (part: Part, key: string): number | null => {
  const value = part.values.get(key);
  return typeof value === "number" ? value : null;
};

interface Model {
  readonly header: GgufHeader;
  /** In order; the first one is the one to load. */
  readonly parts: readonly FilePart[];
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
  const parts: FilePart[] = [];
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
    parts.push({ path: name, sizeBytes: part.sizeBytes });
  }
  const announced = numberOf(chosen, "split.tensors.count");
  if (announced !== null && announced !== tensors.length) {
    throw invalid(`its parts hold ${tensors.length} of ${announced} tensors`);
  }
  return { header: { values, tensors }, parts };
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
  const { header, parts } = split ? await readSplitModel(path, part, budget) : { header: part, parts: [part] };
  const facts = checkModelRules(header);
  const first = parts[0]?.path ?? path;
  const fileName = basename(first).replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, "");
  return {
    ...facts,
    path: first,
    name: facts.name ?? shown(fileName, 200),
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    quantisation: readQuantisation(header.values),
    memory: readMemoryShape(header, facts.architecture),
    fingerprint: await fingerprintOf(parts),
  };
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
