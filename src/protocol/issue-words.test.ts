import assert from "node:assert/strict";
import * as z from "zod/mini";
import { parse, parseJson } from "./rpc.ts";

const Shape = z.strictObject({
  text: z.string().check(z.maxLength(3)),
  count: z.int().check(z.gte(0), z.lte(10)),
  part: z.number().check(z.gt(0)),
  on: z.boolean(),
  one: z.enum(["a", "b"]),
  version: z.literal(1),
  list: z.array(z.string()).check(z.minLength(1)),
  address: z.url({ protocol: /^https?$/ }),
  said: z.string().check(z.minLength(1, "nothing is said")),
  id: z.string().check(z.regex(/^[a-z]+$/, "small letters")),
  either: z.union([z.string(), z.number()]),
  inner: z.object({ name: z.nullable(z.string()) }),
});

const good = {
  ...{ text: "a", count: 1, part: 1, on: true, one: "a", version: 1, list: ["x"], address: "http://127.0.0.1" },
  ...{ said: "x", id: "a", either: 1, inner: { name: null } },
};

const wordsFor = (change: object): string => {
  const parsed = parse(Shape, { ...good, ...change });
  return parsed.ok ? "" : parsed.issues.join("; ");
};

describe("what is wrong with a value", () => {
  for (const [change, words] of [
    [{}, ""],
    [{ text: 5 }, "text: must be a text"],
    [{ text: "four" }, "text: must have at most 3 characters"],
    [{ text: undefined }, "text: is missing"],
    [{ count: "1" }, "count: must be a number"],
    [{ count: 1.5 }, "count: must be a whole number"],
    [{ count: -1 }, "count: must be at least 0"],
    [{ count: 11 }, "count: must be at most 10"],
    [{ part: 0 }, "part: must be more than 0"],
    [{ on: 1 }, "on: must be true or false"],
    [{ one: "secret" }, 'one: must be one of "a", "b"'],
    [{ version: 2 }, "version: must be 1"],
    [{ list: "x" }, "list: must be a list"],
    [{ list: [] }, "list: must have at least 1 entry"],
    [{ list: ["x", null] }, "list.1: must be a text"],
    [{ address: "ftp://x" }, "address: must be an address that begins with http:// or https://"],
    [{ said: "" }, "said: nothing is said"],
    [{ id: "A" }, "id: must be small letters"],
    [{ either: true }, "either: is none of what can stand there"],
    [{ inner: { name: 1 } }, "inner.name: must be a text"],
    [{ inner: [] }, "inner: must be an object"],
    [{ extra: 1 }, "has unknown keys: extra"],
  ] as const)
    it(`is said in plain words: ${words || "nothing"}`, () => assert.equal(wordsFor(change), words));
});

describe("a text that is no JSON", () => {
  for (const [text, line] of [
    ['{\n  "a": 1,\n}', 3],
    ['{\n  "a": hello\n}', 2],
    ['{\n  "a": 1\n  "b": 2\n}', 3],
    ['{\n  // why\n  "a": 1\n}', 2],
    ["{\n  'a': 1\n}", 2],
    ['{\n  "a": nul\n}', 2],
    ['{\n  "a": 1\n', 3],
    ['{"a": [1,\n2}}', 2],
    ["", 1],
  ] as const)
    it(`is named by its line, without its words: ${JSON.stringify(text)}`, () => {
      const parsed = parseJson(z.looseObject({}), text);
      assert.deepEqual(parsed, { ok: false, issues: [`line ${line} is not JSON`] });
    });
});
