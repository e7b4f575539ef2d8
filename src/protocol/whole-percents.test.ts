import assert from "node:assert/strict";
import fc from "fast-check";
import { wholePercents } from "./whole-percents.ts";

describe("whole percentages", () => {
  it("give what is left over to those that lost most", () => {
    assert.deepEqual(wholePercents([0.935, 0.045, 0.02]), [94, 4, 2]);
    assert.deepEqual(wholePercents([0.335, 0.335, 0.33]), [34, 33, 33]);
    assert.deepEqual(wholePercents([1, 0, 0]), [100, 0, 0]);
    assert.deepEqual(wholePercents([0, 0, 0]), [0, 0, 0]);
  });

  it("add up to 100 and are less than one off", () => {
    const shares = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shares, (all) => {
        const whole = all.reduce((sum, share) => sum + share, 0);
        const percents = wholePercents(all);
        assert.equal(
          percents.reduce((sum, percent) => sum + percent, 0),
          100,
        );
        for (const [index, share] of all.entries())
          assert.ok(Math.abs((percents[index] ?? 0) - (share / whole) * 100) < 1 + 1e-9);
      }),
    );
  });
});
