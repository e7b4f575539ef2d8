import assert from "node:assert/strict";
import fc from "fast-check";
import { linesOf } from "./lines.ts";

const read = async (pieces: readonly string[]): Promise<string[]> => {
  const coming = async function* () {
    yield* pieces;
  };
  const lines: string[] = [];
  for await (const line of linesOf(coming())) lines.push(line);
  return lines;
};

describe("lines that come in pieces", () => {
  it("end with \\n or \\r\\n and nothing else", async () => {
    assert.deepEqual(await read(["one\ntw", "o\r", "\n\nthree\u2028still\u2029three\rtoo\nfo", "ur"]), [
      ...["one", "two", "", "three\u2028still\u2029three\rtoo", "four"],
    ]);
    assert.deepEqual(await read(["one\n"]), ["one"]);
    assert.deepEqual(await read([]), []);
  });

  it("are the same however they are cut", async () => {
    const lines = fc.array(fc.string().map((text) => `${text.replaceAll(/[\r\n]/g, "")}.`));
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 9 }), async (wanted, size) => {
        const whole = wanted.join("\n");
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
          whole.slice(at * size, (at + 1) * size),
        );
        assert.deepEqual(await read(pieces), wanted);
      }),
    );
  });
});
