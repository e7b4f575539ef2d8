import assert from "node:assert/strict";
import fc from "fast-check";
import { cutMiddle, cutToFit } from "./cut-middle.ts";

const text = fc
  .array(fc.constantFrom("a", "\n", "🙂", "const x = 1;\n", "word ", "é"), { maxLength: 300 })
  .map((pieces) => pieces.join(""));

describe("cutting the middle of a text", () => {
  it("keeps beginning and end, no half letters, and hardly more than it was allowed", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 400 }), (whole, keep) => {
        const cut = cutMiddle(whole, keep);
        if (whole.length <= keep) return assert.equal(cut, whole);
        const [head = "", tail = ""] = cut.split(/\n… [\d,]+ (?:lines|characters) left out …\n/);
        assert.ok(whole.startsWith(head) && whole.endsWith(tail), JSON.stringify({ whole, cut }));
        assert.ok(head.length + tail.length <= keep);
        assert.ok(cut.isWellFormed());
      }),
    );
  });

  it("cuts between lines and says how many are missing", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const cut = cutMiddle(lines.join("\n"), 100).split("\n");
    const marker = cut.findIndex((line) => line.startsWith("…"));
    assert.equal(cut[marker], `… ${100 - (cut.length - 1)} lines left out …`);
    assert.ok(cut.every((line, index) => index === marker || lines.includes(line)));
  });

  it("fills the room that there is in few counts, whatever the tokens are like", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 200, max: 3000 }), async (perToken, most) => {
        const whole = "abcdefg hij\n".repeat(8000);
        let counts = 0;
        const tokensWith = async (part: string): Promise<number> => {
          counts++;
          return 50 + Math.ceil(part.length / perToken);
        };
        const cut = await cutToFit(whole, { most, without: 50 }, tokensWith);
        assert.ok(cut !== null);
        const tokens = 50 + Math.ceil(cut.length / perToken);
        assert.ok(tokens <= most && tokens >= 50 + (most - 50) * 0.6, `${tokens} of ${most}`);
        assert.ok(counts <= 8);
      }),
    );
    assert.equal(await cutToFit("x".repeat(5000), { most: 10, without: 9 }, async (part) => 9 + part.length), null);
  });
});
