import type { Discovery } from "./found-model.ts";
import { modelsUnder } from "./gguf-files.ts";

/** llama.cpp keeps what `-hf` downloads in one flat cache folder, as `owner_repository_file.gguf`. */
export const discoverLlamaCpp: Discovery = async function* (places, folders, signal) {
  for (const folder of places.llamaCpp) yield* modelsUnder(folders, folder, "llama.cpp", signal);
};
