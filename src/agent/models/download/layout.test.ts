import assert from "node:assert/strict";
import { join, relative, sep } from "node:path";
import * as fc from "fast-check";
import { downloadId, finalPath, isSafeName, partNames } from "./layout.ts";

describe("the layout of downloads", () => {
  it("keeps a repository's folders and names", () => {
    assert.equal(
      finalPath("/m", "Owner/Name-1.5_x", "Q4/big.gguf"),
      join("/m", "Owner", "Name-1.5_x", "Q4", "big.gguf"),
    );
  });

  it("refuses names that no file should have", () => {
    const names = [
      "",
      ".",
      "..",
      ".git",
      "a/b",
      "a\\b",
      "a:b",
      "NUL",
      "com1.gguf",
      "a.",
      "a ",
      " a",
      "a\u0000",
      "a\u202eb",
    ];
    for (const name of [...names, "x".repeat(201)]) assert.equal(isSafeName(name), false, JSON.stringify(name));
    for (const name of ["a", "model-Q4_K_M.gguf", "console.gguf", "模型.gguf"])
      assert.equal(isSafeName(name), true, name);
  });

  it("never leads out of its folder", () => {
    const piece = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("..", ".", "", "a", "b"));
    const path = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("/"));
    fc.assert(
      fc.property(path, path, (repository, name) => {
        const found = finalPath("/m", repository, `${name}.gguf`);
        if (found !== null)
          assert.ok(!relative("/m", found).split(sep).includes("..") && found.startsWith(`${sep}m${sep}`));
      }),
    );
  });

  it("knows the parts of a model by the name of any", () => {
    const parts = ["q/m-00001-of-00002.gguf", "q/m-00002-of-00002.gguf"];
    for (const part of parts) assert.deepEqual(partNames(part), parts);
    assert.deepEqual(partNames("m.gguf"), ["m.gguf"]);
    assert.deepEqual(partNames("m-00001-of-99999.gguf"), ["m-00001-of-99999.gguf"]);
  });

  it("gives one id to one download", () => {
    assert.equal(downloadId("a/b", ["c"]), downloadId("a/b", ["c"]));
    assert.notEqual(downloadId("a/b", ["c"]), downloadId("a/b", ["d"]));
  });
});
