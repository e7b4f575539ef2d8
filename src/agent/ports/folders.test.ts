import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within } from "../../../test/support/waiting.ts";
import { type FolderChange, nodeFolders } from "./folders.ts";

describe("folders", () => {
  let folder = "";
  const at = (...names: string[]) => join(folder, ...names);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-folders-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("says nothing of what is missing, and throws at nothing", async () => {
    writeFileSync(at("file"), "");
    for (const path of [at("no"), at("file", "below"), "\0", ""]) {
      assert.deepEqual(await nodeFolders.list(path), []);
      assert.equal(await nodeFolders.info(path), null);
      assert.equal(await nodeFolders.realPath(path === "" ? at("no") : path), null);
      assert.equal(await nodeFolders.readText(path), null);
      nodeFolders.watch(path, () => assert.fail("nothing can change"))?.close();
    }
    assert.deepEqual(await nodeFolders.list(at("file")), []);
    assert.equal(await nodeFolders.writeText(at("file", "below"), "x"), false);
  });

  it("tells files, folders and links apart, and follows links when asked about one", async () => {
    mkdirSync(at("folder"));
    writeFileSync(at("file"), "text");
    symlinkSync("file", at("link"));
    const kinds = new Map((await nodeFolders.list(folder)).map(({ name, kind }) => [name, kind]));
    assert.deepEqual([...kinds].sort(), [
      ["file", "file"],
      ["folder", "folder"],
      ["link", "link"],
    ]);
    const [file, link] = [await nodeFolders.info(at("file")), await nodeFolders.info(at("link"))];
    assert.equal(file?.sizeBytes, 4);
    assert.deepEqual(link, file);
    assert.equal((await nodeFolders.info(at("folder")))?.kind, "folder");
    assert.notEqual((await nodeFolders.info(at("folder")))?.identity, file?.identity);
  });

  it("reads no folders, pipes or files that are too large", async () => {
    writeFileSync(at("large"), "");
    truncateSync(at("large"), 16_000_001);
    const paths = [folder, at("large")];
    if (process.platform !== "win32") {
      execFileSync("mkfifo", [at("pipe")]);
      paths.push(at("pipe"));
    }
    for (const path of paths) assert.equal(await within(5_000, path, nodeFolders.readText(path)), null);
  });

  it("replaces a file in one step, for this user alone, and leaves nothing behind", async () => {
    assert.equal(await nodeFolders.writeText(at("new", "file.json"), "one"), true);
    assert.equal(await nodeFolders.writeText(at("new", "file.json"), "two"), true);
    assert.equal(await nodeFolders.readText(at("new", "file.json")), "two");
    assert.deepEqual(readdirSync(at("new")), ["file.json"]);
    if (process.platform !== "win32") assert.equal(statSync(at("new", "file.json")).mode & 0o777, 0o600);
    mkdirSync(at("new", "folder"));
    assert.equal(await nodeFolders.writeText(at("new", "folder"), "x"), false);
    assert.deepEqual(readdirSync(at("new")).sort(), ["file.json", "folder"]);
  });

  it("tells of a new entry until closed", async () => {
    const change = Promise.withResolvers<FolderChange>();
    const watch = nodeFolders.watch(folder, change.resolve);
    writeFileSync(at("file"), "");
    assert.equal((await within(5_000, "the change", change.promise)).name, "file");
    watch?.close();
  });
});
