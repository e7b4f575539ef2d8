import assert from "node:assert/strict";
import fc from "fast-check";
import { createFeatureReader, featureCount } from "./features.ts";
import { normalise, splitWords } from "./tokens.ts";

describe("features of a request", () => {
  it("are the same for the same text, whatever was read before", () => {
    const used = createFeatureReader();
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (before, text) => {
        used(before);
        assert.deepEqual(used(text), createFeatureReader()(text));
      }),
      { numRuns: 30 },
    );
  });

  it("are finite, below the size of the table, and end with the constant", () => {
    const read = createFeatureReader();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const { indices, values } = read(text);
        assert.equal(indices.length, values.length);
        assert.ok(indices.every((index) => index < featureCount));
        assert.ok(values.every(Number.isFinite));
        assert.equal(indices.at(-1), featureCount - 1);
        assert.equal(values.at(-1), 1);
      }),
    );
  });

  it("do not look at the middle of a long text", () => {
    const read = createFeatureReader();
    const around = (middle: string): string => `start ${"a ".repeat(3000)}${middle}${" b".repeat(3000)} end`;
    assert.deepEqual(read(around("python")), read(around("theorem")));
  });

  it("take each character of a script without spaces as a word", () => {
    assert.deepEqual(splitWords(normalise("用Python写 42 crêpes")), ["用", "python", "写", "00", "crêpes"]);
    assert.deepEqual(splitWords(normalise("ＡＢＣ ﬁx(x)")), ["abc", "fix", "(", "x", ")"]);
  });
});
