// Downloads from a hub that misbehaves: the file is exact in the end, or does not have its name.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Downloads } from "../../src/agent/models/download/downloads.ts";
import type { DownloadParts } from "../../src/agent/models/download/fetch-model.ts";
import { nodeModelFiles } from "../../src/agent/ports/model-files.ts";
import type { Download } from "../../src/protocol/models.ts";
import { downloadOnce, downloadsFrom, reaches } from "../support/download-once.ts";
import { bytesOf, type Fault, type HubServer, hubFile, repository, startHub } from "../support/hub-server.ts";
import { within } from "../support/waiting.ts";

const file = "model-Q4_K_M.gguf";
const content = bytesOf(300_000, 1);
const large = bytesOf(65 * 1024 * 1024, 2);

describe("downloads", () => {
  let hub: HubServer;
  let folder: string;
  let all: Downloads[] = [];
  const finalPath = (name = file): string => join(folder, repository, name);
  const open = (change: Partial<DownloadParts> = {}): Downloads => {
    const downloads = downloadsFrom(hub.url, folder, change);
    all.push(downloads);
    return downloads;
  };
  const download = (change?: Partial<DownloadParts>): Promise<Download> =>
    within(20_000, "the download ends", downloadOnce(open(change), file));
  const assertExact = (name = file, expected = content): void => {
    assert.ok(readFileSync(finalPath(name)).equals(expected), "the file is not the one on the hub");
    assert.deepEqual(readdirSync(join(folder, ".partial")), []);
  };
  const assertFailed = ({ state, problem }: Download, code: string): void => {
    assert.equal(state, "failed");
    assert.equal(problem?.code, code, problem?.message);
    assert.ok(!existsSync(finalPath()));
  };
  const part = (): string => join(folder, ".partial", readdirSync(join(folder, ".partial")).find(isStage) ?? "");
  const isStage = (name: string): boolean => /^[0-9a-f]{16}$/.test(name);

  beforeEach(async () => {
    hub = await startHub({ [file]: content });
    folder = mkdtempSync(join(tmpdir(), "trivium-hub-"));
  });
  afterEach(async () => {
    await Promise.all(all.map((downloads) => downloads.close()));
    all = [];
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("arrive whole, through a redirect", async () => {
    const done = await download();
    assert.equal(done.state, "done", done.problem?.message);
    assert.deepEqual([done.doneBytes, done.totalBytes, done.path], [content.length, content.length, finalPath()]);
    assertExact();
  });

  it("do not follow a redirect into the local network", async () => {
    hub.redirect = "origin";
    assertFailed(await download(), "network-refused");
  });

  const recovered: Record<string, readonly Fault[]> = {
    "cut after 100 kB": [{ kind: "cut", after: 100_000 }],
    "cut at once, three times": Array.from({ length: 3 }, () => ({ kind: "cut", after: 0 }) as const),
    "cut, then 200 instead of 206": [{ kind: "cut", after: 100_000 }, { kind: "ignore-range" }],
    "cut, then 416": [
      { kind: "cut", after: 100_000 },
      { kind: "status", status: 416 },
    ],
    "cut, then 416 with the right size": [
      { kind: "cut", after: 100_000 },
      { kind: "status", status: 416, contentRange: `bytes */${content.length}` },
    ],
    "cut, then another piece than asked for": [
      { kind: "cut", after: 100_000 },
      { kind: "shifted", by: 7 },
    ],
    "a length that is too long": [{ kind: "wrong-length", by: 1000 }],
    "more bytes than the file has": [{ kind: "overlong", by: 5000 }],
    "no byte for 30 s": [{ kind: "stall", after: 50_000 }],
    "500, then 503, then 429": [500, 503, 429].map((status) => ({ kind: "status", status }) as const),
  };
  for (const [name, faults] of Object.entries(recovered))
    it(`arrive whole in spite of: ${name}`, async () => {
      hub.faults.push(...faults);
      const done = await download();
      assert.equal(done.state, "done", done.problem?.message);
      assert.equal(hub.faults.length, 0, "not every fault was met");
      assertExact();
    });

  it("ask only for what is missing after a cut", async () => {
    hub.faults.push({ kind: "cut", after: 100_000 });
    await download();
    const [first, second] = hub.ranges;
    assert.equal(first, null);
    assert.match(second ?? "", /^bytes=[1-9]\d*-299999$/);
  });

  it("arrive whole from a hub without ranges", async () => {
    hub.honoursRanges = false;
    hub.faults.push({ kind: "cut", after: 100_000 }, { kind: "cut", after: 200_000 });
    assert.equal((await download()).state, "done");
    assertExact();
  });

  it("end after four tries that brought nothing, keep what came, and go on when asked", async () => {
    hub.faults.push({ kind: "cut", after: 100_000 });
    for (let i = 0; i < 3; i += 1) hub.faults.push({ kind: "status", status: 500 });
    const downloads = open();
    const failed = await within(20_000, "it fails", downloadOnce(downloads, file));
    assertFailed(failed, "download-failed");
    assert.ok(failed.doneBytes > 0);
    downloads.resume(failed.id);
    assert.equal((await within(20_000, "it ends", reaches(downloads, failed.id, ["done"]))).state, "done");
    assert.match(hub.ranges.at(-1) ?? "", /^bytes=[1-9]/);
    assertExact();
  });

  for (const [status, code] of [
    [404, "download-not-found"],
    [401, "download-failed"],
    [403, "download-failed"],
  ] as const)
    it(`end at once with ${status}`, async () => {
      hub.faults.push({ kind: "status", status });
      assertFailed(await download(), code);
      assert.equal(hub.ranges.length, 1);
    });

  it("end when the repository is not there, or has no such file", async () => {
    hub.metadataStatus = [404];
    assertFailed(await download(), "download-not-found");
    hub.files.delete(file);
    assertFailed(await download(), "download-not-found");
  });

  it("ask again when the metadata does not come", async () => {
    hub.metadataStatus = [500, 429, 503];
    assert.equal((await download()).state, "done");
  });

  it("find the hash in the tree where the other list lacks it, and refuse what nobody can check", async () => {
    hub.hashesInTree = true;
    assert.equal((await download()).state, "done");
    rmSync(finalPath());
    hub.files.set(file, { content, sha256: null });
    assertFailed(await download(), "download-failed");
  });

  it("take the hash from the user when the hub has none", async () => {
    hub.files.set(file, { content, sha256: null });
    const downloads = open();
    const started = downloads.start({ name: "m", repository, files: [file], sha256: hubFile(content).sha256 ?? "" });
    assert.ok(started.ok);
    await within(20_000, "it ends", reaches(downloads, started.download.id, ["done"]));
    assertExact();
  });

  it("of other content than the hub names are deleted", async () => {
    hub.files.set(file, { content, sha256: hubFile(bytesOf(10, 9)).sha256 });
    assertFailed(await download(), "download-wrong-hash");
    assert.deepEqual(readdirSync(part()), []);
  });

  it("notice that the file changed on the hub, and begin anew when asked", async () => {
    hub.faults.push(
      { kind: "cut", after: 100_000 },
      ...Array.from({ length: 3 }, () => ({ kind: "status", status: 500 }) as const),
    );
    const downloads = open();
    const { id } = await downloadOnce(downloads, file);
    const changed = bytesOf(310_000, 3);
    hub.files.set(file, hubFile(changed));
    downloads.resume(id);
    await within(20_000, "it runs", reaches(downloads, id, ["running"]));
    assertFailed(await within(20_000, "it fails", reaches(downloads, id, ["failed"])), "download-changed");
    downloads.resume(id);
    await within(20_000, "it ends", reaches(downloads, id, ["done"]));
    assertExact(file, changed);
  });

  it("notice that the content behind a range is another one", async () => {
    hub.faults.push({ kind: "cut", after: 100_000 });
    hub.onSent = () => {
      hub.onSent = () => undefined;
      hub.files.set(file, { content: bytesOf(300_000, 4), sha256: hubFile(content).sha256 });
    };
    assertFailed(await download(), "download-changed");
  });

  it("give a full disk's reason and keep what came", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    let written = 0;
    const openPart: typeof nodeModelFiles.openPart = async (path, size) => {
      const real = await nodeModelFiles.openPart(path, size);
      const write: typeof real.write = async (bytes, at) => {
        if (written > 100_000) throw full;
        written += bytes.length;
        return real.write(bytes, at);
      };
      return { ...real, write };
    };
    assertFailed(await download({ files: { ...nodeModelFiles, openPart } }), "download-no-space");
    assert.deepEqual(readdirSync(part()), [`${file}.part`]);
    assert.equal((await download()).state, "done");
    assert.match(hub.ranges.at(-1) ?? "", /^bytes=[1-9]/);
    assertExact();
  });

  it("are not begun without room for them", async () => {
    const freeBytes = async (): Promise<number> => 400 * 1024 * 1024;
    assertFailed(await download({ files: { ...nodeModelFiles, freeBytes } }), "download-no-space");
    assert.deepEqual(hub.ranges, []);
  });

  it("with a header that is refused are deleted; when it could not be read they are kept", async () => {
    const refusing = (code: "model-invalid" | "host-unavailable") => async () =>
      ({ ok: false, failure: { code, detail: { reason: "so" } } }) as const;
    assertFailed(await download({ checkHeader: refusing("host-unavailable") }), "host-unavailable");
    const asked = hub.ranges.length;
    assertFailed(await download({ checkHeader: refusing("model-invalid") }), "model-invalid");
    assert.equal(hub.ranges.length, asked, "what was kept was fetched again");
    assert.deepEqual(readdirSync(join(folder, ".partial")).filter(isStage), []);
  });

  it("never replace another file", async () => {
    await download();
    writeFileSync(finalPath(), "mine");
    const failed = await download();
    assert.deepEqual([failed.state, failed.problem?.code], ["failed", "download-failed"]);
    assert.equal(readFileSync(finalPath(), "utf8"), "mine");
  });

  it("know a file that is here already", async () => {
    await download();
    const asked = hub.ranges.length;
    assert.equal((await download()).state, "done");
    assert.equal(hub.ranges.length, asked);
  });

  it("fetch a large file over four connections, each cut once, and go on over them", async () => {
    hub.files.set(file, hubFile(large));
    for (let i = 0; i < 4; i += 1) hub.faults.push({ kind: "cut", after: 3_000_000 + i });
    assert.equal((await download()).state, "done");
    assert.equal(hub.ranges.length, 8);
    assertExact(file, large);
  });

  for (const [name, faults] of Object.entries({
    "at once": [{ kind: "ignore-range" }],
    "half-way": [{ kind: "none" }, { kind: "none" }, { kind: "ignore-range" }],
  } satisfies Record<string, Fault[]>))
    it(`fetch a large file over one connection when the hub ignores ranges ${name}`, async () => {
      hub.files.set(file, hubFile(large));
      hub.faults.push(...faults);
      assert.equal((await download()).state, "done");
      assertExact(file, large);
    });

  it("fetch a large file over one connection when told to", async () => {
    hub.files.set(file, hubFile(large));
    assert.equal((await download({ connections: 1 })).state, "done");
    assert.deepEqual(hub.ranges, [null]);
  });

  it("bring all parts of a model, and none before all are checked", async () => {
    const names = [1, 2, 3].map((i) => `Q4/big-0000${i}-of-00003.gguf`);
    hub.files.clear();
    for (const [i, name] of names.entries()) hub.files.set(name, hubFile(bytesOf(50_000 + i, 20 + i)));
    const seen: string[][] = [];
    const checkHeader: DownloadParts["checkHeader"] = async (path) => {
      seen.push(readdirSync(join(path, "..")).sort());
      assert.ok(!existsSync(join(folder, "owner")));
      return { ok: true };
    };
    const downloads = open({ checkHeader });
    const done = await within(20_000, "it ends", downloadOnce(downloads, names[0] ?? ""));
    assert.equal(done.state, "done", done.problem?.message);
    assert.deepEqual(seen, [names.map((name) => name.slice(3))]);
    for (const name of names) assertExact(name, hub.files.get(name)?.content);
    assert.equal(done.totalBytes, 150_003);
  });

  it("are paused, listed after a restart, resumed and cancelled", async () => {
    hub.pace = 300;
    const downloads = open();
    const started = downloads.start({ name: "m", repository, files: [file] });
    const other = downloads.start({ name: "n", repository, files: ["other.gguf"] });
    assert.ok(started.ok && other.ok);
    const { id } = started.download;
    assert.equal(other.download.state, "queued");
    const begun = Promise.withResolvers<void>();
    hub.onSent = () => hub.sentBytes > 100_000 && begun.resolve();
    await within(10_000, "it begins", begun.promise);
    assert.ok(downloads.pause(other.download.id).ok && downloads.pause(id).ok);
    const paused = await within(10_000, "it pauses", reaches(downloads, id, ["paused"]));
    assert.ok(paused.doneBytes > 0);
    await downloads.close();

    const later = open();
    await later.restored;
    const listed = new Map(later.list().map((one) => [one.id, one]));
    assert.deepEqual([listed.size, listed.get(id)?.state, listed.get(id)?.doneBytes], [2, "paused", paused.doneBytes]);
    assert.ok((await later.cancel(other.download.id)).ok);
    assert.ok(later.resume(id).ok);
    await within(10_000, "it ends", reaches(later, id, ["done"]));
    assertExact();
    assert.deepEqual(later.pause("nothing"), {
      ok: false,
      failure: { code: "download-unknown", detail: { id: "nothing" } },
    });
  });

  it("that are cancelled while they run leave nothing", async () => {
    hub.pace = 300;
    const downloads = open();
    const started = downloads.start({ name: "m", repository, files: [file] });
    assert.ok(started.ok);
    const begun = Promise.withResolvers<void>();
    hub.onSent = () => hub.sentBytes > 50_000 && begun.resolve();
    await within(10_000, "it begins", begun.promise);
    assert.ok((await downloads.cancel(started.download.id)).ok);
    assert.deepEqual([downloads.list(), readdirSync(join(folder, ".partial"))], [[], []]);
  });

  it("are written by one process at a time", async () => {
    hub.pace = 300;
    const [one, two] = [open(), open()];
    const started = one.start({ name: "m", repository, files: [file] });
    assert.ok(started.ok);
    const begun = Promise.withResolvers<void>();
    hub.onSent = () => begun.resolve();
    await within(10_000, "it begins", begun.promise);
    assert.match((await downloadOnce(two, file)).problem?.message ?? "", /another window/);
    assert.ok(!(await two.cancel(started.download.id)).ok);
    await within(10_000, "the first ends", reaches(one, started.download.id, ["done"]));
    assert.equal((await downloadOnce(two, file)).state, "done");
    assertExact();
  });

  it("refuse names that lead elsewhere", () => {
    const downloads = open();
    for (const [repository, name] of [
      ["owner/name", "../evil.gguf"],
      ["owner/..", "m.gguf"],
      ["../../tmp/x", "m.gguf"],
      ["owner/name", "con.gguf"],
      ["owner/name", "a\\b.gguf"],
      ["owner/name", "run.sh"],
      ["owner/name", ".hidden.gguf"],
    ] as const)
      assert.equal(downloads.start({ name: "m", repository, files: [name] }).ok, false, name);
    assert.deepEqual(downloads.list(), []);
  });
});
