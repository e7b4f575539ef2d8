import assert from "node:assert/strict";
import { type GrammarModel, grammarWanted } from "./grammar-wanted.ts";

const large: GrammarModel = { name: "m", parameters: 7e9, bytes: 4e9, card: null };
const measured = (plain: number, narrowed: number): GrammarModel => ({
  ...large,
  card: { grammarFromReality: { plain, narrowed } },
});

describe("whether output is held to what exists", () => {
  it("is as the user says", () => {
    assert.equal(grammarWanted("on", large), true);
    assert.equal(grammarWanted("off", { ...large, parameters: 1e8 }), false);
  });

  it("is so for small models, by count, name or size, and where no size is known", () => {
    assert.equal(grammarWanted("auto", { ...large, parameters: 2.9e9 }), true);
    assert.equal(grammarWanted("auto", { ...large, parameters: null, name: "coder-1.5b-q8" }), true);
    assert.equal(grammarWanted("auto", { ...large, parameters: null, bytes: 1e9 }), true);
    assert.equal(grammarWanted("auto", { ...large, parameters: null, bytes: null }), true);
    assert.equal(grammarWanted("auto", { ...large, parameters: null, name: "coder-7b", bytes: null }), false);
    assert.equal(grammarWanted("auto", { ...large, parameters: null }), false);
  });

  it("is so for large models whose card shows that it helps", () => {
    assert.equal(grammarWanted("auto", large), false);
    assert.equal(grammarWanted("auto", { ...large, card: { grammarFromReality: null } }), false);
    assert.equal(grammarWanted("auto", measured(0.8, 0.85)), true);
    assert.equal(grammarWanted("auto", measured(0.8, 0.8)), false);
    assert.equal(grammarWanted("auto", measured(0.9, 0.5)), false);
  });
});
