import assert from "node:assert/strict";
import { scoresOf, unitVectors } from "./vectors.ts";

describe("vectors of a server", () => {
  it("are put in the order of their texts, at length 1", () => {
    const data = [
      { index: 1, embedding: [0, 2] },
      { index: 0, embedding: [3, 4] },
    ];
    assert.deepEqual(unitVectors({ data }, 2), [
      [0.6, 0.8],
      [0, 1],
    ]);
  });

  it("are refused when one is missing, double or zero", () => {
    const one = { index: 0, embedding: [1, 0] };
    assert.equal(unitVectors({ data: [one] }, 2), null);
    assert.equal(unitVectors({ data: [one, one] }, 2), null);
    assert.equal(unitVectors({ data: [{ embedding: [0, 0] }] }, 1), null);
  });
});

describe("scores of a server", () => {
  it("are put in the order of the documents", () => {
    const results = [
      { index: 2, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.5 },
      { index: 1, relevance_score: 0.1 },
    ];
    assert.deepEqual(scoresOf({ results }, 3), [0.5, 0.1, 0.9]);
    assert.equal(scoresOf({ results }, 4), null);
  });

  it("become 0..1 in the same order when they are raw", () => {
    const results = [8, -3, 0].map((relevance_score, index) => ({ index, relevance_score }));
    const [high = 0, low = 0, middle = 0] = scoresOf({ results }, 3) ?? [];
    assert.ok(0 < low && low < middle && middle < high && high < 1);
    assert.equal(middle, 0.5);
  });
});
