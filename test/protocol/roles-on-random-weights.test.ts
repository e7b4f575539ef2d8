import assert from "node:assert/strict";
import type { CriticWord } from "../../src/agent/checks/answer-facts.ts";
import { nothingKnown } from "../../src/agent/grammar/reality.ts";
import { unreal } from "../../src/agent/grammar/unreal.ts";
import type { Engine, OpenModel } from "../../src/agent/inference/engine.ts";
import { plainModel } from "../../src/agent/models/chosen-model.ts";
import { ask } from "../../src/agent/roles/ask.ts";
import { type CriticInput, critic } from "../../src/agent/roles/critic.role.ts";
import type { Role } from "../../src/agent/roles/define.ts";
import { planner } from "../../src/agent/roles/planner.role.ts";
import type { JsonSchema } from "../../src/protocol/model-host.ts";
import { defaultSettings } from "../../src/protocol/settings.ts";
import { openOptions, startEngine } from "../support/engine-in-process.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";

const runs = 1000;

/** The longest texts and lists. Random weights fill each to its end, which takes its time. */
type Most = Readonly<Record<string, number>>;
const usual: Most = { maxLength: 4, maxItems: 1 };
const sometimes: Most = { maxLength: 12, maxItems: 3 };

/** The same schema with shorter texts and lists: what it takes, the whole one takes too. */
const shorter = (schema: unknown, most: Most): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => shorter(one, most));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      typeof value === "number" && most[key] !== undefined ? Math.min(value, most[key]) : shorter(value, most),
    ]),
  );
};

/** The model with what it is asked for made shorter: `most` is called for each question. */
const withShorterAnswers = (open: OpenModel, most: () => Most): OpenModel => ({
  ...open,
  generate: (request, onProgress, signal) => {
    const { format } = request;
    const schema = format.kind === "json" ? shorter(format.schema, most()) : {};
    // A schema it still is.
    return open.generate({ ...request, format: { kind: "json", schema: schema as JsonSchema } }, onProgress, signal);
  },
  release: () => undefined,
});

const judged: CriticInput = { ...critic.smallest, text: "let a = 1;\n\n  a += 2;\n}" };

describe("structured roles on random weights", function () {
  this.timeout(300_000);
  let home: TestHome;
  before(() => {
    home = createTestHome();
  });
  after(() => home.close());

  it(`say what their schema takes, ${runs} times out of ${runs}`, async () => {
    const path = (await toyModels()).llama;
    const engine = startEngine(home, {});
    const signal = new AbortController().signal;
    const opened = await engine.open({ ...openOptions(path), sequences: 2 }, () => undefined, signal);
    assert.ok(opened.ok, JSON.stringify(opened));
    let asked = 0;
    const values: unknown[] = [];
    const open = withShorterAnswers(opened.open, () => (++asked % 20 === 0 ? sometimes : usual));
    const shortened: Engine = { ...engine, open: async () => ({ ok: true, open }) };

    const askOnce = async <Input, Output>(role: Role<Input, Output>, input: Input, seed: number): Promise<void> => {
      const result = await ask(
        role,
        {
          input,
          history: [],
          partial: "",
          temperature: (seed % 10) / 10 + 0.1,
          seed,
          onText: () => undefined,
        },
        {
          chain: [plainModel({ path, name: "toy", sizeBytes: 1 }, defaultSettings)],
          engineOf: () => shortened,
          settings: defaultSettings,
          workspace: null,
          emit: () => undefined,
          onModel: () => undefined,
        },
        signal,
      );
      assert.ok(result.ok, `${role.name} with seed ${seed}: ${JSON.stringify(result)}`);
      assert.equal(result.endReason, "end");
      assert.ok(role.output !== "text");
      assert.deepEqual(unreal(role.output, JSON.parse(result.text), role.reality?.(input) ?? nothingKnown), []);
      values.push(result.value);
    };
    for (let seed = 1; seed <= runs / 2; seed++)
      await Promise.all([askOnce(planner, planner.smallest, seed), askOnce(critic, judged, seed)]);
    const places = new Set(values.map((value) => (value as Partial<CriticWord>).where)); // a plan has none
    assert.deepEqual(places, new Set([undefined, null, "let a = 1;", "a += 2;"]));
    assert.equal(asked, runs, "nothing had to be asked twice");
  });
});
