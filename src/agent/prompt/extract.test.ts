import assert from "node:assert/strict";
import fc from "fast-check";
import { extractAnswer, extractQuestion } from "./extract.ts";

const markdown = fc
  .array(
    fc.constantFrom(
      "# Title",
      "## Part",
      "",
      "A sentence. And more of it.",
      "- item one. rest",
      "1. first",
      "```ts",
      "```",
      "export const f = 1;",
      "  x += 1;",
      "~~~",
      "🙂 ".repeat(200),
      "   ",
    ),
    { maxLength: 40 },
  )
  .map((lines) => lines.join("\n"));

describe("an extract", () => {
  it("is never longer than its text, and has only what that has, in its order", () => {
    fc.assert(
      fc.property(markdown, (text) => {
        for (const extract of [extractAnswer(text), extractQuestion(text)]) {
          assert.ok(extract.length <= text.length, JSON.stringify({ text, extract }));
          assert.ok(extract.isWellFormed());
          let from = 0;
          for (const line of extract === "" ? [] : extract.split("\n")) {
            const at = text.indexOf(line, from);
            assert.ok(at >= 0, `${JSON.stringify(line)} is not from the text`);
            from = at + line.length;
          }
        }
        assert.equal(extractAnswer(text), extractAnswer(text));
      }),
    );
  });

  it("has the headings, first sentences and definitions of an answer", () => {
    const answer = [
      "The bug is in `total`. It starts at one.",
      "",
      "## Fix",
      "- Start at zero. Then it sums all.",
      "- Test it.",
      "",
      "```ts",
      "export const total = (items: number[]): number => {",
      "  let sum = 0;",
      "  return sum;",
      "};",
      "```",
      "Run the tests",
      "after that.",
    ].join("\n");
    assert.deepEqual(extractAnswer(answer).split("\n"), [
      "The bug is in `total`.",
      "## Fix",
      "- Start at zero.",
      "```ts",
      "export const total = (items: number[]): number => {",
      "```",
      "Run the tests",
    ]);
  });

  it("has the first lines of a question", () =>
    assert.equal(extractQuestion("Why?\n\nIt fails.\na.ts:\n```\ncode\n```"), "Why?\nIt fails.\na.ts:"));
});
