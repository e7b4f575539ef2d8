import assert from "node:assert/strict";
import fc from "fast-check";
import { checkArithmetic } from "./arithmetic.ts";

const right = [
  "He has 16 glasses / 2 = 8 glasses.",
  "3*4 = 12 + 5 = 17",
  "<<2*60=120>>120 minutes",
  "60/100 * $5 = $3",
  "The rope costs 20 / 1.5 = <<20/1.5=13.333333333333334>>13.33 dollars.",
  "10 / 3 ≈ 3.3",
  "10 / 3 = 3 full boxes",
  "5 bananas * $1/banana = $5.",
  "360 inches / 30 inches/day = 12 days",
  "$5 (bananas) + $6 (apples) = $11",
  "\\( 3 \\times 4 = 12 \\)",
  "$$\\frac{6}{2} \\cdot 5 = 15$$",
  "**5 + 3 = 8**",
  "2 \\* 3 = 6",
  "1,000 + 234 = 1,234",
  "100% - 60% = 40%",
  "20% of 50 = 10",
  "0.33 * 900 = 300",
  "$40 - $266.66 = -$226.66",
  "- 5 + 3 = 8",
  "60 chairs x 5 days = 300 chairs",
  "5 times 3 equals 15",
  "20 / 8 = 3",
  "20 / 8 = 2 full boxes",
  "7 / 2 = 3.5 = 4",
  "2 + 2 = 4 and 3 * 3 = 9",
  "2 + 2 = 4, 3 * 3 = 9",
  "`12*7` = **84**",
  "$22/10*100=220.00000000000003",
];

const leftOut = [
  "x = 5",
  "2x + 5 = 15",
  "price * 5 + 3 = 18",
  "half of 20 + 5 = 15",
  "4 feet + 3 inches = 51 inches",
  "120 / 2 = 1 hour",
  "3 * 75 cents = $2.25",
  "50 + 20% = 60",
  "On 12/25/2023 = 7",
  "It takes 3-4 days, version 1.2.3 = 5.",
  "5 dozen * 2 = 120",
  "f(3) + 2 = 11",
  "`1 + 1 == 3`",
  "`a[1] + 1 = 3`",
  "10 / 4 = 2 and 1/2",
  "```\n1 + 1 = 3\n```",
  "√16 + 2 = 6",
  "1 + 1 != 3 and 1 + 1 <= 3",
  "Day 1 = 5 + 3",
  "5! + 1 = 121",
];

const wrong: Readonly<Record<string, readonly [statement: string, value: string]>> = {
  "So 20 + 30 - 29 + 17 = 48 birds.": ["20 + 30 - 29 + 17 = 48", "38"],
  "<<8*2+2=20>>20": ["8*2+2=20", "18"],
  "He pays <<3*5=15>>65 dollars.": ["3*5=65", "15"],
  "2/3 * 4500 = 6000 people": ["2/3 * 4500 = 6000", "3000"],
  "\\frac{84}{14} \\times 9 = 48": ["((84)/(14)) × 9 = 48", "54"],
  "150 - 50 x 14 = 550 beds": ["150 - 50 x 14 = 550", "-550"],
  "(12 / 20) x 100 = 55%": ["(12 / 20) x 100 = 55%", "60"],
  "7 + 5 = 3 * 5 = 15": ["7 + 5 = 3 * 5", "12"],
  "2 + 2 = 5 and 3 * 3 = 9": ["2 + 2 = 5", "4"],
  "2 + 2 = 4 and 3 * 3 = 10": ["3 * 3 = 10", "9"],
  "2 + 2 = 5, 3 * 3 = 9": ["2 + 2 = 5", "4"],
  "`12 * 7 = 86`": ["12 * 7 = 86", "84"],
  "2+2=4=5": ["4=5", "4"],
  "10 / 4 = 2": ["10 / 4 = 2", "2.5"],
  "10 / 4 = 2.6": ["10 / 4 = 2.6", "2.5"],
};

describe("arithmetic in a text", () => {
  for (const text of right)
    it(`lets pass ${text}`, () => {
      const { found, wrong } = checkArithmetic(text);
      assert.ok(found > 0, "nothing was found");
      assert.deepEqual(wrong, []);
    });

  for (const text of leftOut) it(`says nothing of ${text}`, () => assert.deepEqual(checkArithmetic(text).wrong, []));

  for (const [text, [, value]] of Object.entries(wrong))
    it(`finds ${text}`, () =>
      assert.deepEqual(
        checkArithmetic(text)
          .wrong.map((one) => one.value)
          .slice(0, 1),
        [value],
      ));

  it("quotes what is wrong", () => {
    const [text = "", [statement] = [""]] = Object.entries(wrong)[0] ?? [];
    assert.deepEqual(
      checkArithmetic(text).wrong.map((one) => one.statement),
      [statement],
    );
  });

  it("agrees with computed sums and products, and with no others", () => {
    const operand = fc.integer({ min: 2, max: 9999 });
    fc.assert(
      fc.property(
        operand,
        operand,
        fc.constantFrom("+", "-", "*"),
        fc.integer({ min: -50, max: 50 }),
        (a, b, op, off) => {
          const value = op === "+" ? a + b : op === "-" ? a - b : a * b;
          const { found, wrong } = checkArithmetic(`So that makes ${a} ${op} ${b} = ${value + off} in all.`);
          assert.equal(found, 1);
          assert.equal(wrong.length, off === 0 ? 0 : 1);
        },
      ),
    );
  });

  it("never throws", () => {
    const signs = fc.string({
      unit: fc.constantFrom(..."0123456789.,+-*/%^()= x$<>\\{}`ab\n".split("")),
      maxLength: 80,
    });
    fc.assert(
      fc.property(fc.oneof(signs, fc.string({ unit: "binary" })), (text) =>
        assert.ok(checkArithmetic(text).found >= 0),
      ),
      { numRuns: 500 },
    );
  });
});
