// Models in memory and on the disk: what is kept, what is given back, how fast they are planned and found, and how fast
// they write what may only name what exists.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHome } from "../../test/support/test-home.ts";
import { writeToyModels } from "../gguf/toy-models.ts";
import { createEngine } from "./bench-engine.ts";
import { measureIdleHost, measureUnload } from "./host-memory.ts";
import { measureReturn, measureSecondTurn, measureStop } from "./kept-prompts.ts";
import type { Group, Measure } from "./measure.ts";
import { measureNarrowedGrammar } from "./narrowed-grammar.ts";
import { measurePlans, measureSearch } from "./planning.ts";
import { writeRandomModel } from "./random-model.ts";

const measureHost = async (folder: string): Promise<Measure[]> => {
  const small = join(folder, "small.gguf");
  const large = join(folder, "large.gguf");
  await writeRandomModel(small, "small");
  await writeRandomModel(large, "large");
  const home = createTestHome();
  try {
    const engine = createEngine(home);
    return [
      ...(await measureIdleHost(engine, home, small)),
      ...(await measureUnload(engine, home, large)),
      ...(await measureSecondTurn(engine, small)),
      ...(await measureReturn(engine, home, small)),
      ...(await measureStop(engine, small)),
    ];
  } finally {
    await home.close();
  }
};

export const modelsGroup: Group = {
  name: "models",
  what: "prompts that are kept, memory that is given back, plans, searches and grammars",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "trivium-bench-"));
    try {
      const search = await measureSearch(join(folder, "home"));
      const { llama } = await writeToyModels(folder);
      const grammar = await measureNarrowedGrammar(llama);
      return [...measurePlans(), ...search, ...grammar, ...(await measureHost(folder))];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
