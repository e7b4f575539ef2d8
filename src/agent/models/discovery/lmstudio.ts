import type { Discovery } from "./found-model.ts";
import { modelsUnder } from "./gguf-files.ts";

/** LM Studio keeps `publisher/repository/file.gguf`, and vision projectors beside it, which are left out. */
export const discoverLmStudio: Discovery = async function* (places, folders, signal) {
  for (const folder of places.lmstudio) yield* modelsUnder(folders, folder, "lmstudio", signal);
};
