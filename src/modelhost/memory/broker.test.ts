import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { modelShapes, shapeNamed } from "../../../test/support/model-shapes.ts";
import { toyModels } from "../../../test/support/toy-models.ts";
import { type MemoryShape, memoryNeed } from "../../protocol/memory.ts";
import { checkModelFile } from "../gguf/check.ts";
import { type BrokerState, budgetOf, type Holding, type PlanRequest, planLoad } from "./broker.ts";
import { machineMemory } from "./memory-texts.ts";

const gb = 1e9;

const stateOf = (totalBytes: number, othersBytes: number, holdings: readonly Holding[] = []): BrokerState => ({
  machine: machineMemory([{ totalBytes, othersBytes }]),
  limitBytes: null,
  gpu: null,
  holdings,
});

const holding = (modelId: string, ramBytes: number, more: Partial<Holding> = {}): Holding => ({
  modelId,
  ramBytes,
  gpuBytes: 0,
  evictable: true,
  loading: false,
  lastUsedAt: 0,
  ...more,
});

const request = (shape: MemoryShape, more: Partial<PlanRequest> = {}): PlanRequest => ({
  name: "m",
  shape,
  contextSize: 8192,
  minContextSize: 2048,
  sequences: 1,
  purpose: "chat",
  gpu: "off",
  ...more,
});

const small = shapeNamed("Qwen2.5-0.5B Q4_K_M");
const medium = shapeNamed("Qwen3-4B Q4_K_M");
const large = shapeNamed("Llama-3.1-8B Q4_K_M");

/** A machine on which exactly `bytes` are left for models. */
const withRoom = (bytes: number, holdings: readonly Holding[] = []): BrokerState => {
  const machine = { totalBytes: 64 * gb, reserveBytes: 6 * gb, othersBytes: 58 * gb - Math.ceil(bytes) };
  return { machine, limitBytes: null, gpu: null, holdings };
};

const planned = (state: BrokerState, asked: PlanRequest) => {
  const result = planLoad(state, asked);
  ok(result.ok, JSON.stringify(result));
  return result;
};

/** What a plan comes to, in short. */
const outcome = (state: BrokerState, asked: PlanRequest): string => {
  const result = planLoad(state, asked);
  if (!result.ok) return result.failure.code;
  const { sequences, contextSize, kv, evict } = result.plan;
  return [`${sequences} x ${contextSize}`, kv, ...evict.map((id) => `without ${id}`)].join(", ");
};

