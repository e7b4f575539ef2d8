// The broker's plan, and the search for models: what runs often, and beside everything else.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRegistry } from "../../src/agent/models/registry.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { nodePorts } from "../../src/agent/ports/ports.ts";
import { type BrokerState, type Holding, planLoad } from "../../src/modelhost/memory/broker.ts";
import { defaultSettings } from "../../src/protocol/settings.ts";
import { atMost, type Measure } from "./measure.ts";

const gb = 1e9;
const holdingCount = 32;
const plans = 200;
const files = 10_000;
const searches = 5;

/** As many models as nobody has, none of them in use: every attempt looks for some to unload. */
const fullMachine = (): BrokerState => ({
  machine: { totalBytes: 128 * gb, reserveBytes: 8 * gb, othersBytes: 8 * gb },
  limitBytes: null,
  gpu: { name: "GPU", totalBytes: 24 * gb, freeBytes: 4 * gb, unified: false },
  holdings: Array.from(
    { length: holdingCount },
    (_, i): Holding => ({
      ...{ modelId: `${i}`, evictable: true, loading: false, lastUsedAt: (i * 7) % holdingCount },
      ...{ ramBytes: 3 * gb, gpuBytes: i % 2 ? 0 : gb },
    }),
  ),
});

/** `weights` in GB: 60 makes room for itself, 900 is refused after everything was tried. */
const planMs = (state: BrokerState, weights: number): number => {
  const sizes = { layers: 80, embeddingLength: 8192, feedForwardLength: 28_672, heads: 64, vocabulary: 152_064 };
  const shape = { weightsBytes: weights * gb, ...sizes, kvBytesPerToken: 327_680 };
  const startedAt = performance.now();
  const planned = planLoad(state, {
    ...{ name: "large", purpose: "chat", shape, contextSize: 131_072, minContextSize: 2048, sequences: 0, gpu: "auto" },
  });
  const ms = performance.now() - startedAt;
  if (planned.ok !== weights < 100) throw new Error(`The plan is not what it should be: ${JSON.stringify(planned)}`);
  return ms;
};

export const measurePlans = (): Measure[] => {
  const state = fullMachine();
  const timed = (weights: number) => Array.from({ length: plans }, () => planMs(state, weights));
  return [
    { name: `plan beside ${holdingCount} models`, unit: "ms", values: timed(60), target: atMost(1) },
    { name: `refusal beside ${holdingCount} models`, unit: "ms", values: timed(900), target: atMost(1) },
  ];
};

/** Turns the event loop until `end` is called, which gives the longest turn in ms and in ms of processor time. */
const watchLoop = () => {
  let longestMs = 0;
  let longestOwnMs = 0;
  let ended = false;
  const turning = (async () => {
    while (!ended) {
      const startedAt = performance.now();
      const own = process.threadCpuUsage();
      await nextTurn();
      const used = process.threadCpuUsage(own);
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      longestOwnMs = Math.max(longestOwnMs, (used.user + used.system) / 1000);
    }
  })();
  return async () => {
    ended = true;
    await turning;
    return { longestMs, longestOwnMs };
  };
};

/** A home with its models in folders of a hundred, as a hub's publishers have them. */
const writeManyFiles = (home: string): void => {
  for (let file = 0; file < files; file++) {
    const folder = join(home, "models", `publisher-${Math.floor(file / 100)}`);
    if (file % 100 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `model-${file}-Q4_K_M.gguf`), "");
  }
};

/** From the wish to look until all files are known; no header is read. */
export const measureSearch = async (home: string): Promise<Measure[]> => {
  writeManyFiles(home);
  const log = lineLog(() => undefined);
  const ports = nodePorts(home, log);
  const places = { ...ports.places, home, data: join(home, "data"), bundledModels: join(home, "bundled") };
  const settings = { ...defaultSettings, "models.folders": [join(home, "models")] };
  const tookMs: number[] = [];
  const blocks: number[] = [];
  const ownBlocks: number[] = [];
  for (let search = 0; search < searches; search++) {
    const registry = createRegistry({
      ...ports,
      places,
      catalog: [],
      describe: async () => ({ ok: false, failure: { code: "host-unavailable", detail: {} } }),
    });
    const endWatch = watchLoop();
    const startedAt = performance.now();
    await registry.refresh(settings);
    tookMs.push(performance.now() - startedAt);
    const { longestMs, longestOwnMs } = await endWatch();
    blocks.push(longestMs);
    ownBlocks.push(longestOwnMs);
    const found = registry.models().length;
    registry.close();
    if (found !== files) throw new Error(`${found} of ${files} models were found.`);
  }
  const name = "search of 10,000 files";
  return [
    { name, unit: "ms", values: tookMs, target: atMost(500) },
    { name: `${name}, longest block`, unit: "ms", values: blocks, target: atMost(50) },
    { name: `${name}, longest block, its own work`, unit: "ms", values: ownBlocks },
  ];
};
