import assert from "node:assert/strict";
import fc from "fast-check";
import { terminalText, visibleText } from "./terminal-text.ts";

describe("text of a terminal", () => {
  for (const [output, text] of [
    ["\u001b[1;31merror\u001b[0m: a.ts", "error: a.ts"],
    ["a\u001b]52;c;QUJD\u0007b", "ab"],
    ["a\u001b]52;c;QUJD\u001b\\b", "ab"],
    ["a\u009d52;c;QUJD\u009cb", "ab"],
    ["a\u001bPtmux;\u001b\u001b]52;c;QUJD\u0007\u001b\\b", "ab"],
    ["\u001b]8;;https://a.example\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["a\u001b(B\u001b7\u001b[?25l\u009b1mb", "ab"],
    ["safe\rother\b\b", "safe\nother"],
    ["a\r\nb\tc", "a\nb\tc"],
    ["\u001b]0;never ends", "0;never ends"],
    ["a\u202eb\u{e0041}c\u200b", "abc"],
  ] as const) {
    it(JSON.stringify(output), () => assert.equal(terminalText(output), text));
  }

  it("has no control character left, and plain text stays", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (output) => {
        assert.doesNotMatch(terminalText(output), /(?![\t\n])\p{Cc}/u);
        assert.doesNotMatch(visibleText(output), /(?![\t\n])\p{Cc}/u);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => assert.equal(terminalText(text), text)));
  });

  it("takes linear time", () => {
    for (const piece of ["\u001b]", "\u001bP", "\r", "\u001b", "\u001b[", "\u009b1", "\u001b] "]) {
      const startedAt = performance.now();
      terminalText(piece.repeat(1_000_000 / piece.length));
      assert.ok(performance.now() - startedAt < 3_000, JSON.stringify(piece));
    }
  });

  it("shows a person everything", () => {
    assert.equal(visibleText("a\u001b[8mhidden\u202e"), "a\\u{1b}[8mhidden\\u{202e}");
  });
});
