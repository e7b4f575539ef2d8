import assert from "node:assert/strict";
import { denseCount } from "./dense.ts";
import { bucketCount } from "./features.ts";
import { encodeWeights, heads, parseWeights, type Weights } from "./weights.ts";

const weights: Weights = {
  threshold: 0.5,
  scales: Float32Array.from(heads, (_, head) => (head + 1) / 4),
  dense: Float32Array.from({ length: (denseCount + 1) * heads.length }, (_, at) => at / 8),
  hashed: Int8Array.from({ length: bucketCount * heads.length }, (_, at) => (at % 255) - 127),
};
const good = encodeWeights(weights);

const damaged = (change: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = good.slice();
  change(bytes);
  return bytes;
};

describe("the router's weights as bytes", () => {
  it("come back as they were", () => {
    assert.deepEqual(parseWeights(good), weights);
  });

  it("come back from the middle of another buffer", () => {
    const pool = Buffer.alloc(good.length + 20, 7);
    pool.set(good, 9);
    assert.deepEqual(parseWeights(pool.subarray(9, 9 + good.length)), weights);
  });

  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["nothing", new Uint8Array(), /too short for a header/],
    ["another kind of file", damaged((bytes) => bytes.fill(0, 0, 4)), /magic number/],
    ["another version", damaged((bytes) => bytes.set([9], 4)), /version 9 is not 1/],
    ["another size", damaged((bytes) => bytes.set([1], 8)), /sizes/],
    ["a cut file", good.subarray(0, good.length - 1), /the length/],
    ["a longer file", Buffer.concat([good, Buffer.alloc(1)]), /the length/],
    ["one flipped bit", damaged((bytes) => bytes.set([(bytes[5000] ?? 0) ^ 1], 5000)), /checksum/],
    ["a flipped checksum", damaged((bytes) => bytes.set([(bytes.at(-1) ?? 0) ^ 1], bytes.length - 1)), /checksum/],
    ["a value that is no number", encodeWeights({ ...weights, threshold: Number.NaN }), /not a finite number/],
  ];
  for (const [what, bytes, message] of cases) {
    it(`are refused: ${what}`, () => assert.throws(() => parseWeights(bytes), message));
  }
});
