import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeExclusiveLock } from "./exclusive-lock.ts";

describe("an exclusive lock", () => {
  it("has one holder at a time", () => {
    const folder = mkdtempSync(join(tmpdir(), "trivium-lock-"));
    const path = join(folder, "lock");
    const first = takeExclusiveLock(path);
    assert.ok(first);
    assert.equal(takeExclusiveLock(path), null);
    first.release();
    const second = takeExclusiveLock(path);
    assert.ok(second);
    second.release();
    assert.throws(() => takeExclusiveLock(join(folder, "none", "lock")));
    rmSync(folder, { recursive: true, force: true });
  });
});
