import assert from "node:assert/strict";
import { agreementOf, majority } from "./agreement.ts";
import { finalNumber } from "./final-number.ts";

describe("the number that an answer comes to", () => {
  const answers: Readonly<Record<string, number | null>> = {
    "6 + 2 = 8\n#### 8": 8,
    "A: 1,250": 1250,
    "So the answer is **$42**. There were 3 steps.": 42,
    "\\boxed{17}": 17,
    "### Answer: 5": 5,
    "The total is 3 + 4 = 7 dollars.": 7,
    "First 3, then\n-2.5": -2.5,
    "No number.": null,
    "": null,
  };
  for (const [answer, number] of Object.entries(answers))
    it(`is ${number} in ${JSON.stringify(answer)}`, () => assert.equal(finalNumber(answer), number));
});

describe("agreement", () => {
  it("is the share of the largest group", () => {
    assert.equal(agreementOf(["#### 8", "It is 8.", "It is 9."]), 2 / 3);
    assert.equal(agreementOf(["Yes.", "yes", "no", "**Yes**"]), 0.75);
    assert.equal(agreementOf(["one"]), 1);
    assert.equal(agreementOf([]), 0);
  });

  it("names the first of the largest group", () => {
    assert.equal(majority(["It is 9.", "#### 8", "It is 8."]), 1);
    assert.equal(majority(["a", "b"]), 0);
    assert.equal(majority([]), -1);
  });
});
