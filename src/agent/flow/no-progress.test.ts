import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprintOf, saysTheSame } from "./no-progress.ts";

const same = (one: string, other: string, short: "counts" | "does not count" = "counts"): boolean =>
  saysTheSame(fingerprintOf(one), fingerprintOf(other), short);

const words = fc.stringMatching(/^[a-z]{1,8}$/);
const long = fc.uniqueArray(words, { minLength: 80, maxLength: 120 });

describe("two results say the same", () => {
  it("when only case and spacing differ", () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 50 }), (text) => {
        assert.ok(same(text.join(" "), text.join("\n  ").toUpperCase()));
      }),
    );
  });

  it("when one word of a long text differs, and not when half of it does", () => {
    fc.assert(
      fc.property(long, fc.nat(79), (text, place) => {
        const changed = text.with(place, "completelydifferent");
        assert.ok(same(text.join(" "), changed.join(" ")));
        const half = text.map((word, index) => (index % 2 ? word : `${word}xx`));
        assert.ok(!same(text.join(" "), half.join(" ")));
      }),
    );
  });

  it("not when a short one differs in one word, or in a sign", () => {
    assert.ok(!same("The sum of all of these numbers is 42.", "The sum of all of these numbers is 43."));
    assert.ok(!same("x = 1 + 2", "x = 1 - 2"));
  });

  it("of different steps not when they are only a few words", () => {
    assert.ok(same("42", "42"));
    assert.ok(!same("42", "42", "does not count"));
  });
});
