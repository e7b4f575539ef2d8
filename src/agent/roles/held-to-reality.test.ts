import assert from "node:assert/strict";
import { createRoleEngine } from "../../../test/support/role-engine.ts";
import type { JsonSchema } from "../../protocol/model-host.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import { plainSchema } from "../inference/http/plain-schema.ts";
import { type ChosenModel, plainModel } from "../models/chosen-model.ts";
import { ask } from "./ask.ts";
import { critic } from "./critic.role.ts";
import type { Role } from "./define.ts";
import { planner } from "./planner.role.ts";

const small: ChosenModel = {
  ...plainModel({ path: "/models/m.gguf", name: "m", sizeBytes: 8e9 }, defaultSettings),
  parameters: 1e9,
};
const large: ChosenModel = { ...small, parameters: 7e9 };
const measured = (narrowed: number): ChosenModel => ({
  ...large,
  card: { grammarFromReality: { plain: 0.5, narrowed } },
});

const judged = { ...critic.smallest, text: "a = 1\nb = 3" };
const word = { accept: false, where: "b = 3", problem: "b is 2.", hint: "", score: 2 };
const steps = [{ id: "s1", title: "Do it", domain: "coder", after: [], readOnly: true }];

const script = { planner: [{ json: { goal: "g", steps } }], critic: [{ json: word }] };

/** What the role's schema was for this model, and what came. `said`: what the critic says. */
const asked = async <Input, Output>(
  role: Role<Input, Output>,
  input: Input,
  model: ChosenModel,
  said: object = word,
) => {
  const engine = createRoleEngine({ answers: { ...script, critic: [{ json: said }] } });
  const result = await ask(
    role,
    { input, history: [], partial: "", temperature: null, seed: null, onText: () => undefined },
    {
      ...{ chain: [model], engineOf: () => engine, settings: defaultSettings, workspace: null },
      ...{ emit: () => undefined, onModel: () => undefined },
    },
    new AbortController().signal,
  );
  const format = engine.asked[0]?.request.format;
  assert.ok(result.ok && format?.kind === "json");
  return { value: result.value, schema: format.schema, times: engine.asked.length };
};

const isNarrowed = (schema: JsonSchema): boolean => JSON.stringify(schema).includes('"spans":["a = 1","b = 3"]');

describe("a structured role, held to what exists", () => {
  it("is so with small models, and with large ones where measuring showed that it helps", async () => {
    for (const [model, expected] of [
      [small, true],
      [large, false],
      [measured(0.6), true],
      [measured(0.5), false],
    ] as const)
      assert.equal(isNarrowed((await asked(critic, judged, model)).schema), expected);
  });

  it("gives servers what they know: enumerations, and none of our own keywords", async () => {
    assert.equal(isNarrowed(plainSchema((await asked(critic, judged, small)).schema)), false);
    const { schema } = await asked(planner, planner.smallest, small);
    const ids = { type: "string", enum: ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"] };
    const after = JSON.stringify({ maxItems: 7, type: "array", items: ids });
    assert.ok(JSON.stringify(plainSchema(schema)).includes(`"after":${after}`));
  });

  it("takes the way out where an answer names something else, without another question", async () => {
    for (const [where, taken] of [
      ["b = 3", "b = 3"],
      ["c = 4", null],
      [null, null],
    ] as const) {
      const { value, times } = await asked(critic, judged, large, { ...word, where });
      assert.deepEqual([value, times], [{ ...word, where: taken }, 1]);
    }
  });

  it("takes an answer without the place", async () => {
    const { where, ...rest } = word;
    assert.deepEqual((await asked(critic, judged, large, rest)).value, { ...rest, where: null });
  });
});
