import assert from "node:assert/strict";
import fc from "fast-check";
import * as z from "zod/mini";
import { fromReality, type Source } from "./from-reality.ts";
import { narrowed } from "./narrowed.ts";
import { nothingKnown, type Reality } from "./reality.ts";
import { realityOf } from "./reality-of.ts";
import { standsIn } from "./stands-in.ts";
import { madeReal, unreal } from "./unreal.ts";

const reality: Reality = realityOf({
  texts: ["let a = 1;\n\nlet size = 24;\n"],
  paths: ["src/a.ts", "src/deep/b.ts", "README.md"],
  tools: ["read_file", "write_file"],
  steps: ["s1", "s2"],
  models: ["/m/one.gguf"],
});

/** The field's own JSON schema. */
const fieldOf = (field: z.ZodMiniType, known: Reality | null = reality): Record<string, unknown> => {
  const { $schema, ...schema } = narrowed(field, known);
  return schema;
};
const marked = (source: Source) => fromReality(z.string(), source);

describe("a schema narrowed to what exists", () => {
  it("lists paths, names, numbers, tools, steps and models", () => {
    assert.deepEqual(fieldOf(marked("path")), { type: "string", enum: reality.paths });
    assert.deepEqual(fieldOf(marked("name")), { type: "string", enum: ["let", "a", "size"] });
    assert.deepEqual(fieldOf(marked("number")), { type: "string", enum: ["1", "24"] });
    assert.deepEqual(fieldOf(fromReality(z.number(), "number")), { type: "number", enum: [1, 24] });
    assert.deepEqual(fieldOf(marked("tool")), { type: "string", enum: reality.tools });
    assert.deepEqual(fieldOf(marked("step")), { type: "string", enum: reality.steps });
    assert.deepEqual(fieldOf(marked("model")), { type: "string", enum: reality.models });
  });

  it("has keywords of its own for excerpts and new paths", () => {
    assert.deepEqual(fieldOf(marked("excerpt")), { type: "string", spans: reality.texts });
    assert.deepEqual(fieldOf(marked("new-path")), { type: "string", below: ["src", "", "src/deep"] });
  });

  it("lists only what the field accepts", () => {
    const short = fromReality(z.string().check(z.maxLength(8)), "path");
    assert.deepEqual(fieldOf(short), { type: "string", enum: ["src/a.ts"] });
    assert.deepEqual(fieldOf(fromReality(z.enum(["read_file", "fly"]), "tool"))["enum"], ["read_file"]);
    const page = fromReality(z.int().check(z.gte(10)), "number");
    assert.deepEqual(fieldOf(page), { type: "integer", enum: [24] });
    const later = marked("path").check(z.minLength(9));
    assert.deepEqual(fieldOf(later)["enum"], ["src/deep/b.ts", "README.md"]);
  });

  it("reaches fields wherever they stand, and no others", () => {
    const path = z.string();
    const schema = z.strictObject({
      free: path,
      maybe: z.optional(fromReality(path, "path")),
      none: z.nullable(fromReality(path, "path")),
      steps: z.array(z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("read"), at: marked("path") })])),
    });
    const text = JSON.stringify(narrowed(schema, reality));
    assert.equal(text.split(JSON.stringify(reality.paths)).length - 1, 3);
    assert.match(text, /"free":\{"type":"string"\}/);
  });

  it("is the plain schema where nothing is known, or too much", () => {
    const many = Array.from({ length: 2001 }, (_, index) => `src/file-${index}.ts`);
    const long = Array.from({ length: 700 }, (_, index) => `${index}${"x".repeat(100)}`);
    for (const source of ["path", "new-path", "name", "excerpt", "step"] as const) {
      assert.deepEqual(fieldOf(marked(source), null), { type: "string" });
      assert.deepEqual(fieldOf(marked(source), nothingKnown), { type: "string" });
    }
    assert.deepEqual(fieldOf(marked("path"), { ...reality, paths: many }), { type: "string" });
    assert.deepEqual(fieldOf(marked("path"), { ...reality, paths: long }), { type: "string" });
    assert.deepEqual(fieldOf(marked("excerpt"), { ...reality, texts: ["\n".repeat(2000)] }), { type: "string" });
    assert.deepEqual(fieldOf(marked("excerpt"), { ...reality, texts: [" \n\n"] }), { type: "string" });
    assert.deepEqual(fieldOf(fromReality(z.number(), "number"), { ...reality, numbers: ["x"] }), { type: "number" });
  });

  it("prefers paths that the context speaks of when there are too many", () => {
    const paths = Array.from({ length: 3000 }, (_, index) => `src/file-${index}.ts`);
    const talk = { ...reality, paths: [...paths, "src/json-grammar.ts"], names: ["json", "Grammar", "src", "ts"] };
    assert.deepEqual(fieldOf(marked("path"), talk)["enum"], ["src/json-grammar.ts"]);
  });

  it("holds all fields together to a cap", () => {
    const paths = Array.from({ length: 600 }, (_, index) => `${index}${"x".repeat(90)}`);
    const text = narrowed(z.object({ a: marked("path"), b: marked("path"), c: marked("path") }), { ...reality, paths });
    assert.ok(JSON.stringify(text).length < 140_000);
    assert.equal(JSON.stringify(text).split('"enum"').length - 1, 2);
    const path = marked("path");
    const often = narrowed(z.object({ a: path, b: path, c: path, d: path, e: path }), { ...reality, paths });
    assert.ok(!JSON.stringify(often).includes("enum"));
  });

  it("enumerates nothing but what exists, whatever there is", () => {
    const words = fc.array(fc.string(), { maxLength: 12 });
    const numbers = fc.array(fc.oneof(fc.double().map(String), fc.string()), { maxLength: 12 });
    const any = fc.record({
      paths: words,
      folders: words,
      names: words,
      numbers,
      texts: words,
      tools: words,
      steps: words,
      models: words,
    });
    const source = fc.constantFrom<Source>("path", "name", "number", "tool", "step", "model");
    const field = fc.tuple(source, fc.constantFrom(z.string(), z.string().check(z.minLength(3)), z.number()));
    fc.assert(
      fc.property(any, fc.array(field, { minLength: 1, maxLength: 5 }), (known, fields) => {
        const shape = fields.map(([from, type], index) => [`f${index}`, fromReality(type, from)] as const);
        const schema = z.object(Object.fromEntries(shape));
        const { properties } = narrowed(schema, known) as { properties: Record<string, { enum?: unknown[] }> }; // an object's schema
        for (const [index, [from, type]] of fields.entries())
          for (const value of properties[`f${index}`]?.enum ?? []) {
            assert.ok(typeof value === "string" || typeof value === "number");
            assert.ok(standsIn(from, value, known), `${from}: ${value}`);
            assert.ok(z.safeParse(type, value).success);
          }
      }),
    );
  });
});

