import assert from "node:assert/strict";
import { presentAnswer } from "./present.ts";

const shown = (skill: Parameters<typeof presentAnswer>[0], pieces: string[]): string[] => {
  const out: string[] = [];
  const answer = presentAnswer(skill, (text) => out.push(text));
  for (const piece of pieces) answer.add(piece);
  answer.end();
  return out;
};

describe("presenting an answer", () => {
  it("passes text on as it comes", () => assert.deepEqual(shown(null, ["a", "b"]), ["a", "b"]));

  it("computes a calculator call", () =>
    assert.deepEqual(shown("calc", ['{"tool":"calculator",', '"expression":"(3 + 4) * 5"}']), [
      "`(3 + 4) * 5` = **35**",
    ]));

  it("says when an expression has no value", () =>
    assert.deepEqual(shown("calc", ['{"tool":"calculator","expression":"1 / 0"}']), ["`1 / 0` has no value."]));

  it("shows what is no call as it is", () => assert.deepEqual(shown("calc", ["maybe 12"]), ["maybe 12"]));

  it("shows a search/replace block as a diff", () =>
    assert.deepEqual(shown("fix", ["<<<<<<< SEARCH\n  if (a = 1) {\n=======\n", "  if (a === 1) {\n>>>>>>> REPLACE"]), [
      "```diff\n-  if (a = 1) {\n+  if (a === 1) {\n```",
    ]));

  it("shows nothing for an empty answer", () => assert.deepEqual(shown("fix", []), []));
});
