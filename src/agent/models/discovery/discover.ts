import { join } from "node:path";
import { ModelManifest } from "../../../protocol/model-manifest.ts";
import { parseJson } from "../../../protocol/rpc.ts";
import type { Folders } from "../../ports/folders.ts";
import { discoverFolders } from "./folders.ts";
import type { Discovery, FoundModel } from "./found-model.ts";
import { discoverHuggingFace } from "./huggingface.ts";
import { discoverLlamaCpp } from "./llama-cpp.ts";
import { discoverLmStudio } from "./lmstudio.ts";
import { discoverOllama } from "./ollama.ts";

/** In the order of trust in their names: a file found in two places has the source of the first. */
export const discoveries: readonly Discovery[] = [
  discoverFolders,
  discoverOllama,
  discoverLmStudio,
  discoverHuggingFace,
  discoverLlamaCpp,
];

/** The model that comes with Trivium; null in a program without one. */
export const discoverStarter = async (folders: Folders, bundledModels: string): Promise<FoundModel | null> => {
  const folder = join(bundledModels, "starter");
  const text = await folders.readText(join(folder, "manifest.json"));
  if (text === null) return null;
  const manifest = parseJson(ModelManifest, text);
  if (!manifest.ok) throw new Error(`the starter model's manifest is wrong: ${manifest.issues.join("; ")}`);
  const path = join(folder, manifest.value.file);
  const info = await folders.info(path);
  if (info?.kind !== "file") return null;
  const { sizeBytes, modifiedAt } = info;
  const id = (await folders.realPath(path)) ?? path;
  const identity = info.identity ?? id;
  return { id, identity, path, name: manifest.value.name, source: "bundled", sizeBytes, modifiedAt, problem: null };
};
