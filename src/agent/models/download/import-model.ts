import { basename, dirname, join } from "node:path";
import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { fileErrorCode, type ModelFiles } from "../../ports/model-files.ts";
import { takeExclusiveLock } from "../../store/exclusive-lock.ts";
import { type CheckHeader, sha256Of } from "./check-files.ts";
import { isSafeName, partialFolder, partNames } from "./layout.ts";

/** `folder`: that of the downloads, absolute. */
export interface ImportParts {
  readonly files: ModelFiles;
  readonly folder: string;
  readonly checkHeader: CheckHeader;
}

/** A GGUF file, or a folder whose GGUF files are all wanted; `sha256` as hex, for a model in one file. */
export interface ImportRequest {
  readonly path: string;
  readonly sha256: string | null;
}

export type Imported = { ok: true; ids: string[] } | { ok: false; failure: HostFailure };

interface Source {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly changedAt: number;
}

/** What stays free on the disk. */
const reserveBytes = 512 * 1024 * 1024;

/** Ends an import that is expected to fail; `importModel` turns it into a result. */
class Refused extends Error {
  readonly failure: HostFailure;
  constructor(failure: HostFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

const failed = (path: string, reason: string): { ok: false; failure: HostFailure } => ({
  ok: false,
  failure: { code: "import-failed", detail: { path, reason } },
});
const refuse = (path: string, reason: string): Refused => new Refused(failed(path, reason).failure);

/**
 * Copies models from a disk or memory stick into `imported` of the folder, with all their parts, and checks them like
 * downloads; the source is only read. `ids` are the paths of the models (the first part of each); one that is there
 * already counts as imported. A failure or an abort leaves nothing behind; after an abort it rejects with the reason.
 */
export const importModel = async (
  parts: ImportParts,
  { path, sha256 }: ImportRequest,
  onProgress: (progress: { doneBytes: number; totalBytes: number }) => void,
  signal: AbortSignal,
): Promise<Imported> => {
  const { files, folder } = parts;
  const partial = partialFolder(folder);
  const stage = join(partial, "import");
  await files.makeFolder(partial);
  const lock = takeExclusiveLock(join(partial, "import.lock"));
  if (!lock) return failed(path, l10n.t("another window or the command line is importing a model"));
  try {
    const models = await findModels(files, path);
    const sources = models.flat();
    if (sha256 !== null && sources.length !== 1) throw refuse(path, l10n.t("a SHA-256 can be given for a single file"));
    const totalBytes = sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await files.remove(stage); // of an import whose process was killed
    await files.makeFolder(stage);
    const freeBytes = await files.freeBytes(stage);
    if (freeBytes < totalBytes + reserveBytes)
      throw refuse(
        path,
        l10n.t("it needs {0} MB on the disk and {1} MB are free", inMegabytes(totalBytes), inMegabytes(freeBytes)),
      );
    let doneBytes = 0;
    const count = (bytes: number): void => {
      doneBytes += bytes;
      onProgress({ doneBytes, totalBytes });
    };
    const work: Import = { ...parts, stage, sha256, count, signal };
    for (const model of models) await stageModel(work, model);
    const ids: string[] = [];
    for (const model of models) ids.push(await publishModel(work, model));
    return { ok: true, ids };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Refused) return { ok: false, failure: error.failure };
    if (fileErrorCode(error) === undefined || !(error instanceof Error)) throw error;
    return failed(path, error.message);
  } finally {
    await files.remove(stage).catch(() => undefined);
    lock.release();
  }
};

const inMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** The models at the path, each with its parts in order. */
const findModels = async (files: ModelFiles, path: string): Promise<Source[][]> => {
  const isFolder = await files.isFolder(path);
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? (await files.list(path)).filter((name) => /\.gguf$/i.test(name)).sort() : [basename(path)];
  if (names.length === 0) throw refuse(path, l10n.t("there is no .gguf file in it"));
  const models = new Map(names.map((name) => [partNames(name)[0], partNames(name)]));
  return Promise.all(
    [...models.values()].map((model) => Promise.all(model.map((name) => lookAt(files, join(folder, name))))),
  );
};

const lookAt = async (files: ModelFiles, path: string): Promise<Source> => {
  const name = basename(path);
  const found = await files.look(path);
  if (!found) throw refuse(path, l10n.t("it is not there, or not a file"));
  if (!/\.gguf$/i.test(name) || !isSafeName(name))
    throw refuse(path, l10n.t("its name must end in .gguf and be usable on every system"));
  return { path, name, ...found };
};

interface Import extends ImportParts {
  readonly stage: string;
  readonly sha256: string | null;
  readonly count: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Copies the parts of one model and checks them. */
const stageModel = async (work: Import, model: readonly Source[]): Promise<void> => {
  for (const source of model) await copy(work, source);
  const [first] = model;
  if (!first) return;
  const checked = await work.checkHeader(join(work.stage, first.name), work.signal);
  if (!checked.ok) throw new Refused({ ...checked.failure, detail: { ...checked.failure.detail, path: first.path } });
};

/** Gives the parts their final names, the first part last, for by it the model is found; returns its path. */
const publishModel = async (work: Import, model: readonly Source[]): Promise<string> => {
  const { files, folder, stage } = work;
  const imported = join(folder, "imported");
  const placed: string[] = [];
  try {
    for (const { name, path } of model.toReversed()) {
      const target = join(imported, name);
      if (await files.publish(join(stage, name), target)) placed.push(target);
      else if (!(await isSame(work, join(stage, name), target)))
        throw refuse(path, l10n.t("there is another file at {0}", target));
    }
  } catch (error) {
    for (const target of placed) await files.remove(target);
    throw error;
  }
  return join(imported, model[0]?.name ?? "");
};

const copy = async ({ files, stage, sha256, count, signal }: Import, source: Source): Promise<void> => {
  const target = join(stage, source.name);
  await files.copy(source.path, target, count, signal);
  const now = await files.look(source.path);
  const same = now?.changedAt === source.changedAt && now.sizeBytes === source.sizeBytes;
  if (!same || (await files.look(target))?.sizeBytes !== source.sizeBytes)
    throw refuse(source.path, l10n.t("it changed while it was copied"));
  if (sha256 === null) return;
  if ((await sha256Of(files, target, () => undefined, signal)) !== sha256.toLowerCase())
    throw refuse(source.path, l10n.t("its SHA-256 is not the given one"));
};

const isSame = async ({ files, signal }: Import, one: string, other: string): Promise<boolean> => {
  const [a, b] = await Promise.all([files.look(one), files.look(other)]);
  if (a?.sizeBytes !== b?.sizeBytes) return false;
  const nothing = (): void => undefined;
  return (await sha256Of(files, one, nothing, signal)) === (await sha256Of(files, other, nothing, signal));
};
