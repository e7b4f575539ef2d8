import { basename, dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { CatalogModel } from "../../protocol/model-catalog.ts";
import type { ModelDescription } from "../../protocol/model-host.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { EngineResult } from "../inference/engine.ts";
import type { Ports } from "../ports/ports.ts";
import { matchCatalog } from "./catalog.ts";
import type { DiscoveryPlaces } from "./discovery/found-model.ts";
import { type DescriptionCache, openDescriptionCache } from "./registry-cache.ts";
import { type FindResult, findModel } from "./registry-find.ts";
import type { RegisteredModel } from "./registry-model.ts";
import { discoveryPlaces, watchedRoots } from "./registry-places.ts";
import { type ScannedModel, scan } from "./registry-scan.ts";
import { watchFolders } from "./registry-watch.ts";

export type { RegisteredModel } from "./registry-model.ts";

/** Each description reads a file's header in the model host; more at once would only wait for the same disk. */
const describedAtOnce = 2;
/** Files that are matched with the catalogue without a pause: about a millisecond. */
const atOnce = 200;

export interface RegistryParts extends Pick<Ports, "clock" | "folders" | "log" | "places"> {
  readonly catalog: readonly CatalogModel[];
  /** Reads a file's header. */
  describe(path: string, signal: AbortSignal): Promise<EngineResult<{ description: ModelDescription }>>;
}

export interface Registry {
  /** The starter model first. Empty before the first refresh: nothing is looked at until somebody asks. */
  models(): readonly RegisteredModel[];
  /** Still looking or reading headers: what `models` gives may not be all. */
  readonly searching: boolean;
  /** Called after each change of `models` or `searching`; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** Looks again, and from then on whenever the folders change. Resolves when all is known, or when superseded. */
  refresh(settings: Settings): Promise<void>;
  /** By id or path, catalogue id, name, or how a name ends, whatever fits first. */
  find(text: string): FindResult;
  close(): void;
}

/** What a search found; a registered model is that again. */
type Found = Omit<ScannedModel, "identity">;

export const createRegistry = (parts: RegistryParts): Registry => {
  const { log } = parts;
  const listeners = new Set<() => void>();
  let models: readonly RegisteredModel[] = [];
  let running: AbortController | null = null;
  let lastSettings: Settings | null = null;
  let opened: Promise<DescriptionCache> | null = null;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const watching = watchFolders(parts, () => {
    if (lastSettings) refresh(lastSettings).catch((error: unknown) => log.error("models: looking again failed", error));
  });

  const registered = (found: Found, cache: DescriptionCache): RegisteredModel => {
    const { id, name, names, source, path, sizeBytes, modifiedAt, removable } = found;
    const described = cache.get(found);
    const description = described?.description ? { ...described.description, path } : null;
    const problem = found.problem ?? described?.problem ?? null;
    const catalog = catalogOf(parts.catalog, [basename(path), ...names], description);
    return { id, name, names, source, path, sizeBytes, modifiedAt, removable, description, problem, catalog };
  };

  /** In pieces, so that thousands of files are no long task of the event loop. */
  const registerAll = async (found: readonly Found[], cache: DescriptionCache): Promise<RegisteredModel[]> => {
    const all: RegisteredModel[] = [];
    for (const one of found) {
      all.push(registered(one, cache));
      if (all.length % atOnce === 0) await setImmediate();
    }
    return all;
  };

  const lookThrough = async (wanted: DiscoveryPlaces, cache: DescriptionCache, signal: AbortSignal): Promise<void> => {
    let found: ScannedModel[] = [];
    const show = async (): Promise<void> => {
      const all = await registerAll(found, cache);
      if (signal.aborted) return;
      models = all;
      changed();
    };
    // What is known stays while looking again; a first search shows what it has so far.
    for await (found of scan(parts, wanted, signal)) if (found.length > models.length) await show();
    if (!signal.aborted) await show();
  };

  /** Reads one header; false when there is no use in reading more. */
  const describeOne = async (id: string, cache: DescriptionCache, signal: AbortSignal): Promise<boolean> => {
    const model = models.find((one) => one.id === id);
    if (!model || signal.aborted) return true;
    const result = await parts.describe(model.path, signal);
    if (signal.aborted) return false;
    const aboutFile = result.ok || result.failure.code.startsWith("model-");
    if (!aboutFile) {
      log.warn(`models: ${model.path} was not read: ${result.failure.code}`);
      return false;
    }
    const described = result.ok
      ? { description: result.description, problem: null }
      : { description: null, problem: result.failure };
    cache.set(model, described);
    const at = models.indexOf(model);
    if (at >= 0) models = models.with(at, registered(model, cache));
    changed();
    return true;
  };

  const describeAll = async (cache: DescriptionCache, signal: AbortSignal): Promise<void> => {
    const waiting = models.filter(({ description, problem }) => !description && !problem).map(({ id }) => id);
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
        if (!(await describeOne(id, cache, signal))) waiting.length = 0;
    };
    await Promise.all(Array.from({ length: describedAtOnce }, work));
  };

  const refresh = async (settings: Settings): Promise<void> => {
    running?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    running = controller;
    lastSettings = settings;
    changed();
    try {
      opened ??= openDescriptionCache(parts);
      const cache = await opened;
      const wanted = discoveryPlaces(settings, parts);
      await lookThrough(wanted, cache, signal);
      if (signal.aborted) return;
      watching.watch([...watchedRoots(wanted), ...models.map(({ path }) => dirname(path))]);
      await describeAll(cache, signal);
      if (!signal.aborted) await cache.save(models);
    } catch (error) {
      // Who superseded this search does not want to hear how it ended.
      if (!signal.aborted) throw error;
    } finally {
      if (running === controller) {
        running = null;
        changed();
      }
    }
  };

  return {
    models: () => models,
    get searching() {
      return running !== null;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refresh,
    find: (text) => findModel(models, text),
    close() {
      listeners.clear();
      running?.abort();
      lastSettings = null;
      watching.close();
    },
  };
};

const catalogOf = (
  catalog: readonly CatalogModel[],
  names: readonly string[],
  description: ModelDescription | null,
): CatalogModel | null => {
  for (const name of names) {
    const model = matchCatalog(catalog, name, description);
    if (model) return model;
  }
  return null;
};