describe("a plan", () => {
  const use = { contextSize: 8192, sequences: 1, kv: "f16" } as const;
  const whole = memoryNeed(medium, use).totalBytes;

  it("is what was asked for when it fits, and evicts nothing", () => {
    const { plan, placement } = planned(withRoom(whole, []), request(medium));
    deepEqual(plan, { ...use, need: memoryNeed(medium, use), evict: [] });
    deepEqual(placement, { ramBytes: whole, gpuBytes: 0 });
  });

  it("makes room before it takes anything from the request: what has been unused for longest goes first", () => {
    const idle = [1, 2, 3].map((n) => holding(`m${n}`, gb, { lastUsedAt: 100 - n }));
    equal(outcome(withRoom(whole + 3 * gb, idle), request(medium)), "1 x 8192, f16");
    equal(outcome(withRoom(whole + 2 * gb, idle), request(medium)), "1 x 8192, f16, without m3");
    equal(outcome(withRoom(whole + gb, idle), request(medium)), "1 x 8192, f16, without m3, without m2");
  });

  it("keeps what turns out not to be in the way", () => {
    const idle = [holding("old", 0.5 * gb, { lastUsedAt: 1 }), holding("newer", 4 * gb, { lastUsedAt: 2 })];
    equal(outcome(withRoom(whole + gb, idle), request(medium)), "1 x 8192, f16, without newer");
  });

  it("never evicts what is in use", () => {
    const used = holding("used", 4 * gb, { evictable: false });
    equal(outcome(withRoom(whole + 3 * gb, [used]), request(medium, { minContextSize: 8192 })), "memory-refused");
  });

  it("gives up sequences first, then context, then the precision of the KV state, and is refused at the end", () => {
    const asked = request(large, { sequences: 3 });
    const room = (contextSize: number, sequences: number, kv: "f16" | "q8_0"): BrokerState =>
      withRoom(memoryNeed(large, { contextSize, sequences, kv }).totalBytes);
    equal(outcome(room(8192, 3, "f16"), asked), "3 x 8192, f16");
    equal(outcome(room(8192, 2, "f16"), asked), "2 x 8192, f16");
    equal(outcome(room(8192, 1, "f16"), asked), "1 x 8192, f16");
    equal(outcome(room(4096, 1, "f16"), asked), "1 x 4096, f16");
    equal(outcome(room(2048, 1, "f16"), asked), "1 x 2048, f16");
    equal(outcome(room(2048, 1, "q8_0"), asked), "1 x 2048, q8_0");
    const least = memoryNeed(large, { contextSize: 2048, sequences: 1, kv: "q8_0" }).totalBytes;
    equal(outcome(withRoom(least - 1), asked), "memory-refused");
  });

  it("does not take a KV state of 8 bits where a head cannot be cut into its blocks", () => {
    const narrow = { ...large, embeddingLength: 32 * 16 };
    const least = memoryNeed(narrow, { contextSize: 2048, sequences: 1, kv: "q8_0" }).totalBytes;
    equal(outcome(withRoom(least), request(narrow)), "memory-refused");
  });

  it("for vectors counts a batch as long as the context, and takes no KV state of 8 bits", () => {
    for (const purpose of ["embed", "rank"] as const) {
      const asked = request(small, { purpose, minContextSize: 8192 });
      const need = memoryNeed(small, { ...use, purpose });
      ok(need.computeBytes > 4 * memoryNeed(small, use).computeBytes);
      deepEqual(planned(withRoom(need.totalBytes), asked).plan, { ...use, need, evict: [] });
      equal(outcome(withRoom(need.totalBytes - 1), asked), "memory-refused");
    }
  });

  it("takes the least context as it is when halving would go below it", () => {
    const room = withRoom(memoryNeed(large, { contextSize: 3000, sequences: 1, kv: "f16" }).totalBytes);
    equal(outcome(room, request(large, { minContextSize: 3000 })), "1 x 3000, f16");
  });

  it("that may choose its sequences takes up to four while they are cheap, and evicts nothing for them", () => {
    const asked = request(small, { sequences: 0 });
    equal(outcome(withRoom(4 * gb), asked), "3 x 8192, f16");
    equal(outcome(withRoom(4 * gb), { ...asked, contextSize: 4096 }), "4 x 4096, f16");
    equal(outcome(withRoom(20 * gb), request(large, { sequences: 0 })), "1 x 8192, f16");
    equal(outcome(withRoom(50 * gb), request(large, { sequences: 0 })), "3 x 8192, f16");
    const one = memoryNeed(small, use).totalBytes;
    equal(outcome(withRoom(one + gb, [holding("idle", gb)]), asked), "1 x 8192, f16");
    equal(outcome(withRoom(one + gb, [holding("idle", gb + 1)]), asked), "1 x 8192, f16, without idle");
  });

  it("keeps to the user's own limit", () => {
    const state = { ...stateOf(64 * gb, 0), limitBytes: 3 * gb };
    equal(outcome(state, request(medium, { minContextSize: 8192 })), "memory-refused");
    equal(outcome({ ...state, limitBytes: null }, request(medium)), "1 x 8192, f16");
  });

  it("says in numbers why not", () => {
    const holdings = [holding("idle", gb), holding("used", 4 * gb, { evictable: false })];
    const refused = planLoad(stateOf(8 * gb, 1 * gb, holdings), request(large));
    const neededBytes = memoryNeed(large, { contextSize: 2048, sequences: 1, kv: "q8_0" }).totalBytes;
    const numbers = { neededBytes, freeBytes: 1.5 * gb, heldBytes: 4 * gb, totalBytes: 8 * gb, reserveBytes: 1.5 * gb };
    deepEqual(refused, { ok: false, failure: { code: "memory-refused", detail: { name: "m", ...numbers } } });
  });
});

describe("a plan with a graphics processor", () => {
  const gpu = { name: "gpu", totalBytes: 10 * gb, freeBytes: 9 * gb, unified: false };

  it("puts a model that fits whole there, and counts all but its weights against main memory too", () => {
    const { plan, placement } = planned({ ...withRoom(3 * gb), gpu }, request(large, { gpu: "auto" }));
    const { totalBytes, weightsBytes } = plan.need;
    deepEqual(placement, { ramBytes: totalBytes - weightsBytes, gpuBytes: totalBytes });
  });

  it("that is main memory itself counts the weights there too", () => {
    const shared = { ...gpu, unified: true };
    equal(outcome({ ...withRoom(3 * gb), gpu: shared }, request(large, { gpu: "auto" })), "memory-refused");
    const { plan, placement } = planned({ ...withRoom(8 * gb), gpu: shared }, request(large, { gpu: "auto" }));
    const { totalBytes } = plan.need;
    deepEqual(placement, { ramBytes: totalBytes, gpuBytes: totalBytes });
  });

  it("counts any other against main memory alone", () => {
    const free = { ...gpu, freeBytes: 5 * gb };
    equal(outcome({ ...withRoom(3 * gb), gpu: free }, request(large, { gpu: "auto" })), "memory-refused");
    equal(outcome({ ...withRoom(3 * gb), gpu }, request(large, { gpu: "off" })), "memory-refused");
    const { placement, plan } = planned({ ...withRoom(8 * gb), gpu: free }, request(large, { gpu: "auto" }));
    deepEqual(placement, { ramBytes: plan.need.totalBytes, gpuBytes: 0 });
  });

  it("counts what is being loaded there as taken, and what makes room as free", () => {
    const loading = holding("l", 0, { gpuBytes: 4 * gb, loading: true, evictable: false });
    equal(outcome({ ...withRoom(3 * gb, [loading]), gpu }, request(large, { gpu: "auto" })), "memory-refused");
    const idle = holding("idle", 0, { gpuBytes: 4 * gb });
    const full = { ...gpu, freeBytes: 4 * gb };
    equal(
      outcome({ ...withRoom(3 * gb, [idle]), gpu: full }, request(large, { gpu: "auto" })),
      "1 x 8192, f16, without idle",
    );
  });
});

