import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ModelFiles, nodeModelFiles } from "../../ports/model-files.ts";
import type { CheckHeader } from "./check-files.ts";
import { importModel } from "./import-model.ts";
import { removeModel } from "./remove-model.ts";

const content = Buffer.alloc(3_000_000, "GGUF and more ");
const hash = createHash("sha256").update(content).digest("hex");
const parts = ["big-00001-of-00002.gguf", "big-00002-of-00002.gguf"];

describe("importing and removing models", () => {
  let home: string;
  let folder: string;
  let stick: string;
  const good: CheckHeader = async () => ({ ok: true });
  const put = (name: string, bytes: Buffer = content): string => {
    writeFileSync(join(stick, name), bytes);
    return join(stick, name);
  };
  const bring = (path: string, sha256: string | null = null, checkHeader = good, files: ModelFiles = nodeModelFiles) =>
    importModel({ files, folder, checkHeader }, { path, sha256 }, () => undefined, new AbortController().signal);
  const imported = (): string[] => {
    const there = join(folder, "imported");
    return existsSync(there) ? readdirSync(there).sort() : [];
  };
  const assertNothingLeft = (): void =>
    assert.deepEqual([imported(), readdirSync(join(folder, ".partial"))], [[], ["import.lock"]]);

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "trivium-import-"));
    folder = join(home, "models");
    stick = join(home, "stick");
    mkdirSync(stick);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("copies a file, leaves the source, and takes it a second time for done", async () => {
    const path = put("m.gguf");
    for (const sha256 of [hash.toUpperCase(), null]) {
      assert.deepEqual(await bring(path, sha256), { ok: true, ids: [join(folder, "imported", "m.gguf")] });
      assert.ok(readFileSync(join(folder, "imported", "m.gguf")).equals(content) && readFileSync(path).equals(content));
    }
  });

  it("tells how far it is", async () => {
    const seen: number[] = [];
    const request = { path: put("m.gguf"), sha256: null };
    const ports = { files: nodeModelFiles, folder, checkHeader: good };
    await importModel(ports, request, ({ doneBytes }) => void seen.push(doneBytes), new AbortController().signal);
    assert.equal(seen.at(-1), content.length);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  });

  it("brings all parts with any of them, checked together", async () => {
    for (const name of parts) put(name);
    const seen: string[][] = [];
    const check: CheckHeader = async (path) => {
      seen.push(readdirSync(join(path, "..")).sort());
      return { ok: true };
    };
    assert.deepEqual(await bring(join(stick, parts[1] ?? ""), null, check), {
      ok: true,
      ids: [join(folder, "imported", parts[0] ?? "")],
    });
    assert.deepEqual([seen, imported()], [[parts], parts]);
  });

  it("brings every model of a folder", async () => {
    for (const name of [...parts, "a.gguf", "notes.txt"]) put(name);
    const found = await bring(stick);
    assert.deepEqual(found.ok && found.ids.map((id) => id.slice(join(folder, "imported").length + 1)), [
      "a.gguf",
      parts[0],
    ]);
  });

  it("refuses with a reason and leaves nothing", async () => {
    const refused: readonly [path: string, sha256: string | null, reason: RegExp][] = [
      [put("m.gguf"), "0".repeat(64), /SHA-256/],
      [join(stick, "none.gguf"), null, /not there/],
      [put("x.bin"), null, /\.gguf/],
      [put(parts[0] ?? ""), null, /not there/],
    ];
    for (const [path, sha256, reason] of refused) {
      const found = await bring(path, sha256);
      assert.ok(!found.ok && found.failure.code === "import-failed", path);
      assert.match(String(found.failure.detail["reason"]), reason);
      assertNothingLeft();
    }
  });

  it("names the file on the stick when its header is refused", async () => {
    const path = put("m.gguf");
    const refusing: CheckHeader = async (staged) => ({
      ok: false,
      failure: { code: "model-invalid", detail: { path: staged } },
    });
    assert.deepEqual(await bring(path, null, refusing), {
      ok: false,
      failure: { code: "model-invalid", detail: { path } },
    });
    assertNothingLeft();
  });

  it("never replaces another file, and takes back what it had placed", async () => {
    for (const name of parts) put(name);
    mkdirSync(join(folder, "imported"), { recursive: true });
    writeFileSync(join(folder, "imported", parts[0] ?? ""), "mine");
    assert.equal((await bring(stick)).ok, false);
    assert.deepEqual(imported(), [parts[0]]);
    assert.equal(readFileSync(join(folder, "imported", parts[0] ?? ""), "utf8"), "mine");
  });

  it("fails with the system's words on a full disk or a stick that is pulled out", async () => {
    const copy = async (): Promise<void> => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    const full = await bring(put("m.gguf"), null, good, { ...nodeModelFiles, copy });
    assert.ok(!full.ok && /no space/.test(String(full.failure.detail["reason"])));
    const tight = await bring(put("m.gguf"), null, good, { ...nodeModelFiles, freeBytes: async () => 1000 });
    assert.equal(tight.ok, false);
    assertNothingLeft();
  });

  it("leaves nothing when it is stopped half-way", async () => {
    const stop = new AbortController();
    const copy: ModelFiles["copy"] = async (_from, to, onBytes, signal) => {
      writeFileSync(to, "half");
      onBytes(4);
      signal.throwIfAborted();
    };
    const ports = { files: { ...nodeModelFiles, copy }, folder, checkHeader: good };
    const request = { path: put("m.gguf"), sha256: null };
    await assert.rejects(
      importModel(ports, request, () => stop.abort(), stop.signal),
      { name: "AbortError" },
    );
    assertNothingLeft();
  });

  it("removes a model with all its parts and the empty folders, and nothing else", async () => {
    for (const name of [...parts, "a.gguf"]) put(name);
    await bring(stick);
    const remove = (path: string) => removeModel({ files: nodeModelFiles, folder }, path);
    assert.deepEqual(await remove(join(folder, "imported", parts[1] ?? "")), { ok: true });
    assert.deepEqual(imported(), ["a.gguf"]);
    assert.deepEqual(await remove(join(folder, "imported", "a.gguf")), { ok: true });
    assert.ok(!existsSync(join(folder, "imported")) && existsSync(folder));
  });

  it("removes nothing that is elsewhere, however it is named", async () => {
    const outside = put("mine.gguf");
    await bring(put("m.gguf"));
    symlinkSync(outside, join(folder, "imported", "link.gguf"));
    symlinkSync(stick, join(folder, "out"));
    const paths = [outside, join(folder, "imported", "link.gguf"), join(folder, "out", "mine.gguf")];
    for (const path of [
      ...paths,
      join(folder, "..", "stick", "mine.gguf"),
      folder,
      join(folder, "imported"),
      "/none",
    ]) {
      const found = await removeModel({ files: nodeModelFiles, folder }, path);
      assert.ok(!found.ok && found.failure.code === "remove-failed", path);
    }
    assert.ok(existsSync(outside) && existsSync(join(folder, "imported", "m.gguf")));
  });
});
