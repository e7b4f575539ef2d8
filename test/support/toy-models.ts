// The toy models for tests that start processes, written once per test run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { atExit } from "../../scripts/editor/at-exit.ts";
import { type ToyModels, writeToyModels } from "../../scripts/gguf/toy-models.ts";

let written: Promise<ToyModels> | undefined;

/** The same files for every caller; nobody may change them. They go when the tests end. */
export const toyModels = (): Promise<ToyModels> => {
  if (written) return written;
  const folder = mkdtempSync(join(tmpdir(), "trivium-models-"));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  written = writeToyModels(folder);
  return written;
};

/** The model that comes with Trivium. */
export const starterFile = join(root, "models", "starter", "starter.gguf");
