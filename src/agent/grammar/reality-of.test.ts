import assert from "node:assert/strict";
import fc from "fast-check";
import { realityOf } from "./reality-of.ts";

const nothing = { texts: [], paths: [], tools: [], steps: [], models: [] };

describe("the reality of a request", () => {
  it("has the folders above its paths and the workspace itself", () => {
    const { folders, paths } = realityOf({ ...nothing, paths: ["a/b/c.ts", "a/d.ts", "e.ts", "a/d.ts", ""] });
    assert.deepEqual(paths, ["a/b/c.ts", "a/d.ts", "e.ts"]);
    assert.deepEqual([...folders].sort(), ["", "a", "a/b"]);
    assert.deepEqual(realityOf(nothing).folders, []);
  });

  it("has names and numbers as they are written, once", () => {
    const { names, numbers } = realityOf({
      ...nothing,
      texts: ["const größe = x86 + $a_1 * 0.50;", "x86 -7 10-20 v1.2.3"],
    });
    assert.deepEqual(names, ["const", "größe", "x86", "$a_1", "v1"]);
    assert.deepEqual(numbers, ["0.50", "-7", "10", "20"]);
  });

  it("says nothing of what there is too much of", () => {
    const long = realityOf({ ...nothing, texts: ["a ".repeat(500_001)], tools: ["t", "t"] });
    assert.deepEqual([long.names, long.numbers, long.texts, long.tools], [[], [], [], ["t"]]);
    const many = realityOf({
      ...nothing,
      texts: [Array.from({ length: 20_001 }, (_, index) => `a${index} 1`).join(" ")],
    });
    assert.deepEqual([many.names, many.numbers, many.texts.length], [[], ["1"], 1]);
  });

  it("has every folder of every path, whatever the paths", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-c/]{1,8}$/)), (paths) => {
        const { folders } = realityOf({ ...nothing, paths });
        for (const path of paths)
          for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1))
            assert.ok(folders.includes(path.slice(0, at)), `${path} in ${folders}`);
        assert.equal(new Set(folders).size, folders.length);
      }),
    );
  });
});
