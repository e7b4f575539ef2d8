import assert from "node:assert/strict";
import type { Skill } from "../prompt/skill-word.ts";
import { starterAnswer } from "./starter-answer.ts";

const shown = (skill: Skill, question: string, pieces: string[]): string[] => [
  starterAnswer(skill, pieces.join(""), { text: question, attachments: [] }),
];
const call = (expression: string): string => JSON.stringify({ tool: "calculator", expression });
const block = (search: string, replace: string): string =>
  `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`;
const beyond = ["This is beyond the starter model. Choose a larger model, or ask about a shorter piece."];

describe("what the starter model said", () => {
  it("computes what is written in the question itself, whatever the model says", () => {
    const wrong = [call("5 * 6")];
    assert.deepEqual(shown("calc", "What is 5 + 6?", wrong), ["`5 + 6` = **11**"]);
    assert.deepEqual(shown("calc", "What is (2 + 3) * 4?", wrong), ["`(2 + 3) * 4` = **20**"]);
    assert.deepEqual(shown("calc", "2+2", wrong), ["`2+2` = **4**"]);
    assert.deepEqual(shown("calc", "3 x 4 please", wrong), ["`3*4` = **12**"]);
    assert.deepEqual(shown("calc", "what is 12 / 0?", wrong), ["`12 / 0` has no value."]);
  });

  it("computes the model's expression for a question in words", () => {
    const pieces = ['{"tool":"calculator",', '"expression":"12 * 7"}'];
    assert.deepEqual(shown("calc", "What is 12 times 7?", pieces), ["`12 * 7` = **84**"]);
  });

  it("does not show a sum with numbers that were not asked about, or too often", () => {
    for (const guess of ["15 * 81", "80 * 15 + 15", "8 / 2", "12 +"])
      assert.deepEqual(shown("calc", "What is 15 percent of 80, and 8 times 12?", [call(guess)]), beyond);
  });

  it("knows percent", () =>
    assert.deepEqual(shown("calc", "What is 15 percent of 80?", [call("80 * 15 / 100")]), [
      "`80 * 15 / 100` = **12**",
    ]));

  it("does not show what is no call", () =>
    assert.deepEqual(shown("calc", "What is one of 12 plus 3?", ["maybe 12"]), beyond));

  it("shows an explanation only of names and numbers that the code has", () => {
    const question = "What does this do?\n```js\nfunction total(price) {\n  return price * 3;\n}\n```";
    const right = "`total` returns `price` multiplied by 3.";
    assert.deepEqual(shown("explain", question, [right]), [right]);
    for (const noise of ["`total` returns `prize`.", "`total` adds 7.", "meanreturns the", '{"tool":"x"}'])
      assert.deepEqual(shown("explain", question, [noise]), beyond);
  });

  it("shows a fix as a diff", () => {
    const question = "Fix:\n```js\n  if (a = 1) {\n```";
    const diff = "```diff\n-  if (a = 1) {\n+  if (a === 1) {\n```";
    assert.deepEqual(shown("fix", question, [block("  if (a = 1) {", "  if (a === 1) {")]), [diff]);
  });

  it("does not show a fix of lines that are not in the question, of nothing, or without an end", () => {
    const question = "Fix:\n```js\nif (a = 1) {\n```";
    assert.deepEqual(shown("fix", question, [block("if (b = 1) {", "x")]), beyond);
    assert.deepEqual(shown("fix", question, [block("if (a = 1) {", "if (a = 1) {")]), beyond);
    assert.deepEqual(shown("fix", question, [block("if (a = 1) {", "if (a === 1 {")]), beyond);
    assert.deepEqual(shown("fix", question, [block("if (a = 1) {", "if (farje === 1) {")]), beyond);
    assert.deepEqual(shown("fix", question, ["<<<<<<< SEARCH\nif (a = 1) {\n=======\njhi jhi jhi"]), beyond);
  });

  it("leaves out what a fixed sentence promises and Trivium does not have", () => {
    const said = shown("chat", "", ["I am too small for that. Please install a larger model on the Models page."]);
    assert.deepEqual(said, ["I am too small for that. Please choose a larger model."]);
    assert.deepEqual(shown("chat", "", ['{"tool":"noise noise']), beyond);
  });

  it("shows nothing for an empty answer", () => assert.deepEqual(shown("fix", "", []), [""]));
});
