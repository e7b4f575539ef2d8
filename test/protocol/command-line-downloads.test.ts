import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Download } from "../../src/protocol/models.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { type Command, type Output, runCommand, startCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { bytesOf, type HubServer, hubFile, repository, startHub } from "../support/hub-server.ts";
import { starterFile, toyModels } from "../support/toy-models.ts";
import { eventually } from "../support/waiting.ts";

/** Slow enough that there is time to interrupt a file of 2.7 MB: bytes per millisecond. */
const slow = 1_000;

describe("the command line brings models and deletes them", () => {
  let home: CommandHome;
  let hub: HubServer;
  let content: Buffer;
  let scripted: string;
  let folder: string;

  before(async () => {
    scripted = (await toyModels()).scripted;
    content = readFileSync(scripted);
  });

  beforeEach(async () => {
    hub = await startHub({ "model.gguf": content });
    home = createCommandHome();
    home.useSettings({ "models.hub": hub.url });
    folder = join(home.data, "models");
  });

  afterEach(async () => {
    await home.close();
    await hub.close();
  });

  const start = (...args: string[]): Command => startCommand(home, ["models", ...args]);
  const run = (...args: string[]): Promise<Output> => runCommand(home, ["models", ...args]);
  const pulled = (): string => join(folder, repository, "model.gguf");

  const assertPulled = ({ code, stdout, stderr }: Output): void => {
    assert.deepEqual([code, stdout], [0, `${pulled()}\n`], stderr);
    assert.ok(readFileSync(pulled()).equals(content));
    assert.deepEqual(readdirSync(join(folder, ".partial")), []);
  };

  /** Where the last request for the file began. */
  const lastStart = (): number => Number(/^bytes=(\d+)-/.exec(hub.ranges.at(-1) ?? "")?.[1] ?? 0);

  /** What was sent last before a cut may not have arrived. */
  const assertWentOn = (cutAt: number): void => assert.ok(lastStart() > 0 && lastStart() <= cutAt, `${lastStart()}`);

  describe("trivium models pull", () => {
    it("downloads, and finds everything there the next time", async () => {
      const first = await run("pull", repository, "model.gguf");
      assertPulled(first);
      assert.match(first.stderr, /^model\.gguf from 127\.0\.0\.1:\d+\n$/);
      const requests = hub.ranges.length;
      assertPulled(await run("pull", repository, "model.gguf"));
      assert.equal(hub.ranges.length, requests);
      assert.match((await run("show", "model.gguf")).stdout, /^from +downloaded$/m);
    });

    it("with --json prints every change as a line of JSON, the end last", async () => {
      const { code, stdout } = await run("pull", repository, "model.gguf", "--json");
      assert.equal(code, 0);
      const changes = stdout
        .trimEnd()
        .split("\n")
        .map((line) => parse(Download, JSON.parse(line)));
      for (const change of changes) assert.ok(change.ok, change.ok ? "" : change.issues.join("; "));
      const last = changes.at(-1);
      assert.ok(last?.ok);
      assert.deepEqual([last.value.state, last.value.path], ["done", pulled()]);
    });

    it("goes on by itself where the connection was cut at the half", async () => {
      const half = Math.floor(content.length / 2);
      hub.faults.push({ kind: "cut", after: half });
      assertPulled(await run("pull", repository, "model.gguf"));
      assertWentOn(half);
    });

    it("ends with 1 when the hub refuses after a half, and a second pull fetches the other half", async () => {
      const half = Math.floor(content.length / 2);
      hub.faults.push({ kind: "cut", after: half }, { kind: "status", status: 403 });
      const { code, stdout, stderr } = await run("pull", repository, "model.gguf");
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /\ntrivium: model\.gguf was not downloaded: .*403.* Whatever has come is kept\.\n$/);
      assert.ok(!existsSync(pulled()));
      assertPulled(await run("pull", repository, "model.gguf"));
      assertWentOn(half);
    });

    it("goes on after it was killed", async () => {
      hub.pace = slow;
      const command = start("pull", repository, "model.gguf");
      const partial = join(folder, ".partial");
      const kept = (): boolean =>
        existsSync(partial) &&
        readdirSync(partial).some(
          (name) => name.endsWith(".json") && /"done":[1-9]/.test(readFileSync(join(partial, name), "utf8")),
        );
      await eventually(10_000, "the journal says that something has come", kept);
      command.child.kill("SIGKILL");
      await command.ended;
      hub.pace = Number.POSITIVE_INFINITY;
      assertPulled(await run("pull", repository, "model.gguf"));
      assert.ok(lastStart() > 0);
    });

    it("pauses at Ctrl+C with 130, and the same command goes on", async () => {
      hub.pace = slow;
      const reached = Promise.withResolvers<void>();
      hub.onSent = () => {
        if (hub.sentBytes > content.length / 4) reached.resolve();
      };
      const command = start("pull", repository, "model.gguf");
      await reached.promise;
      command.child.kill("SIGINT");
      const { code, stdout, stderr } = await command.ended;
      assert.deepEqual([code, stdout], [130, ""]);
      assert.match(stderr, /\nPaused at [\d.]+ [kM]B\. The same command goes on\.\n$/);
      assert.ok(!existsSync(pulled()));
      hub.pace = Number.POSITIVE_INFINITY;
      assertPulled(await run("pull", repository, "model.gguf"));
      assert.ok(lastStart() > 0);
    });

    it("deletes what arrives with another hash, and says so", async () => {
      hub.files.set("model.gguf", { content, sha256: "0".repeat(64) });
      const { code, stdout, stderr } = await run("pull", repository, "model.gguf");
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /\ntrivium: model\.gguf arrived damaged: its SHA-256/);
      assert.ok(!existsSync(pulled()));
    });

    it("keeps nothing that is not a GGUF file", async () => {
      hub.files.set("model.gguf", hubFile(bytesOf(10_000, 7)));
      const { code, stdout, stderr } = await run("pull", repository, "model.gguf");
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /\ntrivium: model\.gguf is not a GGUF model/);
      assert.ok(!existsSync(pulled()));
    });

    it("says what is not there, and how to name it", async () => {
      const file = await run("pull", repository, "other.gguf");
      assert.deepEqual([file.code, file.stdout], [1, ""]);
      assert.match(file.stderr, /\ntrivium: other\.gguf is not at http:.*other\.gguf\.\n$/);
      const nobody = await run("pull", "nobody/nothing", "model.gguf");
      assert.deepEqual([nobody.code, nobody.stdout], [1, ""]);
      const unknown = await run("pull", "no-such-model");
      assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
      assert.match(
        unknown.stderr,
        /^trivium: no-such-model is not in the catalogue\. `trivium models list --available`/,
      );
      const unnamed = await run("pull", repository);
      assert.deepEqual([unnamed.code, unnamed.stdout], [2, ""]);
      assert.match(unnamed.stderr, /^trivium: .* name the file/);
    });
  });

  describe("trivium models import", () => {
    it("copies a file with the right SHA-256, or a folder", async () => {
      const sha256 = createHash("sha256").update(content).digest("hex");
      const one = await run("import", scripted, "--sha256", sha256);
      const target = join(folder, "imported", "scripted.gguf");
      assert.deepEqual([one.code, one.stdout, one.stderr], [0, `${target}\n`, ""]);
      assert.ok(readFileSync(target).equals(content));
      const stick = join(home.data, "stick");
      mkdirSync(stick);
      copyFileSync(scripted, join(stick, "a.gguf"));
      copyFileSync((await toyModels()).llama, join(stick, "b.gguf"));
      const all = await run("import", stick);
      assert.equal(all.code, 0, all.stderr);
      assert.deepEqual(
        all.stdout.trimEnd().split("\n").sort(),
        ["a.gguf", "b.gguf"].map((name) => join(folder, "imported", name)),
      );
      assert.match((await run("show", "b.gguf")).stdout, /^from +downloaded$/m);
    });

    it("refuses another SHA-256 and what is no GGUF file, and leaves nothing behind", async () => {
      const wrong = await run("import", scripted, "--sha256", "0".repeat(64));
      assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
      assert.match(wrong.stderr, /^trivium: .*scripted\.gguf was not imported: its SHA-256/);
      const junk = join(home.data, "junk.gguf");
      writeFileSync(junk, "no model at all");
      const notGguf = await run("import", junk);
      assert.deepEqual([notGguf.code, notGguf.stdout], [1, ""]);
      assert.match(notGguf.stderr, /^trivium: .*junk\.gguf/);
      const nothing = await run("import", join(home.data, "nothing.gguf"));
      assert.equal(nothing.code, 1);
      const left = existsSync(join(folder, "imported")) ? readdirSync(join(folder, "imported")) : [];
      assert.deepEqual(left, []);
    });
  });

  it("trivium models rm deletes what Trivium brought, also when it is loaded, and refuses anything else", async () => {
    assert.equal((await run("import", scripted)).code, 0);
    assert.equal((await run("load", "scripted")).code, 0);
    const target = join(folder, "imported", "scripted.gguf");
    const removed = await run("rm", "scripted");
    assert.deepEqual([removed.code, removed.stdout], [0, `Deleted ${target}\n`], removed.stderr);
    assert.ok(!existsSync(target));
    const own = join(home.user, "own.gguf");
    copyFileSync(scripted, own);
    for (const path of [own, starterFile]) {
      const refused = await run("rm", path);
      assert.deepEqual([refused.code, refused.stdout], [1, ""]);
      assert.match(refused.stderr, /was not deleted: Trivium did not bring it here\.\n$/);
      assert.ok(existsSync(path));
    }
    assert.equal((await run("rm", "scripted")).code, 1);
  });
});
