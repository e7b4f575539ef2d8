import { sep } from "node:path";
import type { Ports } from "../ports/ports.ts";
import { discoveries, discoverStarter } from "./discovery/discover.ts";
import type { DiscoveryPlaces, FoundModel } from "./discovery/found-model.ts";

/** A model with all the names that its file was found under, the first one first. */
export interface ScannedModel extends FoundModel {
  readonly names: readonly string[];
  /** Whether the file itself, not a link to it, lies in the folder of downloads. */
  readonly removable: boolean;
}

/**
 * Looks through all places, the starter model first. Yields all that was found so far after each program's folders;
 * the last is everything. Ends early when `signal` aborts.
 */
export async function* scan(
  { folders, places }: Pick<Ports, "folders" | "places">,
  wanted: DiscoveryPlaces,
  signal: AbortSignal,
): AsyncGenerator<ScannedModel[]> {
  const found = new Map<string, ScannedModel>();
  const downloads = await folders.realPath(wanted.downloads);
  const add = (model: FoundModel): void => {
    const known = found.get(model.identity);
    if (known?.names.includes(model.name)) return;
    const names = known ? [...known.names, model.name] : [model.name];
    const removable = downloads !== null && model.source === "downloaded" && model.id.startsWith(downloads + sep);
    found.set(model.identity, known ? { ...known, names } : { ...model, names, removable });
  };
  const starter = await discoverStarter(folders, places.bundledModels);
  if (starter) add(starter);
  for (const discover of discoveries) {
    for await (const model of discover(wanted, folders, signal)) add(model);
    if (signal.aborted) return;
    yield [...found.values()];
  }
}
