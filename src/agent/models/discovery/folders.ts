import type { Discovery } from "./found-model.ts";
import { modelsUnder } from "./gguf-files.ts";

/** The folder of downloads, then the user's own folders. */
export const discoverFolders: Discovery = async function* (places, folders, signal) {
  yield* modelsUnder(folders, places.downloads, "downloaded", signal);
  for (const folder of places.folders) yield* modelsUnder(folders, folder, "folder", signal);
};
