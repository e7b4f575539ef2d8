import assert from "node:assert/strict";
import type { Skill } from "../prompt/skill-word.ts";
import { presentAnswer } from "./present.ts";

const shown = (skill: Skill | null, question: string, pieces: string[]): string[] => {
  const out: string[] = [];
  const answer = presentAnswer(skill, { text: question, attachments: [] }, (text) => out.push(text));
  for (const piece of pieces) answer.add(piece);
  answer.end();
  return out;
};
const call = (expression: string): string => JSON.stringify({ tool: "calculator", expression });
const block = (search: string, replace: string): string =>
  `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`;
const beyond = ["This is beyond the starter model. Choose a larger model, or ask about a shorter piece."];

describe("presenting an answer", () => {
  it("passes text on as it comes", () => assert.deepEqual(shown(null, "", ["a", "b"]), ["a", "b"]));

  it("computes a calculator call", () => {
    const pieces = ['{"tool":"calculator",', '"expression":"(3 + 4) * 5"}'];
    assert.deepEqual(shown("calc", "(3 + 4) times 5", pieces), ["`(3 + 4) * 5` = **35**"]);
  });

  it("says when an expression has no value", () =>
    assert.deepEqual(shown("calc", "1 / 0", [call("1 / 0")]), ["`1 / 0` has no value."]));

  it("does not show a sum with numbers that were not asked about, or too often", () => {
    for (const guess of ["15 * 81", "80 * 15 + 15"])
      assert.deepEqual(shown("calc", "What is 15 % of 80?", [call(guess)]), beyond);
  });

  it("knows percent", () =>
    assert.deepEqual(shown("calc", "What is 15 percent of 80?", [call("80 * 15 / 100")]), [
      "`80 * 15 / 100` = **12**",
    ]));

  it("does not show what is no call", () => assert.deepEqual(shown("calc", "1 + 2", ["maybe 12"]), beyond));

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
  });

  it("shows nothing for an empty answer", () => assert.deepEqual(shown("fix", "", []), []));
});
