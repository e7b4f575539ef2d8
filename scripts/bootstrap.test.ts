import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, root, withLock } from "./bootstrap.mjs";

describe("the lock of the bootstrap", () => {
  const name = `test-${process.pid}`;
  const folder = join(root, ".build", `${name}.lock`);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lets one piece of work in at a time", async () => {
    const order: string[] = [];
    const work = (label: string) => async () => {
      order.push(`${label} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${label} out`);
    };
    await Promise.all([withLock(name, work("a")), withLock(name, work("b"))]);
    assert.deepEqual(order, ["a in", "a out", "b in", "b out"]);
  });

  it("takes over the lock of a process that is gone", async () => {
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pid"), String(gone));
    assert.equal(await withLock(name, async () => "worked"), "worked");
  });

  it("is free again after work that failed", async () => {
    await assert.rejects(
      withLock(name, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(existsSync(folder), false);
  });
});

describe("the environment for programs of their own", () => {
  it("leaves out what npm adds, and keeps the rest", () => {
    const path = process.env["PATH"];
    process.env["npm_lifecycle_event"] = "test";
    process.env["PATH"] = `/a/node_modules/.bin:/usr/bin`;
    try {
      const env = cleanEnvironment();
      assert.equal(env["npm_lifecycle_event"], undefined);
      assert.equal(env["PATH"], "/usr/bin");
      assert.equal(env["HOME"], process.env["HOME"]);
    } finally {
      process.env["PATH"] = path;
      delete process.env["npm_lifecycle_event"];
    }
  });
});
