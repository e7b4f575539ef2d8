import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { shapeNamed } from "../../test/support/model-shapes.ts";
import { memoryNeed } from "../protocol/memory.ts";
import type { LoadOptions, ModelDescription } from "../protocol/model-host.ts";
import type { HostResult, LlamaRuntime, LoadedModel, LoadRequest } from "./loaded-model.ts";
import { machineMemory } from "./memory/memory-texts.ts";
import { createHostModels, type HostModels, type ModelsClient, type ModelsOptions } from "./models.ts";

const gb = 1e9;
const shape = shapeNamed("Qwen3-4B Q4_K_M");
const oneModel = memoryNeed(shape, { contextSize: 8192, sequences: 1, kv: "f16" }).totalBytes;
const never = new AbortController().signal;

const describeFile = (path: string): ModelDescription => ({
  path,
  name: path,
  sizeBytes: shape.weightsBytes,
  architecture: "qwen3",
  parameters: 4e9,
  trainedContext: 32_768,
  quantisation: "Q4_K_M",
  chat: !path.includes("embed"),
  infill: false,
  embedding: path.includes("embed"),
  ranking: false,
  licence: null,
  memory: shape,
  fingerprint: path,
});

const asked = (path: string, more: Partial<LoadOptions> = {}): LoadOptions => ({
  path,
  purpose: "chat",
  contextSize: 8192,
  minContextSize: 2048,
  sequences: 1,
  threads: 0,
  gpu: "off",
  template: "auto",
  ...more,
});

/** Time that passes when the test says so. */
const createClock = () => {
  let now = 0;
  const timers = new Set<{ at: number; action: () => void }>();
  return {
    now: () => now,
    after: (ms: number, action: () => void) => {
      const entry = { at: now + ms, action };
      timers.add(entry);
      return () => void timers.delete(entry);
    },
    pass: (ms: number) => {
      now += ms;
      for (const entry of [...timers]) {
        if (entry.at > now || !timers.delete(entry)) continue;
        entry.action();
      }
    },
  };
};

/** A machine on which exactly `rooms` models of this test fit. */
const machineFor = (rooms: number) =>
  machineMemory([{ totalBytes: 100 * gb, othersBytes: 90 * gb - Math.ceil(rooms * oneModel) }]);

/** Models whose loads are recorded, on a machine with room for `rooms` models of this test. */
const setUp = (rooms: number, options: Partial<ModelsOptions> = {}) => {
  const events: string[] = [];
  const clock = createClock();
  const busy = new Set<string>();
  const gates = new Map<string, Promise<void>>();
  const loadedModel = ({ description, plan }: LoadRequest): LoadedModel => ({
    description,
    plan,
    get busy() {
      return busy.has(description.path);
    },
    count: () => 7,
    generate: () => Promise.reject(new Error("not here")),
    infill: () => Promise.reject(new Error("not here")),
    embed: () => Promise.reject(new Error("not here")),
    rank: () => Promise.reject(new Error("not here")),
    dispose: async () => {
      await gates.get(description.path);
      events.push(`unload ${description.path}`);
    },
  });
  const native = { opened: 0 };
  const runtime: LlamaRuntime = {
    gpu: async () => {
      native.opened++;
      return null;
    },
    openedGpu: async () => null,
    load: async (request, _onProgress, signal): Promise<HostResult<{ model: LoadedModel }>> => {
      const { path } = request.description;
      events.push(`load ${path} ${request.plan.sequences} x ${request.plan.contextSize}`);
      await gates.get(path);
      signal.throwIfAborted();
      if (path.includes("broken")) return { ok: false, failure: { code: "model-load-failed", detail: { path } } };
      return { ok: true, model: loadedModel(request) };
    },
  };
  const models = createHostModels({
    runtime,
    checkModelFile: (path) => Promise.resolve({ ok: true, model: describeFile(path) }),
    readMachine: () => Promise.resolve(machineFor(rooms)),
    timer: clock,
    limitBytes: null,
    idleMs: 1_000,
    savedBytes: () => 0,
    log: () => undefined,
    ...options,
  });
  const load = async (client: ModelsClient, options: LoadOptions): Promise<string> => {
    const result = await client.load(options, () => undefined, never);
    return result.ok ? result.modelId : result.failure.code;
  };
  const inMemory = async (): Promise<string[]> =>
    (await models.memory()).models.map(({ path, leases }) => `${path}: ${leases}`);
  return { models, native, events, clock, busy, gates, load, inMemory };
};

