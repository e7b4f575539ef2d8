import assert from "node:assert/strict";
import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import { within } from "../../../test/support/waiting.ts";
import type { HostFailure, ModelDescription } from "../../protocol/model-host.ts";
import { defaultSettings, type Settings } from "../../protocol/settings.ts";
import { loadCatalog } from "./catalog.ts";
import { createRegistry, type Registry, type RegistryParts } from "./registry.ts";

const shape = {
  weightsBytes: 1,
  layers: 1,
  embeddingLength: 1,
  feedForwardLength: 1,
  heads: 1,
  vocabulary: 1,
  kvBytesPerToken: 1,
};

const description = (path: string): ModelDescription => ({
  path,
  name: "A Model",
  sizeBytes: 8,
  architecture: "llama",
  parameters: 1000,
  trainedContext: 512,
  quantisation: null,
  chat: true,
  infill: false,
  embedding: false,
  ranking: false,
  licence: null,
  memory: shape,
  fingerprint: "0",
});

describe("registry", () => {
  let ports: TestPorts;
  let registry: Registry;
  let described: string[] = [];
  let failures = new Map<string, HostFailure>();
  const home = () => ports.places.home;
  const settings = (): Settings => ({ ...defaultSettings, "models.folders": ["~/mine"] });

  const file = (path: string, size = 8): string => {
    const full = join(home(), path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, Buffer.alloc(size));
    return full;
  };

  const open = (over: Partial<RegistryParts> = {}): Registry =>
    createRegistry({
      ...ports,
      catalog: [],
      describe: async (path) => {
        described.push(path);
        const failure = failures.get(path);
        return failure ? { ok: false, failure } : { ok: true, description: description(path) };
      },
      ...over,
    });

  const refresh = (): Promise<void> => within(8_000, "the search", registry.refresh(settings()));
  const names = () => registry.models().map(({ name }) => name);
  const changes = (isSo: () => boolean): Promise<void> =>
    within(
      8_000,
      "a change",
      new Promise((resolve) => {
        const stop = registry.onChange(() => {
          if (!isSo()) return;
          stop();
          resolve();
        });
      }),
    );

  beforeEach(() => {
    ports = createTestPorts(undefined);
    ports = { ...ports, places: { ...ports.places, home: realpathSync(ports.places.home) } };
    described = [];
    failures = new Map();
    registry = open();
  });
  afterEach(() => {
    registry.close();
    ports.remove();
  });

  it("looks at nothing before it is asked", async () => {
    file("mine/one.gguf");
    assert.deepEqual(registry.models(), []);
    assert.equal(registry.searching, false);
    assert.deepEqual(described, []);
  });

  it("finds the models of all places, the starter first, and reads each header once", async () => {
    file("mine/one.gguf");
    file("models/owner/repository/two.gguf");
    file(".lmstudio/models/a/b/three.gguf");
    const searching = registry.refresh(settings());
    assert.equal(registry.searching, true);
    await within(8_000, "the search", searching);
    assert.equal(registry.searching, false);
    assert.deepEqual(
      registry.models().map(({ name, source, removable }) => [name, source, removable]),
      [
        ["Starter", "bundled", false],
        ["two", "downloaded", true],
        ["one", "folder", false],
        ["three", "lmstudio", false],
      ],
    );
    assert.equal(described.length, 4);
    for (const model of registry.models()) {
      assert.equal(model.description?.path, model.path);
      assert.equal(model.problem, null);
    }
    await refresh();
    assert.equal(described.length, 4);
  });

  it("keeps descriptions for the next process, by size and time", async () => {
    const path = file("mine/one.gguf");
    utimesSync(path, 1000, 1000);
    await refresh();
    registry.close();
    described = [];
    registry = open();
    await refresh();
    assert.deepEqual(described, []);
    assert.equal(registry.models().at(-1)?.description?.name, "A Model");
    utimesSync(path, 2000, 2000);
    await refresh();
    assert.deepEqual(described, [path]);
  });

  it("reads headers again when the cache is damaged", async () => {
    file("mine/one.gguf");
    const cache = join(ports.places.data, "model-descriptions.json");
    for (const damage of ["", "{", '{"version":1,"entries":[{"id":1}]}', "\0".repeat(100)]) {
      writeFileSync(cache, damage);
      registry.close();
      registry = open();
      described = [];
      await refresh();
      assert.equal(described.length, 2, damage);
      assert.equal(JSON.parse(readFileSync(cache, "utf8")).entries.length, 2);
    }
  });

  it("describes two at a time", async () => {
    for (let i = 0; i < 6; i++) file(`mine/${i}.gguf`);
    let running = 0;
    let most = 0;
    registry = open({
      describe: async (path) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { ok: true, description: description(path) };
      },
    });
    await refresh();
    assert.equal(most, 2);
  });

  it("keeps a file that cannot be used, with the reason", async () => {
    const path = file("mine/bad.gguf");
    failures.set(path, { code: "model-truncated", detail: { path } });
    file("mine/half-00001-of-00002.gguf");
    await refresh();
    const problems = registry.models().map(({ name, problem }) => [name, problem?.code ?? null]);
    assert.deepEqual(problems.sort(), [
      ["Starter", null],
      ["bad", "model-truncated"],
      ["half", "model-invalid"],
    ]);
    assert.ok(!described.includes(join(home(), "mine/half-00001-of-00002.gguf")));
    await refresh();
    assert.equal(described.filter((one) => one === path).length, 1);
  });

  it("asks again later when it was not the file that failed", async () => {
    const path = file("mine/one.gguf");
    failures.set(path, { code: "host-unavailable", detail: {} });
    await refresh();
    assert.deepEqual([registry.models().at(-1)?.description, registry.models().at(-1)?.problem], [null, null]);
    failures.clear();
    await refresh();
    assert.equal(registry.models().at(-1)?.description?.name, "A Model");
  });

  it("makes one model of all names of a file, which only its own folder may delete", async () => {
    const path = file("mine/real.gguf");
    mkdirSync(join(home(), "models"), { recursive: true });
    symlinkSync(path, join(home(), "models/linked.gguf"));
    await refresh();
    const [, model, ...more] = registry.models();
    assert.deepEqual(more, []);
    assert.deepEqual([model?.id, model?.names, model?.removable], [path, ["linked", "real"], false]);
  });

  it("finds by id, path, catalogue id, name and ending", async () => {
    const catalog = await loadCatalog(ports, join(ports.places.bundledModels, "catalog"));
    registry = open({ catalog });
    const path = file("mine/Qwen3-8B-Q4_K_M.gguf");
    file("mine/Qwen3-8B-Q8_0.gguf");
    file("mine/unknown-Q8_0.gguf");
    failures.set(path, { code: "model-invalid", detail: {} });
    await refresh();
    const idOf = (text: string): string | number => {
      const found = registry.find(text);
      return found.ok ? found.model.name : found.candidates.length;
    };
    assert.equal(idOf(path), "Qwen3-8B-Q4_K_M");
    assert.equal(idOf("qwen3-8b"), "Qwen3-8B-Q4_K_M"); // the other one's header speaks of 1000 parameters
    assert.equal(idOf("qwen3-8b-q8_0"), "Qwen3-8B-Q8_0");
    assert.equal(idOf("starter"), "Starter");
    assert.equal(idOf("q8_0"), 2);
    assert.equal(idOf("Q8_0.gguf"), 2);
    assert.equal(idOf("unknown-Q8_0.gguf"), "unknown-Q8_0");
    assert.equal(idOf("nothing like it"), 0);
    assert.equal(idOf(" "), 0);
  });

  it("notices new and removed files by itself", async () => {
    file("mine/one.gguf");
    await refresh();
    const appeared = changes(() => names().includes("two") && !registry.searching);
    const whole = file("two.unfinished");
    renameSync(whole, join(home(), "mine/two.gguf"));
    await appeared;
    const gone = changes(() => !names().includes("one"));
    rmSync(join(home(), "mine/one.gguf"));
    await gone;
    assert.deepEqual(names(), ["Starter", "two"]);
  });

  it("gives the newer of two searches the last word", async () => {
    file("mine/one.gguf");
    const first = registry.refresh(settings());
    const second = registry.refresh(defaultSettings);
    await within(8_000, "both searches", Promise.all([first, second]));
    assert.deepEqual(names(), ["Starter"]);
    assert.equal(registry.searching, false);
  });

  it("stops describing when it is closed", async () => {
    file("mine/one.gguf");
    let asked = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    registry = open({
      describe: (_path, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          asked();
        }),
    });
    const searching = registry.refresh(settings());
    await within(8_000, "the first header", begun);
    registry.close();
    await within(8_000, "the search", searching);
  });
});
