import { join, resolve } from "node:path";
import type { Settings } from "../../protocol/settings.ts";
import type { Ports } from "../ports/ports.ts";
import type { DiscoveryPlaces } from "./discovery/found-model.ts";

const absolute = (path: string, home: string): string => resolve(home, path.trim().replace(/^~(?=[/\\]|$)/, home));

/** Where Trivium keeps the models that it fetched or imported. */
export const downloadFolder = (settings: Settings, { data, home }: Ports["places"]): string =>
  settings["models.downloadFolder"].trim() === ""
    ? join(data, "models")
    : absolute(settings["models.downloadFolder"], home);

export const discoveryPlaces = (
  settings: Settings,
  { folders, places }: Pick<Ports, "folders" | "places">,
): DiscoveryPlaces => ({
  ...folders.modelFolders(places.home),
  downloads: downloadFolder(settings, places),
  folders: settings["models.folders"].filter((path) => path.trim() !== "").map((path) => absolute(path, places.home)),
});

/** The folders in which a new entry means a new model, before anything has been found in them. */
export const watchedRoots = (places: DiscoveryPlaces): string[] => [
  places.downloads,
  ...places.folders,
  ...places.ollama.map((root) => join(root, "manifests", "registry.ollama.ai", "library")),
  ...places.lmstudio,
  ...places.huggingface,
  ...places.llamaCpp,
];
