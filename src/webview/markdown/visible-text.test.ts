import assert from "node:assert/strict";
import { visibleText } from "./visible-text.ts";

describe("visible text", () => {
  it("leaves tags and blanks without width out", () => {
    assert.equal(visibleText("a\u{e0049}\u{e007f}b\u200bc\ufeff"), "abc");
  });

  it("writes what turns the direction", () => {
    assert.equal(visibleText("a\u202eb\u2066c"), "a\\u202eb\\u2066c");
  });

  it("keeps languages and emoji", () => {
    for (const text of ["שלום\u200f עולם", "👨‍👩‍👧", "नमस्‍ते", "tab\tand\nline"]) assert.equal(visibleText(text), text);
  });
});
