import { dirname, resolve } from "node:path";
import type { Settings } from "../../protocol/settings.ts";
import type { Ports } from "../ports/ports.ts";
import type { EngineTable } from "./engine-table.ts";
import type { Library } from "./library.ts";
import type { FindResult } from "./registry-find.ts";

/** Looking for models, on the disk and at servers. */
export interface ModelSearch {
  /** One search at a time; who asks meanwhile gets the same one. */
  look(): Promise<void>;
  /** A new one even while one runs: that may have passed what has changed. */
  lookAgain(): void;
  /** Looks when nobody has yet; waits a second at most, and what is found later is there for the next one. */
  firstLook(signal: AbortSignal): Promise<void>;
  /** A file, or a folder with one model, that nobody told us about; it is looked through from now on. */
  findByPath(text: string): Promise<FindResult>;
}

export interface ModelSearchParts {
  readonly ports: Pick<Ports, "clock" | "folders" | "log">;
  readonly library: () => Promise<Library>;
  readonly table: EngineTable;
  readonly settings: () => Settings;
  /** After each search. */
  readonly onDone: () => void;
  /** Ends everything. */
  readonly closed: AbortSignal;
}

const firstLookMs = 1_000;

export const createModelSearch = (parts: ModelSearchParts): ModelSearch => {
  const { ports, library, table, settings, onDone, closed } = parts;
  const { clock, folders, log } = ports;
  let looking: Promise<void> | undefined;
  /** Folders of files that were named one by one. */
  const alsoIn = new Set<string>();

  const searched = (): Settings => {
    const given = settings();
    return { ...given, "models.folders": [...given["models.folders"], ...alsoIn] };
  };

  const search = async (): Promise<void> => {
    const { registry, profiles } = await library();
    await Promise.all([profiles.reload(), registry.refresh(searched()), table.refresh(closed)]);
  };

  const look = (): Promise<void> => {
    if (looking) return looking;
    const running = search().finally(() => {
      if (looking === running) looking = undefined;
      onDone();
    });
    looking = running;
    running.catch((error: unknown) => {
      if (!closed.aborted) log.error("looking for models failed", error);
    });
    return running;
  };

  return {
    look,
    lookAgain() {
      looking = undefined;
      void look().catch(() => undefined);
    },
    async firstLook(signal) {
      const { registry } = await library();
      if (registry.models().length > 0) return;
      const waited = Promise.withResolvers<void>();
      const stopWaiting = clock.after(firstLookMs, waited.resolve);
      signal.addEventListener("abort", () => waited.resolve(), { once: true });
      await Promise.race([look().catch(() => undefined), waited.promise]);
      stopWaiting();
    },
    async findByPath(text) {
      const { registry } = await library();
      const path = await folders.realPath(resolve(text));
      const info = path === null ? null : await folders.info(path);
      if (path === null || info === null) return { ok: false, candidates: [] };
      alsoIn.add(info.kind === "folder" ? path : dirname(path));
      await look();
      const candidates = registry.models().filter(({ id }) => id === path || dirname(id) === path);
      const [model] = candidates;
      return model && candidates.length === 1 ? { ok: true, model } : { ok: false, candidates };
    },
  };
};
