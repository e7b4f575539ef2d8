import assert from "node:assert/strict";
import * as z from "zod/mini";
import { fromReality } from "../../src/agent/grammar/from-reality.ts";
import { narrowed } from "../../src/agent/grammar/narrowed.ts";
import { realityOf } from "../../src/agent/grammar/reality-of.ts";
import { unreal } from "../../src/agent/grammar/unreal.ts";
import type { LoadedModel } from "../../src/modelhost/loaded-model.ts";
import type { JsonSchema } from "../../src/protocol/model-host.ts";
import { loadModel, say, user } from "../support/loaded-model.ts";
import { toyModels } from "../support/toy-models.ts";

const source = `add = (a) => {
  a + 24
};

q = "ö \\"\t";
f = () => {
  7.5
};
`;
const reality = realityOf({
  texts: [source, "one\r\n0.5 two", "};\n}"],
  paths: ["src/a.ts", "src/deep/b c.ts", "größe.md", 'odd "name"'],
  tools: ["read", "read_all", "edit"],
  steps: ["s1", "s2", "s10"],
  models: ["/m/one.gguf", "engine:x/two"],
});

const Step = z.strictObject({
  id: fromReality(z.string(), "step"),
  tool: fromReality(z.string(), "tool"),
  path: fromReality(z.string(), "path"),
  by: fromReality(z.string(), "model"),
});
const Edit = z.strictObject({
  path: z.optional(fromReality(z.string(), "new-path")),
  search: fromReality(z.string().check(z.minLength(1)), "excerpt"),
  name: z.nullable(fromReality(z.string(), "name")),
  count: fromReality(z.number(), "number"),
});

const manyPaths = Array.from({ length: 2000 }, (_, index) => `src/part-${index % 40}/file-${index}.ts`);
const manyLines = Array.from({ length: 1999 }, (_, index) => (index % 3 === 0 ? "}" : `line ${index % 700};`)).join(
  "\n",
);

describe("a model with random weights, held to what exists", function () {
  this.timeout(60_000);
  let model: LoadedModel;
  before(async () => {
    model = await loadModel((await toyModels()).llama, { plan: { contextSize: 2048 } });
  });
  after(() => model.dispose());

  const write = async (schema: JsonSchema, seed: number): Promise<unknown> => {
    const sampling = { maxTokens: 1500, temperature: 1, stop: [], seed };
    const said = await say(model, { messages: [user("go")], sampling, format: { kind: "json", schema } });
    assert.equal(said.endReason, "end", said.text);
    return JSON.parse(said.text);
  };

  it("names nothing else, in 200 answers of 200", async () => {
    const seen = new Set<string>();
    const see = (...values: readonly (string | number)[]): void => {
      for (const value of values) seen.add(String(value));
    };
    for (let seed = 1; seed <= 100; seed++) {
      const step = Step.parse(await write(narrowed(Step, reality), seed));
      assert.deepEqual(unreal(Step, step, reality), [], JSON.stringify(step));
      see(step.id, step.tool, step.path, step.by);
      const edit = Edit.parse(await write(narrowed(Edit, reality), seed));
      assert.deepEqual(unreal(Edit, edit, reality), [], JSON.stringify(edit));
      see(edit.count, `${edit.search.split("\n").length} lines`);
    }
    for (const one of [...reality.tools, ...reality.steps, ...reality.paths, ...reality.models, "1 lines", "2 lines"])
      assert.ok(seen.has(one), `${one} can be chosen`);
  });

  it("would name other things under the plain schema", async () => {
    const Short = z.strictObject({ tool: fromReality(z.string().check(z.maxLength(20)), "tool") });
    const value = Short.parse(await write(narrowed(Short, null), 1));
    assert.equal(unreal(Short, value, reality).length, 1);
  });

  it("chooses among two thousand paths and lines", async () => {
    const large = realityOf({ texts: [manyLines], paths: manyPaths, tools: [], steps: [], models: [] });
    const Place = z.strictObject({ path: fromReality(z.string(), "path"), search: fromReality(z.string(), "excerpt") });
    const schema = narrowed(Place, large);
    assert.match(JSON.stringify(schema), /"enum".*"spans"/);
    for (let seed = 1; seed <= 10; seed++) {
      const value = Place.parse(await write(schema, seed));
      assert.deepEqual(unreal(Place, value, large), [], JSON.stringify(value));
    }
  });
});
