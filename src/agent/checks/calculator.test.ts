import assert from "node:assert/strict";
import fc from "fast-check";
import { quickest } from "../../../test/support/quickest.ts";
import { calculate } from "./calculator.ts";

const textOf = (expression: string): string => {
  const result = calculate(expression);
  return result.ok ? result.text : result.error;
};

const expressionsOf = (operators: readonly string[]): fc.Arbitrary<string> =>
  fc.letrec<{ sum: string; leaf: string }>((tie) => ({
    leaf: fc.integer({ min: 0, max: 999 }).map(String),
    sum: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("leaf"),
      fc.tuple(tie("sum"), fc.constantFrom(...operators), tie("sum")).map(([a, op, b]) => `${a} ${op} ${b}`),
      tie("sum").map((inner) => `(${inner})`),
      tie("sum").map((inner) => `-(${inner})`),
    ),
  })).sum;

describe("calculator", () => {
  it("has the value that JavaScript gives, but for its rounding", () => {
    fc.assert(
      fc.property(expressionsOf(["+", "-", "*", "/"]), (expression) => {
        const value = Number(new Function(`return (${expression})`)());
        const result = calculate(expression);
        if (!result.ok)
          return assert.ok(!Number.isFinite(value) || Math.abs(value) > 1e15, `${expression}: ${result.error}`);
        if (Number.isFinite(value))
          assert.ok(Math.abs(result.value - value) <= 1e-7 * Math.max(1, Math.abs(value)), expression);
      }),
    );
  });

  it("is exact for whole numbers of any size that it takes", () => {
    fc.assert(
      fc.property(expressionsOf(["+", "-", "*"]), (expression) => {
        const value: bigint = new Function(`return (${expression.replace(/\d+/g, "$&n")})`)();
        assert.equal(textOf(expression), value.toString());
      }),
    );
  });

  it("takes the remainder as JavaScript does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 99 }), (a, b) =>
        assert.equal(textOf(`(${a}) % ${b}`), String((a % b) + 0)),
      ),
    );
  });

  const values: Readonly<Record<string, string>> = {
    "0.1 + 0.2": "0.3",
    "1/3": "0.3333333333",
    "2/3": "0.6666666667",
    "1/3*3": "1",
    "2 ** 3 ** 2": "512",
    "2^-2": "0.25",
    "-2^2": "-4",
    "4^0.5": "2",
    "8^(1/3)": "2",
    "12 × 3 ÷ 4 − 1": "8",
    "3·4": "12",
    "3 x 4": "12",
    "2(3+4)": "14",
    "(1+2)(3+4)": "21",
    "[1+2]*{3}": "9",
    "$1,234.50 * 2": "2469",
    "1,000,000 + 1": "1000001",
    "60%": "0.6",
    "15% of 80": "12",
    "60% - 0.1": "0.5",
    "60% + 40%": "1",
    "10 % 4": "2",
    "10%4": "2",
    "7 % -3": "1",
    ".5 + 007": "7.5",
    "2 1/2 + 1": "3.5",
    "1.5e3": "1500",
    "1e-12": "1e-12",
    "1/3e12": "3.333333333e-13",
    "sqrt(16) + √9": "7",
    "sqrt(2)": "1.4142135624",
    "abs(-3)": "3",
    "round(2.5) + round(-2.345, 2)": "0.65",
    "floor(-1.5) + ceil(1.2)": "0",
    "max(1, 2, 3) - min(100,200)": "-97",
    "3 + 4 = ?": "7",
    "1.0025 ^ 360": "2.4568422115",
    "0.5 ^ 10000": "0",
  };
  for (const [expression, text] of Object.entries(values))
    it(`reads ${expression}`, () => assert.equal(textOf(expression), text));

  const errors: Readonly<Record<string, string>> = {
    "": "there is nothing to calculate",
    "1 +": "something is missing at the end",
    "(1": "a bracket is not closed",
    "1)": 'what is ")" at 2',
    "1 2": 'what is "2" at 3',
    "1/2 1/2": 'what is "1" at 5',
    "1; 2": 'what is "," at 2',
    "3 + foo": 'what is "foo" at 5',
    "process.exit()": 'what is "." at 8',
    "constructor(1)": 'what is "constructor" at 1',
    "5!": 'what is "!" at 2',
    "1/0": "division by zero",
    "5 % 0": "division by zero",
    "0^-1": "division by zero",
    "sqrt(-1)": "a negative number has no square root",
    "sqrt(1, 2)": "sqrt takes at most 1 numbers",
    "9**9**9**9": "the exponent is too large",
    "10^300*10^300": "the value is too large",
    "1e999999999": "the number at 1 is too large",
  };
  for (const [expression, error] of Object.entries(errors))
    it(`refuses ${expression === "" ? "nothing" : expression}`, () => assert.equal(textOf(expression), error));

  it("refuses what is long, and what is nested deeply", () => {
    assert.equal(textOf(`1${"+1".repeat(1000)}`), "this is too long for the calculator");
    assert.equal(textOf("(".repeat(500)), "this is nested too deeply");
    assert.equal(textOf(`${"(".repeat(90)}1${")".repeat(90)}`), "1");
  });

  it("says something of any text, and never throws", () => {
    const signs = fc.string({ unit: fc.constantFrom(..."0123456789.,+-*/%^() xe$√=?²½aπ\n".split("")), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), signs), (text) => {
        const result = calculate(text);
        assert.ok(result.ok ? Number.isFinite(result.value) && result.text !== "" : result.error !== "");
      }),
      { numRuns: 500 },
    );
  });

  const hard = [
    "1/3+".repeat(499),
    Array.from({ length: 350 }, (_, i) => `1/${2 * i + 1}`).join("+"),
    "sqrt(2)*".repeat(240),
    "1.001^9999+".repeat(180),
    "2^".repeat(999),
    "-".repeat(1999),
    "√".repeat(1999),
    " ".repeat(1999),
    "1 ".repeat(999),
    "1,".repeat(999),
    "9".repeat(2000),
    `${"9".repeat(390)}/7+`.repeat(5),
  ];
  for (const text of hard)
    it(`ends soon with ${text.slice(0, 12).trim()}…`, () => assert.ok(quickest(() => calculate(`${text}1`)) < 50));
});
