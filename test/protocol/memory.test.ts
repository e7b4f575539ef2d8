import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { memoryNeed } from "../../src/protocol/memory.ts";
import {
  GenerateProgress,
  hostMemory,
  type LoadOptions,
  modelCount,
  modelDescribe,
  modelEmbed,
  modelGenerate,
  modelLoad,
  modelPlan,
  modelRank,
  modelRelease,
  modelUnload,
} from "../../src/protocol/model-host.ts";
import {
  type HostClient,
  type HostProcess,
  hostClient,
  hostListens,
  loadOptions,
  startHost,
} from "../support/host-process.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";

/** Resident memory of the process in MB. */
const residentMb = ({ child }: HostProcess): number => {
  const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
};

const sampling = { maxTokens: 300, temperature: 0, seed: null, stop: [] };

describe("the memory of the model host", () => {
  let home: TestHome;

  beforeEach(() => {
    home = createTestHome();
  });

  afterEach(() => home.close());

  const start = async (...args: string[]): Promise<HostProcess> => {
    const host = startHost(home, home.runtime, args);
    await hostListens(host);
    return host;
  };

  const client = (): Promise<HostClient> => hostClient(home.runtime);

  const load = async (from: HostClient, options: LoadOptions): Promise<string> => {
    const loaded = await from.ask(modelLoad, options);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.modelId;
  };

  const loadedIn = async (from: HostClient): Promise<string[]> =>
    (await from.ask(hostMemory, {})).models.map(({ modelId, leases }) => `${modelId} ${leases}`);

  const memoryBecomes = async (from: HostClient, expected: string[]): Promise<void> => {
    const deadline = Date.now() + 5_000;
    let seen = await loadedIn(from);
    while (`${seen}` !== `${expected}` && Date.now() < deadline) {
      await sleep(10);
      seen = await loadedIn(from);
    }
    assert.deepEqual(seen, expected);
  };

  /** What loading takes, as the host counts it. */
  const needOf = async (from: HostClient, options: LoadOptions): Promise<number> => {
    const described = await from.ask(modelDescribe, { path: options.path });
    assert.ok(described.ok);
    const { contextSize, sequences } = options;
    return memoryNeed(described.model.memory, { contextSize, sequences, kv: "f16" }).totalBytes;
  };

  /** How much memory a host needs to be allowed for one model, with a little to spare but not enough for a second one. */
  const limitFor = async (options: LoadOptions): Promise<string[]> => {
    const host = await start();
    const asking = await client();
    const bytes = await needOf(asking, options);
    await asking.leave();
    host.child.kill("SIGTERM");
    assert.equal(await host.exited, 0);
    return ["--memory-limit-bytes", `${Math.ceil(bytes * 1.05)}`];
  };

  it("holds the weights once, however many clients load the model", async () => {
    const { scriptedSlow } = await toyModels();
    const host = await start();
    const [one, other] = [await client(), await client()];
    const options = loadOptions(scriptedSlow);
    const empty = residentMb(host);
    const first = await load(one, options);
    const withOne = residentMb(host);
    assert.equal(await load(other, loadOptions(scriptedSlow, { contextSize: 600, threads: 2 })), first);
    const again = residentMb(host);
    assert.deepEqual(await loadedIn(other), [`${first} 2`]);
    const need = (await needOf(one, options)) / 1e6;
    assert.ok(withOne - empty > 100 && withOne - empty <= need, `${withOne - empty} MB, estimated ${need} MB`);
    assert.ok(again - withOne < 20, `${again - withOne} MB more for the second client`);
  });

  it("is small while no model is loaded", async () => {
    const host = await start();
    const asking = await client();
    await asking.ask(modelDescribe, { path: (await toyModels()).scripted });
    assert.deepEqual((await asking.ask(hostMemory, {})).models, []);
    const megabytes = residentMb(host);
    assert.ok(megabytes <= 150, `${megabytes} MB`);
    const isOpen = (): boolean => readFileSync(`/proc/${host.child.pid}/maps`, "latin1").includes("llama-addon.node");
    assert.equal(isOpen(), false, "looking at the memory opens no native library");
    await load(asking, loadOptions((await toyModels()).scripted));
    assert.equal(isOpen(), true);
  });

  it("is planned with what the machine has", async () => {
    await start();
    const asking = await client();
    const { totalBytes, reserveBytes, othersBytes, freeBytes, kvStoreBytes } = await asking.ask(hostMemory, {});
    assert.ok(totalBytes > 1e9 && reserveBytes > 0 && othersBytes > 0 && othersBytes < totalBytes);
    assert.ok(freeBytes <= totalBytes - reserveBytes - othersBytes + 1);
    assert.equal(kvStoreBytes, 0);
  });

  it("is not taken from a model with a lease; without one it makes room", async () => {
    const { llama, qwen2 } = await toyModels();
    const host = await start(...(await limitFor(loadOptions(llama))));
    const [one, other] = [await client(), await client()];
    const first = await load(one, loadOptions(llama));

    const refused = await other.ask(modelLoad, loadOptions(qwen2));
    assert.ok(!refused.ok && refused.failure.code === "memory-refused", JSON.stringify(refused));
    const { detail } = refused.failure;
    assert.equal(detail["name"], "toy qwen2");
    for (const key of ["neededBytes", "freeBytes", "heldBytes", "totalBytes", "reserveBytes"]) {
      assert.equal(typeof detail[key], "number", key);
    }
    assert.ok(Number(detail["neededBytes"]) > Number(detail["freeBytes"]));
    assert.deepEqual(await other.ask(modelPlan, loadOptions(qwen2)), refused);
    assert.deepEqual(await loadedIn(one), [`${first} 1`]);

    await other.ask(modelRelease, { modelId: first });
    assert.deepEqual(await loadedIn(one), [`${first} 1`], "only who has a lease can give it back");
    await one.ask(modelRelease, { modelId: first });
    const second = await load(other, loadOptions(qwen2));
    assert.deepEqual(await loadedIn(one), [`${second} 1`]);
    const counted = await one.ask(modelCount, { modelId: first, messages: [] });
    assert.deepEqual(counted, { ok: false, failure: { code: "model-unloaded", detail: {} } });
    assert.ok(host.child.exitCode === null);
  });

  it("gets the leases of a client back that goes away", async () => {
    const { llama, qwen2 } = await toyModels();
    await start(...(await limitFor(loadOptions(llama))));
    const [one, other] = [await client(), await client()];
    const first = await load(one, loadOptions(llama));
    await load(one, loadOptions(llama));
    assert.deepEqual(await loadedIn(other), [`${first} 2`]);
    await one.leave();
    await memoryBecomes(other, [`${first} 0`]);
    assert.notEqual(await load(other, loadOptions(qwen2)), first);
  });

  it("is given back by a model that nobody has used for a while", async () => {
    const { llama } = await toyModels();
    await start("--idle-ms", "100");
    const one = await client();
    const id = await load(one, loadOptions(llama));
    await one.ask(modelRelease, { modelId: id });
    await memoryBecomes(one, []);
  });

  it("is given back at once on request, after the answer that is being written", async () => {
    const { scripted } = await toyModels();
    await start();
    const [one, other] = [await client(), await client()];
    const modelId = await load(one, loadOptions(scripted));
    let text = "";
    const begun = Promise.withResolvers<void>();
    one.onProgress("p", (value) => {
      const progress = GenerateProgress.parse(value);
      if (progress.kind !== "chunk") return;
      text += progress.text;
      begun.resolve();
    });
    const messages = [{ role: "user" as const, content: "KW_LONG" }];
    const work = { modelId, messages, sampling, format: { kind: "text" as const }, stateKey: null };
    const generated = one.ask(modelGenerate, { ...work, partialResultToken: "p" });
    await begun.promise;
    await other.ask(modelUnload, { modelId });
    const result = await generated;
    assert.deepEqual([result.ok, result.ok && result.endReason], [true, "budget"]);
    assert.ok(expectedAnswers.KW_LONG.startsWith(text) && text.length > 1000, text);
    assert.deepEqual(await loadedIn(other), []);
    const again = await one.ask(modelGenerate, work);
    assert.ok(!again.ok && again.failure.code === "model-unloaded");
  });

  it("keeps a conversation on the disk when the host ends, and the next host finds it", async () => {
    const { scripted } = await toyModels();
    const states = ["--state-dir", join(home.data, "states")];
    const host = await start(...states);
    const one = await client();
    const modelId = await load(one, loadOptions(scripted));
    const messages = [{ role: "user" as const, content: `${"word ".repeat(300)}KW_SHORT` }];
    const work = { modelId, messages, sampling, format: { kind: "text" as const }, stateKey: "workspace/answerer" };
    assert.equal((await one.ask(modelGenerate, work)).ok, true);
    host.child.kill("SIGTERM");
    assert.equal(await host.exited, 0);

    await start(...states);
    const other = await client();
    assert.ok((await other.ask(hostMemory, {})).kvStoreBytes > 0);
    const again = await other.ask(modelGenerate, { ...work, modelId: await load(other, loadOptions(scripted)) });
    assert.ok(again.ok && again.usage.cachedTokens > 300, JSON.stringify(again));
  });

  it("serves embeddings beside a chat", async () => {
    const { bert, scripted } = await toyModels();
    await start();
    const one = await client();
    const chat = await load(one, loadOptions(scripted));
    const embedder = await load(one, loadOptions(bert, { purpose: "embed", contextSize: 0 }));
    const embedded = await one.ask(modelEmbed, { modelId: embedder, texts: ["a b", "a b", "c"] });
    assert.ok(embedded.ok);
    assert.deepEqual(embedded.vectors[0], embedded.vectors[1]);
    const ranked = await one.ask(modelRank, { modelId: chat, query: "a", documents: ["b"] });
    assert.ok(!ranked.ok && ranked.failure.code === "not-supported");
    assert.deepEqual(await loadedIn(one), [`${chat} 1`, `${embedder} 1`]);
  });
});
