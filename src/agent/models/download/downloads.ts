import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { type Batch, batch } from "../../../protocol/batch.ts";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { Download } from "../../../protocol/models.ts";
import { failureOf } from "../../failures.ts";
import type { Log } from "../../ports/log.ts";
import { fileErrorCode } from "../../ports/model-files.ts";
import { takeExclusiveLock } from "../../store/exclusive-lock.ts";
import { failed } from "./ask.ts";
import { type DownloadParts, fetchModel, noSpace, type Outcome, type Progress } from "./fetch-model.ts";
import { fileUrl } from "./hub.ts";
import { arrivedBytes, type Journal, readJournal, removeJournal, totalBytes, writeJournal } from "./journal.ts";
import { downloadId, finalPath, layoutOf, partialFolder, partNames } from "./layout.ts";
import { createSpeed } from "./speed.ts";

/**
 * What to download: paths in the repository `owner/name` of a hub; of a model in several parts, one part or all.
 * `sha256` is needed only for a file whose hash the hub does not say; `catalogId` when the catalogue has the model.
 */
export interface DownloadRequest {
  readonly name: string;
  readonly repository: string;
  readonly files: readonly string[];
  readonly catalogId?: string;
  readonly sha256?: string;
}

/**
 * Downloads of models, one at a time, in the order they were asked for. Ids come from what is downloaded: starting
 * something twice gives the same download. After a restart those that had not ended are there again, paused.
 */
export interface Downloads {
  list(): Download[];
  start(request: DownloadRequest): { ok: true; download: Download } | { ok: false; failure: HostFailure };
  pause(id: string): Outcome;
  /** Goes on with one that is paused or failed. */
  resume(id: string): Outcome;
  /** Ends it, deletes what has come, and takes it off the list; a finished model stays. */
  cancel(id: string): Promise<Outcome>;
  /** Calls at most ten times a second while something changes. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Resolves when the downloads from before the restart are on the list. */
  readonly restored: Promise<void>;
  /** Pauses what runs; resolves when it has stopped and can go on another time. */
  close(): Promise<void>;
}

interface Entry {
  readonly journal: Journal;
  download: Download;
  /** Set while it is at work. */
  active: { readonly stop: AbortController; readonly ended: Promise<void> } | null;
  /** It was asked for again while it was stopping. */
  again: boolean;
  /** Resolves when it is on the disk that it was asked for. */
  noted: Promise<void>;
}

const changesMs = 100;
const sha256Hex = /^[0-9a-f]{64}$/;

