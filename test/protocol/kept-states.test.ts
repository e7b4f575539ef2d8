import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KvStore, openKvStore } from "../../src/modelhost/llama/kv-store.ts";
import { createLlamaRuntime } from "../../src/modelhost/llama/runtime.ts";
import type { LlamaRuntime, LoadedModel } from "../../src/modelhost/loaded-model.ts";
import { greedy, type Loading, loadModel, longText, say, user } from "../support/loaded-model.ts";
import { toyModels } from "../support/toy-models.ts";

describe("a model in memory keeps KV states on the disk", function () {
  this.timeout(30_000);
  const loaded: LoadedModel[] = [];
  const load = async (path: string, loading: Loading): Promise<LoadedModel> => {
    const model = await loadModel(path, loading);
    loaded.push(model);
    return model;
  };

  let folder: string;
  let store: KvStore;
  let finds: number;
  let onSaved: () => void;
  const open = (maxBytes?: number): Promise<KvStore> =>
    openKvStore({ folder, ...(maxBytes !== undefined && { maxBytes }), log: () => undefined });
  const newRuntime = (): LlamaRuntime =>
    createLlamaRuntime({
      // Of the test that runs now: a runtime takes a while to open.
      kvStore: {
        get bytes() {
          return store.bytes;
        },
        find: (...state) => {
          finds++;
          return store.find(...state);
        },
        save: async (...state) => {
          await store.save(...state);
          onSaved();
        },
        drop: (state) => store.drop(state),
      },
      log: () => undefined,
    });
  const runtime = newRuntime();
  const chat = { messages: [user(`${longText("green")} tell me`)], stateKey: "workspace/answerer" };
  const seeded = { ...chat, sampling: { ...greedy, maxTokens: 20 } };
  const files = (ending: string): string[] => readdirSync(folder).filter((file) => file.endsWith(ending));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "trivium-kv-"));
    store = await open();
    finds = 0;
    onSaved = () => undefined;
  });
  afterEach(async () => {
    for (const model of loaded.splice(0)) await model.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Says the chat with a model that then saves its state. */
  const sayAndSave = async (path: string): Promise<string> => {
    const model = await load(path, { runtime });
    const { text } = await say(model, seeded);
    await model.dispose();
    assert.equal(files(".kv").length, 1);
    return text;
  };

  it("when the model goes, and goes on with them in a new runtime", async () => {
    const { llama } = await toyModels();
    const text = await sayAndSave(llama);
    store = await open();
    const again = await say(await load(llama, { runtime: newRuntime() }), seeded);
    assert.equal(again.text, text);
    assert.ok(again.usage.cachedTokens > 300, JSON.stringify(again.usage));
  });

  it("when the sequence is needed for something else", async () => {
    const model = await load((await toyModels()).llama, { runtime });
    const { text } = await say(model, seeded);
    const other = { ...seeded, messages: [user(longText("violet"))] };
    assert.ok((await say(model, other)).usage.cachedTokens < 20);
    const again = await say(model, seeded);
    assert.equal(again.text, text);
    assert.ok(again.usage.cachedTokens > 300, JSON.stringify(again.usage));
  });

  it("before the sequence is used for a prompt that is stopped meanwhile, which changes nothing", async () => {
    const model = await load((await toyModels()).llama, { runtime });
    await say(model, seeded);
    const [before, stop] = [finds, new AbortController()];
    onSaved = () => stop.abort();
    const other = { ...seeded, messages: [user(longText("violet"))], signal: stop.signal };
    assert.equal((await say(model, other)).endReason, null);
    assert.equal(finds, before, "nothing is looked for after the stop");
    const again = await say(model, { ...seeded, stateKey: null });
    assert.ok(again.usage.cachedTokens > 300, JSON.stringify(again.usage));
  });

  it("and takes a sequence that needs no saving first", async () => {
    const model = await load((await toyModels()).llama, { runtime, plan: { sequences: 2 } });
    await say(model, seeded);
    await say(model, { ...seeded, messages: [user(longText("violet"))], stateKey: null });
    await say(model, { ...seeded, messages: [user(longText("amber"))], stateKey: "workspace/other" });
    assert.deepEqual(files(".kv"), []);
    assert.ok((await say(model, seeded)).usage.cachedTokens > 300);
  });

  it("but none that is larger than the store may be, and the others stay", async () => {
    const { llama } = await toyModels();
    await sayAndSave(llama);
    store = await open(store.bytes + 1_000);
    const model = await load(llama, { runtime, plan: { contextSize: 2048 } });
    const long = [user(Array.from({ length: 2 }, (_, i) => longText(`long${i}`)).join(" "))];
    await say(model, { ...seeded, messages: long, stateKey: "workspace/other" });
    await model.dispose();
    assert.equal(files(".kv").length, 1);
    assert.ok((await say(await load(llama, { runtime }), seeded)).usage.cachedTokens > 300);
  });

  it("but not what has no key, or is short", async () => {
    const model = await load((await toyModels()).llama, { runtime });
    await say(model, { ...seeded, stateKey: null });
    await say(model, { ...seeded, messages: [user("short")] });
    await model.dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("and does not use another model's, key's or context's", async () => {
    const { llama, qwen2 } = await toyModels();
    await sayAndSave(llama);
    const others = [
      { path: qwen2, work: seeded, plan: {} },
      { path: llama, work: { ...seeded, stateKey: "workspace/other" }, plan: {} },
      { path: llama, work: seeded, plan: { contextSize: 768 } },
    ];
    for (const { path, work, plan } of others) {
      const said = await say(await load(path, { runtime, plan }), work);
      assert.equal(said.usage.cachedTokens, 0);
    }
  });

  const damage: Record<string, (path: string) => void> = {
    "with one wrong byte": (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
      writeFileSync(path, bytes);
    },
    "cut short": (path) => truncateSync(path, 1000),
    "with another's tokens": (path) => {
      const sidecar = path.replace(/kv$/, "json");
      const content = JSON.parse(readFileSync(sidecar, "utf8"));
      writeFileSync(sidecar, JSON.stringify({ ...content, tokens: content.tokens.with(-1, 5) }));
    },
    "with an unreadable sidecar": (path) => writeFileSync(path.replace(/kv$/, "json"), "{"),
  };
  for (const [kind, spoil] of Object.entries(damage)) {
    it(`and ignores one ${kind}`, async () => {
      const { llama } = await toyModels();
      const text = await sayAndSave(llama);
      spoil(join(folder, files(".kv")[0] ?? ""));
      const said = await say(await load(llama, { runtime }), seeded);
      assert.deepEqual([said.text, said.usage.cachedTokens], [text, 0]);
      assert.deepEqual(readdirSync(folder), []);
    });
  }
});
