import assert from "node:assert/strict";
import { placeWords } from "./place-words.ts";

it("names a place in structured output as people count", () => {
  assert.equal(placeWords(["steps", 1, "after", 0]), "steps 2, after 1");
  assert.equal(placeWords(["steps", "1"]), "steps 2");
  assert.equal(placeWords([]), "");
});
