import assert from "node:assert/strict";
import * as z from "zod/mini";
import { parseJson } from "../../protocol/rpc.ts";
import { messageOf } from "../prompt/request-parts.ts";
import type { Role } from "./define.ts";
import { readStructured } from "./read-structured.ts";
import { roleTexts } from "./role-texts.gen.ts";
import { roles } from "./roles.gen.ts";

// Each with its own input, which nothing here needs to know.
const all = Object.entries(roles) as unknown as [string, Role<unknown, unknown>][];
const structured = all.flatMap(([name, role]) => (role.output === "text" ? [] : [{ name, role, schema: role.output }]));

/** Whether every string and list has a longest length, so that decoding under the grammar always ends. */
const isBounded = (schema: unknown): boolean => {
  if (typeof schema !== "object" || schema === null) return true;
  const { type, enum: values, maxLength, maxItems } = schema as Record<string, unknown>; // JSON Schema
  if (type === "string" && values === undefined && maxLength === undefined) return false;
  if (type === "array" && maxItems === undefined) return false;
  return Object.values(schema).every(isBounded);
};

describe("a role", () => {
  for (const [name, role] of all)
    it(`${name} has its own text, short, and the same bytes in every prompt`, () => {
      assert.equal(role.name, name);
      assert.equal(role.system, role.system.trim());
      assert.equal(role.system, Object.entries(roleTexts).find(([key]) => key === name)?.[1]);
      assert.ok(role.system.length < 1500);
      assert.ok(messageOf(role.parts(role.smallest)).length < 300);
    });

  for (const { name, role, schema } of structured) {
    it(`${name} shows an example that its schema takes`, () => {
      const example = /^(?:Example: )?(\{.*\})$/m.exec(role.system)?.[1] ?? "";
      const parsed = parseJson(schema, example);
      assert.ok(parsed.ok, example);
    });

    it(`${name} always ends when it is decoded under the grammar of its schema`, () => {
      assert.ok(isBounded(z.toJSONSchema(schema)));
      assert.ok(role.maxTokens !== null);
    });
  }
});

describe("a plan as it is asked for", () => {
  const prompt = { text: "Make it fast.", attachments: [] };

  it("has at most so many steps, and is sent back with its problems", () => {
    const refused = {
      plan: {
        goal: "g",
        steps: [{ id: "s1", title: "t", domain: "coder", after: [], readOnly: true }],
        revision: 3,
      },
      problems: ["Step s1 has no title."],
    } as const;
    const text = messageOf(roles.planner.parts({ prompt, steering: [], refused: structuredClone(refused) as never })); // readonly lists
    assert.ok(text.startsWith('Make it fast.\n\nThis plan was sent back:\n```json\n{"goal":"g","steps":[{'));
    assert.ok(text.includes("> Step s1 has no title.\n\nPlan this request in at most 8 steps."));
    assert.ok(!text.includes("revision"));
  });
});

describe("where the critic may find something wrong", () => {
  const placesIn = (text: string) =>
    roles.critic.reality?.({ subject: "answer", question: "", text, findings: [] }).texts;

  it("is a line that says something", () =>
    assert.deepEqual(placesIn("\n  let a = 1;\n{\n\n  let a = 1;\nreturn a;\n"), ["let a = 1;", "return a;"]));

  it("is a sentence of a long line, or the beginning of a long sentence, as it stands there", () => {
    const text = `${"One. ".repeat(20)}${"two ".repeat(100)}`;
    const places = placesIn(text) ?? [];
    assert.deepEqual([places[0], places.length, places[1]?.length], ["One.", 2, 240]);
    assert.ok(places.every((place) => text.includes(place)));
  });

  it("holds whole characters", () => assert.equal(placesIn(`a${"😀".repeat(200)}`)?.[0]?.length, 239));

  it("is nowhere in nothing", () => assert.deepEqual(placesIn(" \n"), []));
});

describe("reading a value", () => {
  const schema = z.object({ a: z.number() });
  for (const [text, endReason, expected] of [
    ['{"a":1}', "end", { a: 1 }],
    ['say {"a":1} so', "end", { a: 1 }],
    ['{"a":1', "budget", "it was cut off before its end"],
    ['{"b":1}', "end", "a is missing"],
    ["none", "end", "it is not JSON"],
    ["", "end", "it is not JSON"],
  ] as const)
    it(`of ${JSON.stringify(text)}`, () => {
      const read = readStructured(schema, { text, endReason });
      assert.deepEqual(read.ok ? read.value : read.problem, expected);
    });
});
