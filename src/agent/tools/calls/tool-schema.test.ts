import assert from "node:assert/strict";
import fc from "fast-check";
import { type StrictSchema, strictSchema } from "./tool-schema.ts";

const strict = (parameters: unknown): Record<string, unknown> => {
  const result = strictSchema(parameters);
  if (!result.ok) throw new Error(result.reason);
  return result.schema;
};

/** The schema of one parameter. */
const one = (schema: unknown): unknown => {
  const properties = strict({ type: "object", properties: { a: schema } })["properties"];
  return Object.entries(properties ?? {})[0]?.[1];
};

describe("the schema of a tool", () => {
  it("has the types of JSON, whatever the author called them", () => {
    for (const [name, expected] of [
      ["dict", { type: "object" }],
      ["String", { type: "string" }],
      ["float", { type: "number" }],
      ["tuple", { type: "array" }],
      ["any", {}],
      ["List[int]", { type: "array", items: { type: "integer" } }],
      ["string[]", { type: "array", items: { type: "string" } }],
      ["Optional[str]", { anyOf: [{ type: "string" }, { type: "null" }] }],
      [
        "Dict[str, List[float]]",
        { type: "object", additionalProperties: { type: "array", items: { type: "number" } } },
      ],
      ["int | None", { anyOf: [{ type: "integer" }, { type: "null" }] }],
      ["int, optional", { type: "integer" }],
    ] as const)
      assert.deepEqual(one({ type: name }), expected, name);
  });

  it("is one closed object with a list of what is required", () => {
    const given = {
      type: "dict",
      properties: { a: { type: "str", required: true }, b: { optional: true } },
      required: ["b", "c"],
    };
    assert.deepEqual(strict(given), {
      ...{ type: "object", additionalProperties: false },
      ...{ properties: { a: { type: "string" }, b: {}, c: {} }, required: ["b", "c", "a"] },
    });
    assert.deepEqual(strict({ city: { type: "string" } })["properties"], { city: { type: "string" } });
    for (const nothing of [undefined, null, {}, { type: "object", properties: {} }])
      assert.deepEqual(strict(nothing)["additionalProperties"], false);
  });

  it("takes the default that its author gave", () => {
    assert.deepEqual(one({ type: "string", default: null }), {
      ...{ default: null, anyOf: [{ type: "string" }, { type: "null" }] },
    });
    assert.deepEqual(one({ type: "string", enum: ["a"], default: "b" }), { default: "b", enum: ["a", "b"] });
    assert.deepEqual(one({ type: "integer", enum: ["1", "2"] }), { enum: [1, 2] });
    assert.deepEqual(one({ type: "array", enum: ["x", "y"] }), { type: "array", items: { enum: ["x", "y"] } });
  });

  it("joins objects that must all hold, and reads limits of old drafts", () => {
    const parts = [
      { type: "object", properties: { a: { type: "integer", minimum: 0, exclusiveMinimum: true } }, required: ["a"] },
      { properties: { b: { type: ["string", "null"] } } },
    ];
    assert.deepEqual(strict({ allOf: parts }), {
      ...{ type: "object", required: ["a"], additionalProperties: false },
      properties: {
        a: { type: "integer", exclusiveMinimum: 0 },
        b: { anyOf: [{ type: "string" }, { type: "null" }] },
      },
    });
  });

  it("says what it leaves out, and why there is none", () => {
    const loose = strictSchema({
      type: "object",
      properties: { a: { type: "string", pattern: "x" } },
      minProperties: 1,
    });
    assert.deepEqual(loose.ok && loose.unenforced, ["schema: minProperties", "a: pattern"]);
    const reasonOf = (result: StrictSchema): string => (result.ok ? "" : result.reason);
    assert.match(reasonOf(strictSchema({ type: "object", properties: { a: { type: "banana" } } })), /^a: type banana/);
    assert.match(reasonOf(strictSchema({ type: "string" })), /no object/);
    let deep: unknown = { type: "string" };
    for (let i = 0; i < 1000; i++) deep = { type: "array", items: deep };
    assert.match(reasonOf(strictSchema({ type: "object", properties: { deep } })), /too deep/);
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, { type: "string" }]));
    assert.match(reasonOf(strictSchema({ type: "object", properties: wide })), /too large/);
  });

  it("is strict already when it is made again", () => {
    fc.assert(
      fc.property(fc.object({ key: fc.constantFrom("type", "properties", "items", "enum", "anyOf", "a") }), (given) => {
        const first = strictSchema(given);
        if (first.ok) assert.ok(strictSchema(first.schema).ok);
      }),
    );
  });
});
