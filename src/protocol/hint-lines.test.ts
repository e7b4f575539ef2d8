import assert from "node:assert/strict";
import { hintLines } from "./hint-lines.ts";
import type { Check } from "./verdict.ts";

describe("a hint", () => {
  it("is told line by line, without what the failed check says already", () => {
    const wrong: Check = { kind: "syntax", outcome: "failed", text: "the code does not end" };
    assert.deepEqual(hintLines({ hint: "Wrong: `a`\n\nuse b", checks: [wrong] }), ["Wrong: `a`", "use b"]);
    assert.deepEqual(hintLines({ hint: wrong.text, checks: [wrong] }), []);
    assert.deepEqual(hintLines({ hint: "", checks: [] }), []);
  });
});
