import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate, formatNumber } from "./arithmetic.ts";

const expressions = fc.letrec<{ sum: string; leaf: string }>((tie) => ({
  leaf: fc.integer({ min: 0, max: 999 }).map(String),
  sum: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(tie("sum"), fc.constantFrom("+", "-", "*", "/", "%"), tie("sum")).map(([a, op, b]) => `${a} ${op} ${b}`),
    tie("sum").map((inner) => `(${inner})`),
    tie("sum").map((inner) => `-(${inner})`),
  ),
})).sum;

describe("arithmetic", () => {
  it("has the value that JavaScript gives", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const value = Number(new Function(`return (${expression})`)());
        assert.equal(evaluate(expression), Number.isFinite(value) ? value : undefined);
      }),
    );
  });

  it("takes powers from the right", () => assert.equal(evaluate("2 ** 3 ** 2"), 512));

  it("refuses what is not an expression", () => {
    for (const text of ["", "1 +", "(1", "1)", "a + 1", "1; 2", "1 2", "process.exit()"])
      assert.equal(evaluate(text), undefined, text);
  });

  it("shows no noise of binary fractions", () => assert.equal(formatNumber(0.1 + 0.2), "0.3"));
});