/** Whether a load gave a model rather than a failure's code. */
const isId = (result: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(result);

/** Lets everything that is only waiting for promises and for the disk's answer about a missing file go on. */
const settled = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

describe("leases", () => {
  it("are counted for each client; one that closes gives back all of its own", async () => {
    const { models, load, inMemory } = setUp(2);
    const [one, other] = [models.connect(), models.connect()];
    const id = await load(one, asked("a"));
    equal(await load(one, asked("a")), id);
    equal(await load(other, asked("a")), id);
    deepEqual(await inMemory(), ["a: 3"]);
    other.release(id);
    other.release(id);
    deepEqual(await inMemory(), ["a: 2"], "nobody gives back what another one holds");
    one.close();
    deepEqual(await inMemory(), ["a: 0"]);
  });

  it("keep a model in memory; without them it makes room for the next", async () => {
    const { models, load, inMemory, events } = setUp(1);
    const client = models.connect();
    const id = await load(client, asked("a"));
    equal(await load(client, asked("b")), "memory-refused");
    deepEqual(await inMemory(), ["a: 1"]);
    client.release(id);
    ok(isId(await load(client, asked("b"))));
    deepEqual(await inMemory(), ["b: 1"]);
    deepEqual(events, ["load a 1 x 8192", "unload a", "load b 1 x 8192"]);
  });

  it("are not needed by work that runs: its model stays too", async () => {
    const { models, load, busy } = setUp(1);
    const client = models.connect();
    client.release(await load(client, asked("a")));
    busy.add("a");
    equal(await load(client, asked("b")), "memory-refused");
  });

  it("are not given to a client that closed while it loaded, nor for a load that was cancelled", async () => {
    const { models, load, gates, events, inMemory } = setUp(2);
    const gate = Promise.withResolvers<void>();
    gates.set("a", gate.promise);
    const client = models.connect();
    const loading = load(client, asked("a"));
    await settled(() => events.length === 1);
    client.close();
    gate.resolve();
    await loading;
    deepEqual(await inMemory(), ["a: 0"]);
    const cancelled = new AbortController();
    cancelled.abort(new Error("cancelled"));
    await rejects(
      models.connect().load(asked("b"), () => undefined, cancelled.signal),
      /cancelled/,
    );
    deepEqual(await inMemory(), ["a: 0"]);
  });
});

describe("a model that is loaded", () => {
  it("is shared by all who ask for no more, at the same moment too", async () => {
    const { models, load, events } = setUp(3);
    const ids = await Promise.all(
      [8192, 4096, 2048].map((contextSize) => load(models.connect(), asked("a", { contextSize }))),
    );
    deepEqual([new Set(ids).size, events.length], [1, 1]);
  });

  it("is shared while it is in use by those who can do with less than they asked for", async () => {
    const { models, load, events } = setUp(3);
    const id = await load(models.connect(), asked("a"));
    equal(await load(models.connect(), asked("a", { contextSize: 16_384, threads: 3 })), id);
    equal(events.length, 1);
  });

  it("is loaded again with more when nobody uses it", async () => {
    const { models, load, events } = setUp(3);
    const client = models.connect();
    client.release(await load(client, asked("a")));
    await load(client, asked("a", { contextSize: 16_384, sequences: 2 }));
    deepEqual(events, ["load a 1 x 8192", "unload a", "load a 2 x 16384"]);
  });

  it("stays as it is when there is no room for more", async () => {
    const { models, load, events } = setUp(1);
    const client = models.connect();
    const id = await load(client, asked("a"));
    client.release(id);
    equal(await load(client, asked("a", { contextSize: 32_768, minContextSize: 8192 })), id);
    equal(events.length, 1);
  });

  it("is not shared for another purpose, which it is refused for", async () => {
    const { models, load } = setUp(2);
    equal(await load(models.connect(), asked("a", { purpose: "embed" })), "not-supported");
    equal(await load(models.connect(), asked("a", { purpose: "rank" })), "not-supported");
    equal(await load(models.connect(), asked("embedder")), "model-not-chat");
  });

  it("leaves after it has been idle, not while it is leased or works", async () => {
    const { models, load, clock, busy, events, inMemory } = setUp(2);
    const client = models.connect();
    const id = await load(client, asked("a"));
    clock.pass(5_000);
    deepEqual(await inMemory(), ["a: 1"]);
    client.release(id);
    clock.pass(999);
    await models.use(id, async () => ({ ok: true }));
    clock.pass(999);
    busy.add("a");
    clock.pass(1);
    deepEqual(await inMemory(), ["a: 0"]);
    busy.clear();
    clock.pass(1_000);
    await settled(() => events.includes("unload a"));
    deepEqual(await models.use(id, async () => ({ ok: true })), {
      ok: false,
      failure: { code: "model-unloaded", detail: {} },
    });
  });

  it("counts as taken until it has left, and whoever is refused for it waits", async () => {
    const { models, load, gates, events } = setUp(1);
    const client = models.connect();
    const id = await load(client, asked("a"));
    const gate = Promise.withResolvers<void>();
    gates.set("a", gate.promise);
    const unloading = models.unload(id);
    const next = load(client, asked("b"));
    gate.resolve();
    await unloading;
    ok(isId(await next));
    deepEqual(events, ["load a 1 x 8192", "unload a", "load b 1 x 8192"]);
  });
});

describe("a load that waits for another model to leave", () => {
  const large = { contextSize: 32_768, minContextSize: 32_768 };
  for (const [how, begin] of [
    ["on request", (models: HostModels, id: string) => void models.unload(id)],
    ["to make room for it", () => undefined],
  ] as const) {
    it(`${how} can be cancelled, and those behind it go on`, async () => {
      let decisions = 0;
      const readMachine = async () => {
        decisions++;
        return machineFor(2);
      };
      const { models, load, gates, events } = setUp(2, { readMachine });
      const client = models.connect();
      const id = await load(client, asked("a"));
      const gate = Promise.withResolvers<void>();
      gates.set("a", gate.promise);
      client.release(id);
      begin(models, id);
      const stop = new AbortController();
      const waiting = client.load(asked("b", large), () => undefined, stop.signal);
      const next = load(client, asked("c"));
      await settled(() => decisions === 2);
      await new Promise((resolve) => setImmediate(resolve));
      stop.abort(new Error("cancelled"));
      await rejects(waiting, /cancelled/);
      ok(isId(await next));
      deepEqual(events, ["load a 1 x 8192", "load c 1 x 8192"]);
      gate.resolve();
    });
  }
});

describe("a load", () => {
  it("that fails gives its memory back", async () => {
    const { models, load, inMemory } = setUp(1);
    const client = models.connect();
    equal(await load(client, asked("broken")), "model-load-failed");
    equal((await models.memory()).freeBytes >= oneModel - 1, true);
    await load(client, asked("a"));
    deepEqual(await inMemory(), ["a: 1"]);
  });

  it("has its memory reserved while it runs", async () => {
    const { models, load, gates, events } = setUp(1);
    const gate = Promise.withResolvers<void>();
    gates.set("a", gate.promise);
    const loading = load(models.connect(), asked("a"));
    await settled(() => events.length === 1);
    const plan = await models.plan(asked("b"));
    ok(!plan.ok && plan.failure.code === "memory-refused");
    equal((await models.memory()).freeBytes < oneModel / 100, true);
    gate.resolve();
    await loading;
  });

  it("takes as much context as the model was trained for, at most 8192, and no more than that when asked", async () => {
    const { models, load, events } = setUp(20);
    await load(models.connect(), asked("a", { contextSize: 0 }));
    await load(models.connect(), asked("b", { contextSize: 200_000 }));
    deepEqual(events, ["load a 1 x 8192", "load b 1 x 32768"]);
  });

  it("for vectors is counted with the one sequence that it gets", async () => {
    const { load, models, events } = setUp(20);
    await load(models.connect(), asked("embedder", { purpose: "embed", sequences: 0 }));
    deepEqual(events, ["load embedder 1 x 8192"]);
  });

  it("opens the native library; looking at the memory does not", async () => {
    const { models, load, native } = setUp(2);
    await models.memory();
    equal(native.opened, 0);
    await load(models.connect(), asked("a", { gpu: "auto" }));
    equal(native.opened, 1);
    await models.memory();
    equal(native.opened, 1);
  });

  it("is planned without being done", async () => {
    const { models, load, events, inMemory } = setUp(1);
    const client = models.connect();
    const id = await load(client, asked("a"));
    client.release(id);
    const plan = await models.plan(asked("b"));
    deepEqual([plan.ok && plan.plan.evict, await inMemory(), events.length], [[id], ["a: 0"], 1]);
  });
});

describe("a turn of planner, critic and executor", () => {
  for (const [rooms, loadsOfFirst, loadsOfSecond] of [
    [1, 3, 3],
    [3, 3, 0],
  ] as const) {
    it(`swaps at most once for each phase where ${rooms} fit`, async () => {
      const { models, load, events } = setUp(rooms);
      const client = models.connect();
      const turn = async (): Promise<number> => {
        const before = events.filter((event) => event.startsWith("load")).length;
        for (const role of ["planner", "critic", "executor"]) {
          for (let step = 0; step < 4; step++) {
            const id = await load(client, asked(role));
            deepEqual(await models.use(id, async (model) => ({ ok: true, tokens: model.count([]) })), {
              ok: true,
              tokens: 7,
            });
            client.release(id);
          }
        }
        return events.filter((event) => event.startsWith("load")).length - before;
      };
      deepEqual([await turn(), await turn()], [loadsOfFirst, loadsOfSecond]);
    });
  }
});
