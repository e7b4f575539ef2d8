// Writes the toy models for tests and trials into models/toy/ (git-ignored): npm run models:toy
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { toyModels, writeToyModels } from "./gguf/toy-models.ts";

const folder = fileURLToPath(new URL("../models/toy/", import.meta.url));
const paths = await writeToyModels(folder);
const models = [
  { path: paths.llama, purpose: toyModels.llama.purpose },
  { path: paths.qwen2, purpose: toyModels.qwen2.purpose },
  { path: paths.bert, purpose: toyModels.bert.purpose },
  { path: paths.scripted, purpose: toyModels.scripted.purpose },
  { path: paths.scriptedSlow, purpose: toyModels.scriptedSlow.purpose },
];

for (const { path, purpose } of models) {
  const megabytes = ((await stat(path)).size / 1e6).toFixed(2);
  console.log(`${basename(path).padEnd(18)} ${megabytes.padStart(6)} MB  ${purpose}`);
}