describe("what does not exist", () => {
  const Step: z.ZodMiniType<unknown> = z.object({
    path: z.nullable(marked("path")),
    size: z.optional(fromReality(z.number(), "number")),
    get after() {
      return z.optional(Step);
    },
  });
  const schema = z.object({
    steps: z.array(Step),
    edit: z.union([
      z.object({ kind: z.literal("cut"), what: marked("excerpt") }),
      z.object({ new: marked("new-path") }),
    ]),
    by: z.record(z.string(), marked("tool")),
    pair: z.tuple([marked("step"), marked("step")]),
  });
  const value = {
    steps: [{ path: "src/a.ts", size: 24, after: { path: "src/no.ts", size: 25 } }, { path: null }],
    edit: { kind: "cut", what: "let a = 1;\n\nlet size = 24;" },
    by: { x: "read_file", y: "fly" },
    pair: ["s2", "s3"],
  };

  it("is found with its place", () => {
    assert.deepEqual(unreal(schema, value, reality), [
      { at: ["steps", "0", "after", "path"], value: "src/no.ts" },
      { at: ["steps", "0", "after", "size"], value: 25 },
      { at: ["by", "y"], value: "fly" },
      { at: ["pair", "1"], value: "s3" },
    ]);
    assert.deepEqual(unreal(schema, { ...value, edit: { new: "lib/x.ts" } }, reality).at(-3), {
      at: ["edit", "new"],
      value: "lib/x.ts",
    });
    assert.deepEqual(unreal(schema, value, nothingKnown), []);
  });

  it("is exactly what is not in reality", () => {
    const word = fc.constantFrom("a", "b", "c", "d", "e");
    const words = fc.uniqueArray(word, { minLength: 1 });
    fc.assert(
      fc.property(words, fc.array(word), (paths, used) => {
        const found = unreal(z.array(marked("path")), used, { ...nothingKnown, paths });
        const wrong = used.flatMap((one, index) => (paths.includes(one) ? [] : [{ at: [`${index}`], value: one }]));
        assert.deepEqual(found, wrong);
      }),
    );
  });

  it("takes the way out that a schema leaves, and is named where there is none", () => {
    const schema = z.object({ path: z.nullable(marked("path")), more: z.array(z.nullable(marked("tool"))) });
    const value = { path: "src/no.ts", more: ["read_file", "fly"] };
    const real = { path: null, more: ["read_file", null] };
    assert.deepEqual(madeReal(schema, value, reality), { ok: true, value: real });
    assert.deepEqual(madeReal(schema, real, reality), { ok: true, value: real });
    const both = z.object({ path: z.nullable(marked("path")), tool: marked("tool") });
    assert.deepEqual(madeReal(both, { path: "src/no.ts", tool: "fly" }, reality), {
      ok: false,
      missing: [
        { at: ["path"], value: "src/no.ts" },
        { at: ["tool"], value: "fly" },
      ],
    });
  });

  it("is an excerpt that is no run of whole lines, or begins with a blank one", () => {
    for (const good of ["let a = 1;", "let a = 1;\n", "let size = 24;", "let a = 1;\n\nlet size = 24;\n"])
      assert.ok(standsIn("excerpt", good, reality), good);
    for (const bad of ["", "let a", "\nlet size = 24;", "let a = 1;\nlet size = 24;", "let size = 24;\n\n", "a = 1;"])
      assert.ok(!standsIn("excerpt", bad, reality), bad);
    const two = { ...nothingKnown, texts: ["one", "two"] };
    assert.ok(!standsIn("excerpt", "one\ntwo", two));
  });

  it("is a new path outside of the folders, or with a name that is not plain", () => {
    const names = ["x", "x.ts", "_a-b.test.ts", "src/x.ts", "src/deep/Dockerfile", "9.txt"];
    for (const good of names) assert.ok(standsIn("new-path", good, reality), good);
    const bad = [
      "",
      "/x",
      "lib/x",
      "../x",
      "src/../x",
      "src/",
      "src/.env",
      "src/..",
      "a b",
      "x/",
      "src\\x",
      "é",
      "x.",
      "a..b",
    ];
    for (const one of [...bad, "x".repeat(65), "-rf"]) assert.ok(!standsIn("new-path", one, reality), one);
  });
});
