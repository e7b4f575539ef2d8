import assert from "node:assert/strict";
import * as z from "zod/mini";
import { callGrammar, jsonGrammar } from "./json-grammar.ts";

/** The rule `root` and those it made, without those of every grammar. */
const rulesOf = (schema: Record<string, unknown>): string[] => {
  const result = jsonGrammar(schema);
  if (!result.ok) throw new Error(result.reason);
  return result.grammar.split("\n").filter((line) => /^(r\d|ref|root)/.test(line));
};

const reasonOf = (schema: Record<string, unknown>): string => {
  const result = jsonGrammar(schema);
  return result.ok ? "" : result.reason;
};

describe("grammar of a JSON schema", () => {
  it("writes required keys in order and lets optional ones be left out, with commas where they belong", () => {
    const properties = { a: { type: "null" }, b: { type: "null" }, c: { type: "null" } };
    assert.deepEqual(rulesOf({ type: "object", properties, required: ["b"] }), [
      "root ::= r2",
      String.raw`r0 ::= "\"c\"" ":" space "null"  | ""`,
      String.raw`r1 ::= "\"a\"" ":" space "null" "," space "\"b\"" ":" space "null" ("," space "\"c\"" ":" space "null")?  | ` +
        String.raw`"\"b\"" ":" space "null" ("," space "\"c\"" ":" space "null")? `,
      `r2 ::= "{" r1 "}"`,
    ]);
  });

  it("takes what zod writes", () => {
    const shape = z.object({
      path: z.enum(["simple", "complex"]),
      kind: z.literal("x"),
      steps: z.array(z.object({ title: z.string().check(z.maxLength(80)), done: z.boolean() })).check(z.maxLength(5)),
      sure: z.number().check(z.minimum(0), z.maximum(1)),
      line: z.optional(z.int().check(z.positive())),
      note: z.nullable(z.string()),
      map: z.record(z.string(), z.number()),
      pair: z.tuple([z.string(), z.int()]),
      either: z.discriminatedUnion("t", [z.object({ t: z.literal(1) }), z.object({ t: z.literal(2) })]),
      any: z.unknown(),
    });
    assert.equal(reasonOf(z.toJSONSchema(shape)), "");
  });

  it("follows references, also to itself", () => {
    const tree = { type: "object", properties: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] } } };
    assert.ok(rulesOf(tree).some((rule) => rule.startsWith("ref-0-")));
    assert.match(reasonOf({ $ref: "https://example.com/x" }), /outside/);
    assert.match(reasonOf({ $ref: "#/$defs/none" }), /no schema/);
    assert.match(reasonOf({ $ref: "#/%" }), /outside/);
    assert.match(reasonOf({ $ref: "#/__proto__" }), /no schema/);
    assert.equal(reasonOf({ $ref: "#/$defs/a%20b", $defs: { "a b": { type: "null" } } }), "");
  });

  it("takes a type beside constants of that type", () => {
    for (const schema of [
      { type: "string", enum: ["a", "b"] },
      { type: ["string", "null"], enum: ["a", null] },
      { type: "integer", const: 3 },
      { type: "number", const: 3 },
      { type: "array", const: [] },
    ])
      assert.equal(reasonOf(schema), "");
    assert.match(reasonOf({ type: "integer", const: 3.5 }), /type/);
  });

  it("takes oneOf when no value can suit two alternatives, and refuses it otherwise", () => {
    const tagged = (t: unknown, required = ["t"]) => ({ type: "object", properties: { t }, required });
    const $defs = { b: tagged({ const: "b" }) };
    for (const oneOf of [
      [{ type: "string" }, { type: "number" }, { type: "null" }],
      [{ const: 1 }, { enum: [2, 3] }],
      [{ const: "a" }, { type: "integer" }],
      [tagged({ const: "a" }), { $ref: "#/$defs/b" }, tagged({ enum: ["c", "d"] })],
    ])
      assert.equal(reasonOf({ oneOf, $defs }), "", JSON.stringify(oneOf));
    for (const oneOf of [
      [{ type: "string" }, { type: "string", maxLength: 3 }],
      [{ type: "integer" }, { type: "number" }],
      [{ enum: [1, 2] }, { enum: [2, 3] }],
      [{ type: "string" }, true],
      [tagged({ const: "a" }, []), tagged({ const: "b" }, [])],
      [tagged({ const: "a" }), tagged({ type: "string" })],
    ])
      assert.match(reasonOf({ type: "object", properties: { key: { oneOf } } }), /^key: oneOf/, JSON.stringify(oneOf));
  });

  it("takes runs of lines and new names, as strings alone", () => {
    assert.equal(reasonOf({ type: "string", description: "x", spans: ["a\nb"] }), "");
    assert.equal(reasonOf({ type: "string", below: ["", 'a"b'] }), "");
    for (const key of ["spans", "below"]) {
      assert.match(reasonOf({ type: "string", [key]: [] }), /list/);
      assert.match(reasonOf({ type: "string", [key]: "a" }), /list/);
      assert.match(reasonOf({ type: "string", [key]: ["a", 1] }), /texts/);
      assert.match(reasonOf({ type: "number", [key]: ["a"] }), /strings/);
      assert.match(reasonOf({ [key]: ["a"] }), /strings/);
      assert.match(reasonOf({ type: "string", [key]: ["a"], maxLength: 3 }), /maxLength/);
    }
    assert.match(reasonOf({ type: "string", spans: ["", " \n"] }), /blank/);
    assert.match(reasonOf({ type: "string", spans: ["a"], below: ["a"] }), /below/);
  });

  it("escapes names and constants", () => {
    const [root] = rulesOf({ const: 'a "quoted" \\ text\n' });
    assert.equal(root, String.raw`root ::= "\"a \\\"quoted\\\" \\\\ text\\n\""`);
  });

  it("refuses what it would have to ignore, with the place and the reason", () => {
    const inKey = (schema: Record<string, unknown>) => reasonOf({ type: "object", properties: { key: schema } });
    assert.match(inKey({ type: "string", pattern: "a" }), /^key: pattern/);
    assert.match(inKey({ type: "array", uniqueItems: true }), /^key: uniqueItems/);
    assert.match(inKey({ type: "number", minimum: 3 }), /^key: these bounds/);
    assert.match(inKey({ type: "integer", minimum: 3, maximum: 2 }), /^key: these bounds/);
    assert.match(inKey({ type: "string", maxLength: 5000 }), /^key: maxLength over 2000/);
    assert.match(inKey({ type: "file" }), /^key: type file/);
    assert.match(inKey({ allOf: [{}, {}] }), /^key: allOf/);
    assert.match(inKey({ not: {} }), /^key: not/);
    assert.match(reasonOf({ type: "object", required: ["a"] }), /a is required/);
    assert.match(reasonOf({ enum: [] }), /enum/);
    assert.match(inKey({ type: [] }), /^key: type/);
    assert.match(inKey({ type: "array", minItems: 4, maxItems: 1 }), /^key: minItems is over maxItems/);
    assert.match(inKey({ type: "string", minLength: 4, maxLength: 1 }), /^key: minLength is over maxLength/);
    assert.match(inKey({ type: "array", minItems: 1.5 }), /^key: minItems/);
    assert.match(inKey({ $ref: "#/$defs/a", minLength: 3 }), /^key: minLength/);
    assert.match(inKey({ enum: ["a"], pattern: "b" }), /^key: pattern/);
    assert.match(inKey({ const: "a", maxLength: 0 }), /^key: maxLength/);
    assert.match(inKey({ const: 1, enum: [1] }), /^key: /);
    assert.match(inKey({ type: "string", enum: ["a", 1] }), /^key: enum .* type/);
    assert.match(inKey({ type: ["string", "null"], const: 1 }), /^key: const .* type/);
    assert.match(reasonOf({ type: "object", required: ["toString"] }), /toString is required/);
    const named = { type: "object", properties: { long: {} }, propertyNames: { maxLength: 2 } };
    assert.match(reasonOf(named), /propertyNames/);
    const none = callGrammar([]);
    assert.ok(!none.ok);
  });
});
