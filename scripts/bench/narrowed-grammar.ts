// Output that may only name what exists: what it costs to say what that is, and to write under it.
import * as z from "zod/mini";
import { fromReality } from "../../src/agent/grammar/from-reality.ts";
import { narrowed } from "../../src/agent/grammar/narrowed.ts";
import { nothingKnown, type Reality } from "../../src/agent/grammar/reality.ts";
import { realityOf } from "../../src/agent/grammar/reality-of.ts";
import { jsonGrammar } from "../../src/modelhost/llama/json-grammar.ts";
import type { LoadedModel } from "../../src/modelhost/loaded-model.ts";
import { loadModel, say, user } from "../../test/support/loaded-model.ts";
import { atMost, type Measure } from "./measure.ts";

const builds = 50;
const rounds = 6;
const edits = 4;

const paths = Array.from({ length: 2000 }, (_, index) => `src/part-${index % 40}/file-${index}.ts`);
const lines = Array.from({ length: 2000 }, (_, index) => (index % 3 === 0 ? "}" : `const x${index} = ${index % 70};`));
const parts = { texts: [lines.join("\n")], paths, tools: [], steps: [], models: [] };

/** Lengths bound what is written where nothing is known. */
const Edit = z.strictObject({
  path: fromReality(z.string().check(z.maxLength(40)), "path"),
  search: fromReality(z.string().check(z.maxLength(80)), "excerpt"),
});
const Edits = z.array(Edit).check(z.length(edits));

const timed = (work: () => unknown): number[] =>
  Array.from({ length: builds }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });

const speedUnder = async (model: LoadedModel, reality: Reality, seed: number): Promise<number> => {
  const { usage } = await say(model, {
    messages: [user("go")],
    sampling: { maxTokens: 400, temperature: 1, stop: [], seed },
    format: { kind: "json", schema: narrowed(Edits, reality) },
  });
  return usage.tokensPerSecond;
};

/** Random weights hardly ever choose a token that the grammar takes, so every token pays for the whole vocabulary. */
export const measureNarrowedGrammar = async (path: string): Promise<Measure[]> => {
  const reality = realityOf(parts);
  const schema = narrowed(Edits, reality);
  if (!JSON.stringify(schema).includes('"spans"')) throw new Error("The schema was not narrowed.");
  const model = await loadModel(path);
  const plain: number[] = [];
  const held: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const speeds = [await speedUnder(model, nothingKnown, round), await speedUnder(model, reality, round)] as const;
      // The first one also makes the grammars.
      if (round > 0) plain.push(speeds[0]);
      if (round > 0) held.push(speeds[1]);
    }
  } finally {
    await model.dispose();
  }
  return [
    { name: "reality of 2,000 paths and lines", unit: "ms", values: timed(() => realityOf(parts)), target: atMost(5) },
    { name: "schema narrowed to it", unit: "ms", values: timed(() => narrowed(Edits, reality)), target: atMost(5) },
    { name: "grammar of it, as text", unit: "ms", values: timed(() => jsonGrammar(schema)), target: atMost(50) },
    { name: "generation, plain grammar", unit: "tokens/s", values: plain },
    { name: "generation, grammar of what exists", unit: "tokens/s", values: held },
  ];
};
