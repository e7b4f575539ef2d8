import assert from "node:assert/strict";
import fc from "fast-check";
import { confidenceOf, type Features, zones } from "./confidence.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const known = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const features: fc.Arbitrary<Features> = fc.record({
  asksNumber: fc.boolean(),
  failedSurely: fc.nat(3),
  failedLikely: fc.nat(3),
  doubts: fc.nat(5),
  unused: fc.nat(5),
  fractions: fc.nat(5),
  length: fc.nat(100_000),
  cut: fc.boolean(),
  tokenMean: known(share),
  tokenLowest: known(share),
  agreement: known(share),
  criticScore: known(fc.integer({ min: 0, max: 10 })),
  criticAccepts: known(fc.boolean()),
});

describe("confidence", () => {
  it("is a probability", () =>
    fc.assert(fc.property(features, (one) => assert.ok(confidenceOf(one) > 0 && confidenceOf(one) < 1))));

  it("falls with each sign of a mistake", () => {
    const counts = ["failedSurely", "failedLikely", "doubts", "unused", "fractions", "length"] as const;
    fc.assert(
      fc.property(features, fc.constantFrom(...counts), fc.nat(1000), (one, name, more) =>
        assert.ok(confidenceOf({ ...one, [name]: one[name] + more }) <= confidenceOf(one)),
      ),
    );
    fc.assert(
      fc.property(features, (one) =>
        assert.ok(confidenceOf({ ...one, cut: true }) <= confidenceOf({ ...one, cut: false })),
      ),
    );
  });

  it("rises with what a model is sure of", () => {
    const shares = ["tokenMean", "tokenLowest", "agreement"] as const;
    fc.assert(
      fc.property(features, fc.constantFrom(...shares), share, share, (one, name, a, b) =>
        assert.ok(confidenceOf({ ...one, [name]: Math.min(a, b) }) <= confidenceOf({ ...one, [name]: Math.max(a, b) })),
      ),
    );
    fc.assert(
      fc.property(features, fc.nat(10), fc.nat(10), (one, a, b) =>
        assert.ok(
          confidenceOf({ ...one, criticScore: Math.min(a, b), criticAccepts: false }) <=
            confidenceOf({ ...one, criticScore: Math.max(a, b), criticAccepts: true }),
        ),
      ),
    );
  });

  it("asks the least of the simple path", () => {
    assert.ok(zones.simple.accept < zones.specialised.accept && zones.specialised.accept < zones.complex.accept);
    for (const { accept, escalate } of Object.values(zones)) assert.ok(escalate < accept);
  });
});
