import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonGrammar } from "./json-grammar.ts";
import { type AddRule, oneOf, runOfLines } from "./literal-grammar.ts";

/** All texts of a grammar of literals, alternatives and rules. */
const textsOf = (write: (add: AddRule) => string): string[] => {
  const rules: string[] = [];
  const root = write((text) => `r${rules.push(text) - 1}`);
  const known = new Map<string, string[]>();
  const expand = (text: string): string[] =>
    alternativesOf(text).flatMap((parts) =>
      parts.reduce<string[]>(
        (before, part) => {
          const after = part.startsWith('"') ? [JSON.parse(part)] : expandRule(part);
          return before.flatMap((one) => after.map((next) => one + next));
        },
        [""],
      ),
    );
  const expandRule = (name: string): string[] => {
    const texts = known.get(name) ?? expand(rules[Number(name.slice(1))] ?? assert.fail(name));
    known.set(name, texts);
    return texts;
  };
  return expand(root);
};

/** `"a" r1 | "b"` → [["\"a\"", "r1"], ["\"b\""]] */
const alternativesOf = (text: string): string[][] => {
  const alternatives: string[][] = [[]];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|r\d+|\|/g))
    if (token === "|") alternatives.push([]);
    else alternatives.at(-1)?.push(token);
  return alternatives;
};

const runsOf = (texts: readonly string[]): Set<string> => {
  const runs = new Set<string>();
  for (const lines of texts.map((text) => text.split("\n")))
    for (const [from, first] of lines.entries())
      if (first.trim() !== "")
        for (let to = from + 1; to <= lines.length; to++) runs.add(JSON.stringify(lines.slice(from, to).join("\n")));
  return runs;
};

describe("grammars of many literals", () => {
  it("write each of the texts once, and nothing else", () => {
    const text = fc.oneof(fc.stringMatching(/^[ab/]{0,5}$/), fc.string({ unit: "grapheme" }), fc.string());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        assert.deepEqual(textsOf((add) => oneOf(texts, add)).sort(), [...new Set(texts)].sort());
      }),
    );
  });

  it("share what the texts have in common", () => {
    const rules: string[] = [];
    const root = oneOf(["src/a.ts", "src/b.ts", "x"], (text) => `r${rules.push(text) - 1}`);
    assert.deepEqual([root, ...rules], ['"src/" r0 | "x"', '"a.ts" | "b.ts"']);
  });

  it("write each run of lines of each text once, and nothing else", () => {
    const line = fc.constantFrom("a", "b", "}", "", "  ", '"\\', "aa");
    const text = fc.array(line, { minLength: 1, maxLength: 9 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        fc.pre(texts.some((one) => one.trim() !== ""));
        assert.deepEqual(textsOf((add) => runOfLines(texts, add)).sort(), [...runsOf(texts)].sort());
      }),
      { numRuns: 300 },
    );
  });

  it("of runs grow with the number of lines, also where lines repeat", () => {
    const sizeOf = (lines: number): number => {
      const text = Array.from({ length: lines }, (_, index) => (index % 3 === 0 ? "}" : `x${index % 7}`)).join("\n");
      const result = jsonGrammar({ type: "string", spans: [text] });
      assert.ok(result.ok);
      return result.grammar.length;
    };
    assert.ok(sizeOf(2000) < sizeOf(200) * 11, `${sizeOf(200)} → ${sizeOf(2000)}`);
  });
});
