import assert from "node:assert/strict";
import { walkTokens } from "marked";
import { type Blocks, extendBlocks, headingLevels, noBlocks } from "./blocks.ts";

const answer = [
  "# Title\n\nA paragraph with [a link][one] and\na second line.\n\n",
  "- one\n- two\n\n  with a paragraph\n\n      code in a list\n- three\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\nlazy\n\n",
  "```ts\nconst a = 1;\n\n- not a list\n```\n\nText\n===\n\n<div>\nraw\n</div>\n\n    indented\n\n1. x\n2. y\n\n",
  "***\n\n[one]: https://example.org\n\nlast **words** `code`",
].join("");

const shape = ({ tokens }: Blocks) => tokens.map(({ type, raw }) => ({ type, raw }));

describe("markdown blocks", () => {
  it("come out the same whole and character by character", () => {
    let blocks = noBlocks;
    for (let end = 1; end <= answer.length; end += 1) {
      blocks = extendBlocks(blocks, answer.slice(0, end));
      assert.deepEqual(shape(blocks), shape(extendBlocks(noBlocks, answer.slice(0, end))), `at ${end}`);
    }
  });

  it("keep settled blocks as the same objects and read only the rest again", () => {
    const first = extendBlocks(noBlocks, "one\n\ntwo\n\nthree");
    const second = extendBlocks(first, "one\n\ntwo\n\nthree and more");
    assert.equal(second.tokens[0], first.tokens[0]);
    assert.equal(second.tokens[2], first.tokens[2]);
    assert.equal(second.tokens[4]?.raw, "three and more");
    assert.equal(first.offset, "one\n\ntwo\n\n".length);
  });

  it("keep the line breaks of a paragraph and an item, and leave code, tables and lists as they are", () => {
    const kinds = (text: string): string[] => {
      const seen: string[] = [];
      walkTokens([...extendBlocks(noBlocks, text).tokens], ({ type }) => void seen.push(type));
      return seen;
    };
    assert.deepEqual(kinds("3 * 20 = 60\n60 * 0.9 = 54"), ["paragraph", "text", "br", "text"]);
    assert.deepEqual(kinds("- a\n  b"), ["list", "list_item", "text", "text", "br", "text"]);
    assert.equal(kinds("- a\n- b").includes("br"), false);
    assert.deepEqual(kinds("```\na\nb\n```"), ["code"]);
    assert.equal(kinds("| a |\n|---|\n| 1 |\n| 2 |").includes("br"), false);
  });

  it("start again when the text is another one", () => {
    const blocks = extendBlocks(extendBlocks(noBlocks, "one\n\ntwo"), "three");
    assert.deepEqual(shape(blocks), [{ type: "paragraph", raw: "three" }]);
  });

  it("read Windows line ends, cut between the two characters", () => {
    const half = extendBlocks(noBlocks, "a\r\n\r");
    assert.deepEqual(shape(extendBlocks(half, "a\r\n\r\nb")), shape(extendBlocks(noBlocks, "a\n\nb")));
  });
});

describe("heading levels", () => {
  it("start below the turn's heading and leave no gap", () => {
    const { tokens } = extendBlocks(noBlocks, "## a\n\ntext\n\n#### b\n\n### c\n\n# d\n\n###### e");
    const levels = headingLevels(tokens).filter((level) => level > 0);
    assert.deepEqual(levels, [3, 4, 4, 3, 4]);
  });
});
