import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "./files.ts";

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-unit-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("writes a text whole, readable by the user alone, and leaves nothing else behind", async () => {
    const path = join(folder, "a.json");
    await nodeFiles.writeText(path, "first, and longer");
    await nodeFiles.writeText(path, "second");
    assert.equal(readFileSync(path, "utf8"), "second");
    assert.deepEqual(readdirSync(folder), ["a.json"]);
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o077, 0);
  });

  it("leaves nothing behind when it cannot write", async () => {
    const path = join(folder, "is-a-folder");
    mkdirSync(join(path, "full"), { recursive: true });
    await assert.rejects(nodeFiles.writeText(path, "text"));
    assert.deepEqual(readdirSync(folder), ["is-a-folder"]);
  });

  it("lists names in order, and none where there is no folder", async () => {
    await nodeFiles.writeText(join(folder, "b"), "");
    await nodeFiles.writeText(join(folder, "a"), "");
    assert.deepEqual(await nodeFiles.list(folder), ["a", "b"]);
    assert.deepEqual(await nodeFiles.list(join(folder, "missing")), []);
  });

  it("removes a file, and is content when there is none", async () => {
    const path = join(folder, "a");
    await nodeFiles.writeText(path, "");
    await nodeFiles.remove(path);
    await nodeFiles.remove(path);
    assert.deepEqual(readdirSync(folder), []);
  });
});
