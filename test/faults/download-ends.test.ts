// Downloads that are cut off or killed anywhere: the same file in the end, and never half of it under its name.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { downloadOnce, downloadsFrom } from "../support/download-once.ts";
import { bytesOf, type HubServer, hubFile, repository, startHub } from "../support/hub-server.ts";
import { within } from "../support/waiting.ts";

const file = "model-Q4_K_M.gguf";
const script = fileURLToPath(new URL("../support/download-once.ts", import.meta.url));

describe("a download that ends anywhere", () => {
  let hub: HubServer;
  let folder: string;
  const finalPath = (): string => join(folder, repository, file);

  /** Downloads, or goes on, and compares. */
  const finish = async (expected: Buffer): Promise<void> => {
    const downloads = downloadsFrom(hub.url, folder);
    const { problem } = await within(20_000, "the download ends", downloadOnce(downloads, file));
    await downloads.close();
    assert.equal(problem, null, problem?.message);
    assert.ok(readFileSync(finalPath()).equals(expected), "the file is not the one on the hub");
    assert.deepEqual(readdirSync(join(folder, ".partial")), []);
  };

  /** As a process does that is killed while it writes one. */
  const leaveHalfAJournal = (): void => {
    const partial = join(folder, ".partial");
    for (const name of readdirSync(partial).filter((one) => one.endsWith(".json")))
      writeFileSync(join(partial, `${name}.left.tmp`), "{");
  };

  beforeEach(async () => {
    hub = await startHub({});
    folder = mkdtempSync(join(tmpdir(), "trivium-hub-"));
  });
  afterEach(async () => {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is the identical file after any cuts", async () => {
    const content = bytesOf(300_000, 1);
    hub.files.set(file, hubFile(content));
    const cuts = fc.array(fc.integer({ min: 1, max: 120_000 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (afters, honoursRanges) => {
        rmSync(folder, { recursive: true, force: true });
        hub.honoursRanges = honoursRanges;
        // Without ranges each try begins anew, and the fourth that brings nothing new is the last.
        const few = honoursRanges ? afters : afters.slice(0, 3);
        hub.faults.splice(0, Number.POSITIVE_INFINITY, ...few.map((after) => ({ kind: "cut", after }) as const));
        await finish(content);
      }),
      { numRuns: 25, seed: 7 },
    );
  }).timeout(60_000);

  it("goes on after its process was killed, at twenty points", async () => {
    const content = bytesOf(3_000_000, 5);
    hub.files.set(file, hubFile(content));
    for (const after of fc.sample(fc.integer({ min: 0, max: content.length - 1 }), { numRuns: 20, seed: 11 })) {
      hub.pace = 30_000;
      hub.sentBytes = 0;
      const child = spawn(process.execPath, [script, hub.url, folder, file], { stdio: "ignore" });
      const exited = once(child, "exit");
      const reached = Promise.withResolvers<void>();
      hub.onSent = () => hub.sentBytes > after && reached.resolve();
      await within(20_000, `byte ${after} is sent`, reached.promise);
      child.kill("SIGKILL");
      await within(5_000, "the process ends", exited);
      if (existsSync(finalPath()))
        assert.ok(readFileSync(finalPath()).equals(content), "half a file has the final name");
      hub.pace = Number.POSITIVE_INFINITY;
      leaveHalfAJournal();
      await finish(content);
      rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(120_000);
});
