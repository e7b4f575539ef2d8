import { basename, join } from "node:path";
import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ModelFiles } from "../../ports/model-files.ts";
import type { Net } from "../../ports/net.ts";
import { failed } from "./ask.ts";
import { type CheckHeader, isFaultOfFile, sha256Of } from "./check-files.ts";
import { fetchFile } from "./fetch-file.ts";
import { askHub, fileUrl, type HubFile } from "./hub.ts";
import { arrivedBytes, type Journal, type Part, rangesOf, totalBytes, writeJournal } from "./journal.ts";
import { finalPath, type Layout } from "./layout.ts";

/** What downloads need. `folder` is absolute; `hub` is asked at each start, for the setting may change. */
export interface DownloadParts {
  readonly net: Net;
  readonly files: ModelFiles;
  readonly clock: Clock;
  readonly folder: string;
  hub(): string;
  readonly checkHeader: CheckHeader;
  /** How many connections a large file is fetched over. */
  readonly connections: 1 | 4;
}

export type Outcome = { ok: true } | { ok: false; failure: HostFailure };

/** How far it is: bytes fetched while "running", bytes read back while "checking". */
export interface Progress {
  readonly state: "running" | "checking";
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Smaller files are not worth several connections. */
const manyConnectionsBytes = 64 * 1024 * 1024;
/** What stays free on the disk: a full one breaks other programs. */
const reserveBytes = 512 * 1024 * 1024;
const saveIntervalMs = 1_000;

/** One download at work. */
interface Work {
  readonly parts: DownloadParts;
  readonly journal: Journal;
  readonly layout: Layout;
  readonly tell: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings one model here: asks the hub what it is, fetches what is missing into the stage, compares SHA-256, has the header
 * checked, and only then gives the files their final names. `journal` is kept up to date, here and on the disk, so that
 * it can be called again after any end. Rejects with an error of the file system or the signal's reason; the caller
 * holds the lock.
 */
export const fetchModel = async (work: Work): Promise<Outcome> => {
  const planned = await plan(work);
  if (!planned.ok) return planned;
  const here = await findFinished(work);
  if (!here.ok) return here;
  if (here.paths.size < work.journal.parts.length) {
    const done = await bringAll(work, here.paths);
    if (!done.ok) return done;
  }
  await work.parts.files.remove(work.layout.stage);
  return { ok: true };
};

/** Fills the stage from what is here and from the hub, checks it and publishes it. */
const bringAll = async (work: Work, here: ReadonlySet<string>): Promise<Outcome> => {
  for (const step of [(): Promise<Outcome> => ensureSpace(work), () => takeOver(work, here), () => fetchAll(work)]) {
    const done = await step();
    if (!done.ok) return done;
  }
  const checked = await checkAll(work);
  return checked.ok ? publishAll(work) : checked;
};

/** Forgets what has come: the next time begins at the first byte. */
const startOver = async ({ parts, journal, layout }: Work): Promise<void> => {
  journal.parts = [];
  journal.commit = null;
  await parts.files.remove(layout.stage);
  await writeJournal(parts.files, layout.journal, journal);
};

const plan = async (work: Work): Promise<Outcome> => {
  const { parts, journal, layout, signal } = work;
  const listing = await askHub(parts, parts.hub(), journal, signal);
  if (!listing.ok) return listing;
  if (journal.parts.length > 0 && !isSame(journal.parts, listing.files)) {
    await startOver(work);
    return { ok: false, failure: { code: "download-changed", detail: {} } };
  }
  if (journal.parts.length === 0)
    journal.parts = listing.files.map((file) => ({
      ...file,
      etag: null,
      ranges: initialRanges(parts, file.sizeBytes),
    }));
  journal.commit = listing.commit;
  await parts.files.makeFolder(layout.stage);
  for (const part of journal.parts) await matchStage(work, part);
  await writeJournal(parts.files, layout.journal, journal);
  return { ok: true };
};

const isSame = (parts: readonly Part[], files: readonly HubFile[]): boolean =>
  parts.length === files.length &&
  parts.every(({ file, sizeBytes, sha256 }, i) => {
    const now = files[i];
    return now?.file === file && now.sizeBytes === sizeBytes && now.sha256 === sha256;
  });

const initialRanges = ({ connections }: DownloadParts, sizeBytes: number) =>
  rangesOf(sizeBytes, sizeBytes > manyConnectionsBytes ? connections : 1);

/** The journal must not promise bytes that the stage does not have. */
const matchStage = async ({ parts, layout }: Work, part: Part): Promise<void> => {
  const { filling, whole } = stagePaths(layout, part);
  const found = await parts.files.look(whole);
  if (found) await parts.files.move(whole, filling); // it ended after the check, before the final name
  if ((await parts.files.look(filling))?.sizeBytes === part.sizeBytes) return;
  part.etag = null;
  part.ranges = initialRanges(parts, part.sizeBytes);
};

/** A file has its own name in the stage once its hash is right: the parts of a model find each other by name. */
const stagePaths = ({ stage }: Layout, { file }: Part) => {
  const whole = join(stage, basename(file));
  return { filling: `${whole}.part`, whole };
};

const pathOf = ({ parts, journal }: Work, { file }: Part): string => {
  const path = finalPath(parts.folder, journal.repository, file);
  if (path === null) throw new Error(`a name that is not safe was not refused: ${file}`);
  return path;
};

/** Which files have been brought here before. A file of other content under a final name ends the download. */
const findFinished = async (
  work: Work,
): Promise<{ ok: true; paths: Set<string> } | { ok: false; failure: HostFailure }> => {
  const paths = new Set<string>();
  for (const part of work.journal.parts) {
    const path = pathOf(work, part);
    const found = await work.parts.files.look(path);
    if (!found) continue;
    const same =
      found.sizeBytes === part.sizeBytes &&
      (await sha256Of(work.parts.files, path, checking(work), work.signal)) === part.sha256;
    if (!same) return { ok: false, failure: failed(l10n.t("there is another file at {0}", path)) };
    paths.add(path);
  }
  return { ok: true, paths };
};

/** Counts bytes that are read back. */
const checking = ({ journal, tell }: Work): ((count: number) => void) => {
  let doneBytes = 0;
  const total = totalBytes(journal.parts);
  tell({ state: "checking", doneBytes, totalBytes: total });
  return (count) => {
    doneBytes += count;
    tell({ state: "checking", doneBytes, totalBytes: total });
  };
};

const missingBytes = ({ parts }: Journal): number =>
  totalBytes(parts) - parts.reduce((sum, p) => sum + arrivedBytes(p), 0);

/** What is wanted of the disk and what it has, as `download-no-space` says it. */
export const noSpace = async ({ files, folder }: DownloadParts, journal: Journal) => {
  const freeBytes = await files.freeBytes(folder);
  const neededBytes = missingBytes(journal) + reserveBytes;
  return { code: "download-no-space", detail: { neededBytes, freeBytes, path: folder } } as const;
};

const ensureSpace = async ({ parts, journal }: Work): Promise<Outcome> => {
  const failure = await noSpace(parts, journal);
  const enough = missingBytes(journal) === 0 || failure.detail.freeBytes >= failure.detail.neededBytes;
  return enough ? { ok: true } : { ok: false, failure };
};

/** Parts of a model that are here already join the others in the stage, where the header check looks at all of them. */
const takeOver = async (work: Work, here: ReadonlySet<string>): Promise<Outcome> => {
  const { parts, layout, signal } = work;
  for (const part of work.journal.parts) {
    const path = pathOf(work, part);
    if (!here.has(path) || arrivedBytes(part) === part.sizeBytes) continue;
    await parts.files.copy(path, stagePaths(layout, part).filling, () => undefined, signal);
    part.ranges = [{ start: 0, end: part.sizeBytes, done: part.sizeBytes }];
  }
  return { ok: true };
};

const fetchAll = async (work: Work): Promise<Outcome> => {
  for (const part of work.journal.parts) {
    const fetched = await fetchPart(work, part);
    if (fetched.ok) continue;
    if (fetched.failure.code === "download-changed") await startOver(work);
    return fetched;
  }
  return { ok: true };
};

const fetchPart = async (work: Work, part: Part): Promise<Outcome> => {
  const { parts, journal, layout, tell, signal } = work;
  const file = await parts.files.openPart(stagePaths(layout, part).filling, part.sizeBytes);
  let savedAt = parts.clock.now();

  /** The journal counts only what is on the disk, so it is written after it; more may come meanwhile. */
  const save = async (): Promise<void> => {
    savedAt = parts.clock.now();
    const counted = structuredClone(journal);
    await file.sync();
    await writeJournal(parts.files, layout.journal, counted);
  };
  let saving = Promise.resolve();
  const arrived = async (): Promise<void> => {
    const total = totalBytes(journal.parts);
    tell({ state: "running", doneBytes: total - missingBytes(journal), totalBytes: total });
    if (parts.clock.now() - savedAt < saveIntervalMs) return;
    saving = saving.then(save);
    await saving;
  };

  const url = fileUrl(parts.hub(), journal.repository, journal.commit, part.file);
  try {
    return await fetchFile(part, { net: parts.net, clock: parts.clock, url, file, arrived }, signal);
  } finally {
    // Whatever ended it, what has come is kept. On a full disk the journal of a second ago has to do.
    await saving.then(save).catch(() => undefined);
    await file.close();
  }
};

const checkAll = async (work: Work): Promise<Outcome> => {
  const { parts, journal, layout, signal } = work;
  const count = checking(work);
  for (const part of journal.parts) {
    const { filling, whole } = stagePaths(layout, part);
    if ((await sha256Of(parts.files, filling, count, signal)) !== part.sha256) {
      await parts.files.remove(filling);
      await matchStage(work, part);
      await writeJournal(parts.files, layout.journal, journal);
      return { ok: false, failure: { code: "download-wrong-hash", detail: {} } };
    }
    await parts.files.move(filling, whole);
  }
  const [first] = journal.parts;
  if (!first) return { ok: true };
  const checked = await parts.checkHeader(stagePaths(layout, first).whole, signal);
  if (checked.ok) return checked;
  if (isFaultOfFile(checked.failure)) await startOver(work);
  const { code, detail } = checked.failure;
  return { ok: false, failure: { code, detail: { ...detail, path: basename(String(detail["path"] ?? first.file)) } } };
};

/** The first part last: a model is found by it, and then the others are there. */
const publishAll = async (work: Work): Promise<Outcome> => {
  for (const part of work.journal.parts.toReversed()) {
    const { whole } = stagePaths(work.layout, part);
    const path = pathOf(work, part);
    if (await work.parts.files.publish(whole, path)) continue;
    // What is there was compared before; something that came since is not ours to replace.
    const hash = await sha256Of(work.parts.files, path, () => undefined, work.signal);
    if (hash !== part.sha256) return { ok: false, failure: failed(l10n.t("there is another file at {0}", path)) };
  }
  return { ok: true };
};
