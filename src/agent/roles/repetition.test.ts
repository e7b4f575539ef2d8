import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { watchRepetition } from "./repetition.ts";

/** After how many characters the watch says stop; null: never. */
const stopsAt = (text: string, size = 5): number | null => {
  const watch = watchRepetition();
  for (let at = 0; at < text.length; at += size) if (watch.add(text.slice(at, at + size))) return at + size;
  return null;
};

describe("watching for a model in circles", () => {
  for (const [what, unit] of [
    ["a word", "the "],
    ["a letter", "a"],
    ["a sentence", "It does the same as before, and then the same again. "],
    ["a paragraph", `${Array.from({ length: 60 }, (_, index) => `item ${index}`).join(", ")}.\n`],
    ["white space", "\n    "],
  ] as const)
    it(`stops at ${what} that comes again and again, soon after ten times`, () => {
      const before = readFileSync(import.meta.filename, "utf8").slice(0, 1500);
      const least = Math.ceil(40 / unit.length) * unit.length * 10;
      const at = stopsAt(before + unit.repeat(Math.ceil(10_000 / unit.length)));
      assert.ok(at !== null && at >= before.length + least - 45 && at <= before.length + least + 45, `${at} ${least}`);
    });

  it("stops at white space of any kind without end", () => {
    const blanks = Array.from({ length: 3000 }, (_, index) => ((index * index) % 7 < 3 ? " " : "\n")).join("");
    assert.ok((stopsAt(`{ ${blanks}`) ?? 9999) <= 410);
  });

  it("lets code, tables and lists pass", () => {
    for (const file of ["repetition.test.ts", "ask.test.ts", "starter-checks.ts", "roles.gen.ts"])
      assert.equal(stopsAt(readFileSync(new URL(file, import.meta.url), "utf8")), null, file);
    const table = Array.from({ length: 200 }, (_, index) => `| row ${index} | yes | no | maybe |`).join("\n");
    assert.equal(stopsAt(`${table}\n${"-".repeat(120)}\n${"0, ".repeat(100)}`), null);
    assert.equal(stopsAt("const line = 'the same line of code, nine times';\n".repeat(9)), null);
  });

  it("finds it in pieces of any size, and never in text without repetition", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 300 }), (size, unit) => {
        const words = Array.from({ length: 400 }, (_, index) => `${index * 7919} `).join("");
        assert.equal(stopsAt(words, size), null);
        const at = stopsAt(words + words.slice(0, unit).repeat(Math.ceil(1000 / unit) + 12), size);
        assert.ok(at !== null && at > words.length);
      }),
      { numRuns: 60 },
    );
  });

  it("takes the same time for each character, however long the text is", () => {
    const watch = watchRepetition();
    let seed = 1;
    for (let count = 0; count < 100_000; count++) {
      seed = (seed * 48_271) % 2_147_483_647;
      assert.equal(watch.add(seed.toString(36)), false);
    }
  });
});