export const createDownloads = (parts: DownloadParts, log: Log): Downloads => {
  const { files, clock, folder } = parts;
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let closed = false;

  const changes: Batch<null> = batch(changesMs, clock, () => {
    for (const listener of listeners) listener();
  });
  const show = (entry: Entry, change: Partial<Download>): void => {
    entry.download = { ...entry.download, ...change };
    changes.add(null);
  };
  const fail = (entry: Entry, { code, detail }: HostFailure): void => {
    const problem = failureOf({ code, detail: { name: entry.journal.name, ...detail } });
    show(entry, { state: "failed", bytesPerSecond: null, etaMs: null, problem });
  };

  const add = (journal: Journal): Entry | null => {
    const [first = ""] = journal.files;
    const path = finalPath(folder, journal.repository, first);
    const names = new Set(journal.files.map((file) => file.toLowerCase().split("/").at(-1)));
    const safe = journal.files.every((file) => finalPath(folder, journal.repository, file) !== null);
    if (path === null || !safe || names.size < journal.files.length) return null;
    const download: Download = {
      id: journal.id,
      catalogId: journal.catalogId,
      name: journal.name,
      url: fileUrl(parts.hub(), journal.repository, journal.commit, first),
      path,
      state: "paused",
      doneBytes: journal.parts.reduce((sum, part) => sum + arrivedBytes(part), 0),
      totalBytes: journal.parts.length === 0 ? null : totalBytes(journal.parts),
      bytesPerSecond: null,
      etaMs: null,
      problem: null,
    };
    const entry: Entry = { journal, download, active: null, again: false, noted: Promise.resolve() };
    entries.set(journal.id, entry);
    changes.add(null);
    return entry;
  };

  const restore = async (): Promise<void> => {
    const names = await files.list(partialFolder(folder));
    for (const name of names.filter((name) => name.endsWith(".json")).sort()) {
      const journal = await readJournal(files, join(partialFolder(folder), name));
      if (journal && `${journal.id}.json` === name && !entries.has(journal.id)) add(journal);
    }
  };
  const restored = restore().catch((error: unknown) => log.error("downloads could not be restored", error));

  /** What was asked for but has not begun is there after a restart, too. */
  const note = async ({ journal }: Entry): Promise<void> => {
    const layout = layoutOf(folder, journal.id);
    await files.makeFolder(layout.partial);
    if ((await files.readText(layout.journal)) === null) await writeJournal(files, layout.journal, journal);
  };

  const enqueue = (entry: Entry): void => {
    if (entry.active) entry.again = entry.active.stop.signal.aborted;
    else show(entry, { state: "queued", problem: null });
    next();
  };

  /** Starts the first that waits, unless one is at work. */
  const next = (): void => {
    if (closed || [...entries.values()].some(({ active }) => active)) return;
    const entry = [...entries.values()].find(({ download }) => download.state === "queued");
    if (!entry) return;
    const stop = new AbortController();
    const ended = run(entry, stop.signal).finally(() => {
      entry.active = null;
      if (entry.again) show(entry, { state: "queued", problem: null });
      entry.again = false;
      next();
    });
    entry.active = { stop, ended };
  };

  const run = async (entry: Entry, signal: AbortSignal): Promise<void> => {
    show(entry, { state: "running", problem: null });
    try {
      const outcome = await runLocked(entry, signal);
      if (!outcome.ok) return fail(entry, outcome.failure);
      const { totalBytes } = entry.download;
      show(entry, { state: "done", doneBytes: totalBytes ?? 0, bytesPerSecond: null, etaMs: null });
    } catch (error) {
      if (signal.aborted) return show(entry, { state: "paused", bytesPerSecond: null, etaMs: null });
      fail(entry, await failureFrom(error, entry));
    }
  };

  const failureFrom = async (error: unknown, { journal }: Entry): Promise<HostFailure> => {
    const code = fileErrorCode(error);
    if (code === "ENOSPC" || code === "EDQUOT") return noSpace(parts, journal);
    log.error(`download of ${journal.name}`, error);
    const reason = error instanceof Error ? error.message : String(error);
    return code === undefined ? { code: "internal", detail: { reason } } : failed(reason);
  };

  /** Two processes never write the same file: who has the lock works, and everybody reads the journal after taking it. */
  const runLocked = async (entry: Entry, signal: AbortSignal): Promise<Outcome> => {
    await entry.noted;
    const layout = layoutOf(folder, entry.journal.id);
    await files.makeFolder(layout.partial);
    const lock = takeExclusiveLock(layout.lock);
    if (!lock) return { ok: false, failure: takenFailure() };
    let outcome: Outcome | undefined;
    try {
      const saved = await readJournal(files, layout.journal);
      entry.journal.parts = saved?.parts ?? [];
      entry.journal.commit = saved?.commit ?? null;
      await writeJournal(files, layout.journal, entry.journal);
      const speed = createSpeed(clock);
      const tell = (progress: Progress): void => {
        if (progress.state === entry.download.state) speed.add(progress.doneBytes);
        else speed.restart();
        const { bytesPerSecond } = speed;
        const left = progress.totalBytes - progress.doneBytes;
        show(entry, { ...progress, bytesPerSecond, etaMs: bytesPerSecond ? (left * 1000) / bytesPerSecond : null });
      };
      outcome = await fetchModel({ parts, journal: entry.journal, layout, tell, signal });
      if (outcome.ok) await removeJournal(files, layout.journal);
      return outcome;
    } finally {
      lock.release();
      if (outcome?.ok) await removeLock(layout.lock);
    }
  };

  /** Another process may have it by now: then it stays. */
  const removeLock = (path: string): Promise<void> => files.remove(path).catch(() => undefined);

  const close = async (): Promise<void> => {
    closed = true;
    await restored;
    const running = [...entries.values()].flatMap(({ active }) => active ?? []);
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
    await Promise.all([...entries.values()].map(({ noted }) => noted));
    changes.close();
  };

  return {
    list: () => [...entries.values()].map(({ download }) => download),
    start({ name, repository, files: wanted, catalogId = null, sha256 }) {
      const all = [...new Set(wanted.flatMap(partNames))];
      const id = downloadId(repository, all);
      const hash = sha256?.toLowerCase() ?? null;
      if (hash !== null && (!sha256Hex.test(hash) || all.length !== 1))
        return { ok: false, failure: withName(name, failed(l10n.t("a SHA-256 is 64 hex digits, for a single file"))) };
      const asked = { id, name, catalogId, repository, files: all, sha256: hash };
      const journal: Journal = { version: 1, ...asked, commit: null, parts: [] };
      const entry = entries.get(id) ?? add(journal);
      if (!entry) return { ok: false, failure: withName(name, failed(l10n.t("its name is not allowed"))) };
      if (hash !== null) entry.journal.sha256 = hash;
      // When it cannot be noted, the run fails for the same reason, and says it.
      if (!entry.active) entry.noted = note(entry).catch((error: unknown) => log.warn(`${name} not noted: ${error}`));
      enqueue(entry);
      return { ok: true, download: entry.download };
    },
    pause(id) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      entry.again = false;
      entry.active?.stop.abort();
      if (entry.download.state === "queued") show(entry, { state: "paused" });
      return { ok: true };
    },
    resume(id) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      if (entry.download.state !== "done") enqueue(entry);
      return { ok: true };
    },
    async cancel(id) {
      const entry = entries.get(id);
      if (!entry) return unknown(id);
      entry.again = false;
      entry.active?.stop.abort();
      await entry.active?.ended;
      await entry.noted;
      const layout = layoutOf(folder, id);
      await files.makeFolder(layout.partial);
      const lock = takeExclusiveLock(layout.lock);
      if (!lock) return { ok: false, failure: withName(entry.journal.name, takenFailure()) };
      await files.remove(layout.stage);
      await removeJournal(files, layout.journal);
      lock.release();
      await removeLock(layout.lock);
      entries.delete(id);
      changes.add(null);
      return { ok: true };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restored,
    close,
  };
};

const withName = (name: string, { code, detail }: HostFailure): HostFailure => ({ code, detail: { name, ...detail } });
const takenFailure = (): HostFailure => failed(l10n.t("another window or the command line is downloading it"));
const unknown = (id: string): Outcome => ({ ok: false, failure: { code: "download-unknown", detail: { id } } });