describe("any sequence of loads, leases, releases, unloads and failures", () => {
  const shapes = [...modelShapes.values()];

  before(async () => {
    for (const path of Object.values(await toyModels())) {
      const checked = await checkModelFile(path);
      ok(checked.ok, path);
      shapes.push(checked.model.memory);
    }
  });

  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("load" as const),
        shape: fc.nat(999),
        contextSize: fc.constantFrom(2048, 4096, 8192, 32_768),
        sequences: fc.nat(4),
        becomes: fc.constantFrom("idle", "idle", "leased", "loading"),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "loaded" as const,
          "failed" as const,
          "lease" as const,
          "release" as const,
          "unload" as const,
        ),
        at: fc.nat(7),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("others" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
  );

  it("never takes more than there is, and evicts only what nobody uses and only what is in the way", () => {
    let plans = 0;
    let evictions = 0;
    let refusals = 0;

    const runs = fc.property(fc.constantFrom(8, 16, 32), fc.array(step, { maxLength: 14 }), (size, steps) => {
      let holdings: Holding[] = [];
      let othersBytes = 2 * gb;
      for (const [now, action] of steps.entries()) {
        const state = stateOf(size * gb, othersBytes, holdings);
        if (action.kind === "others") {
          othersBytes = action.share * size * gb;
        } else if (action.kind === "load") {
          const { contextSize, sequences } = action;
          const asked = request(shapes[action.shape % shapes.length] ?? small, { contextSize, sequences });
          const result = planLoad(state, asked);
          if (!result.ok) {
            refusals++;
            const { neededBytes, freeBytes } = result.failure.detail;
            ok(Number(neededBytes) > Number(freeBytes));
            continue;
          }
          plans++;
          const { plan, placement } = result;
          const isEvicted = ({ modelId }: Holding): boolean => plan.evict.includes(modelId);
          const evicted = holdings.filter(isEvicted);
          evictions += evicted.length;
          ok(evicted.length === plan.evict.length && evicted.every(({ evictable }) => evictable));
          const { usableBytes } = budgetOf(state);
          const kept = holdings.filter((other) => !isEvicted(other));
          const taken = placement.ramBytes + kept.reduce((sum, { ramBytes }) => sum + ramBytes, 0);
          ok(taken <= usableBytes, `${taken} of ${usableBytes} bytes`);
          for (const { ramBytes } of evicted) ok(taken + ramBytes > usableBytes, "evicted for nothing");
          ok(plan.contextSize >= asked.minContextSize && plan.contextSize <= contextSize && plan.sequences >= 1);
          const { becomes } = action;
          const loaded = {
            modelId: `m${now}`,
            ...placement,
            loading: becomes === "loading",
            evictable: becomes === "idle",
          };
          holdings = [...kept, { ...loaded, lastUsedAt: now }];
        } else {
          const target = holdings[action.at];
          if (!target) continue;
          const isReady = !target.loading;
          const change = (more: Partial<Holding>): void => {
            holdings = holdings.map((other) => (other === target ? { ...other, ...more, lastUsedAt: now } : other));
          };
          const remove = (): void => {
            holdings = holdings.filter((other) => other !== target);
          };
          if (action.kind === "loaded" && !isReady) change({ loading: false });
          if (action.kind === "failed" && !isReady) remove();
          if (action.kind === "lease" && isReady) change({ evictable: false });
          if (action.kind === "release" && isReady) change({ evictable: true });
          if (action.kind === "unload" && isReady) remove();
        }
      }
    });
    fc.assert(runs, { seed: 1, numRuns: 10_000 });
    ok(
      plans > 5_000 && evictions > 500 && refusals > 500,
      `${plans} plans, ${evictions} evictions, ${refusals} refusals`,
    );
  }).timeout(60_000);
});
