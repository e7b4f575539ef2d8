import { stat } from "node:fs/promises";
import type { Timer } from "../protocol/batch.ts";
import type { LoadedModelState, MemoryState } from "../protocol/memory.ts";
import type { LoadOptions, LoadPlan, ModelDescription } from "../protocol/model-host.ts";
import { createQueue } from "./llama/queue.ts";
import type { HostResult, LlamaRuntime, LoadedModel } from "./loaded-model.ts";
import { type BrokerState, budgetOf, type Placement } from "./memory/broker.ts";
import type { ReadMachineMemory } from "./memory/machine-memory.ts";
import {
  type Asked,
  type Decision,
  decide,
  effective,
  holdingOf,
  isIdle,
  type Slot,
  unsuited,
} from "./memory/share-or-load.ts";

/** What one client may do with models: it holds leases, and loses them all when it closes. */
export interface ModelsClient {
  /** Loads the model, or finds it loaded with options that do; the client has one more lease on it then. */
  load(
    options: LoadOptions,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<HostResult<{ modelId: string; model: ModelDescription; plan: LoadPlan }>>;
  /** Gives one lease back; does nothing without one. */
  release(modelId: string): void;
  close(): void;
}

/** The models in memory. A model with leases, or with work, is never unloaded to make room. */
export interface Models {
  connect(): ModelsClient;
  plan(options: LoadOptions): Promise<HostResult<{ plan: LoadPlan }>>;
  /** Works with a loaded model, with or without a lease; `model-unloaded` when it is not there (any more). */
  use<T extends object>(modelId: string, work: (model: LoadedModel) => Promise<HostResult<T>>): Promise<HostResult<T>>;
  /** Unloads the model after its running work; does nothing for one that is not loaded. */
  unload(modelId: string): Promise<void>;
  memory(): Promise<MemoryState>;
  /** Unloads everything. */
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly runtime: LlamaRuntime;
  readonly checkModelFile: (path: string) => Promise<HostResult<{ model: ModelDescription }>>;
  readonly readMachine: ReadMachineMemory;
  /** `now` in milliseconds since 1970. */
  readonly timer: Timer;
  /** The most that all models together may take; null: no such limit. */
  readonly limitBytes: number | null;
  /** How long a model stays that nobody has a lease on; 0: for ever. */
  readonly idleMs: number;
  /** Bytes of the saved KV states. */
  readonly savedBytes: () => number;
  readonly log: (line: string) => void;
}

interface Loading {
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** Keeps models in memory as the broker plans. Loads one at a time: two at once would only slow each other down. */
export const createModels = (options: ModelsOptions): Models => {
  const { runtime, checkModelFile, readMachine, timer, limitBytes, idleMs, savedBytes, log } = options;
  const slots = new Map<string, Slot>();
  const loading = createQueue();
  /** The last description of each file, while the file is the same: a large vocabulary takes a while to read. */
  const described = new Map<string, { file: string; description: ModelDescription }>();

  const readyOf = (modelId: string): (Slot & { model: LoadedModel }) | undefined => {
    const slot = slots.get(modelId);
    return slot?.model && !slot.leaving ? (slot as Slot & { model: LoadedModel }) : undefined; // just looked
  };

  const leave = (slot: Slot): Promise<void> => {
    slot.cancelIdle();
    slot.leaving ??= (async () => {
      try {
        await slot.model?.dispose();
      } catch (error) {
        log(`unloading ${slot.asked.description.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
      } finally {
        slots.delete(slot.id);
      }
    })();
    return slot.leaving;
  };

  /** Notes a use of the model. Without leases it leaves when it has not been used again for `idleMs`. */
  const touch = (slot: Slot): void => {
    slot.lastUsedAt = timer.now();
    slot.cancelIdle();
    if (idleMs === 0 || slot.leases > 0 || slot.leaving) return;
    slot.cancelIdle = timer.after(idleMs, () => {
      if (isIdle(slot)) void leave(slot);
      else touch(slot);
    });
  };

  const brokerState = async (gpu: LoadOptions["gpu"]): Promise<BrokerState> => {
    const heldBytes = [...slots.values()].reduce((sum, { placement }) => sum + placement.ramBytes, 0);
    const [machine, graphics] = await Promise.all([readMachine(heldBytes), gpu === "off" ? null : readGpu()]);
    return { machine, limitBytes, gpu: graphics, holdings: [...slots.values()].map(holdingOf) };
  };

  /** No graphics processor can be used when the library that would use it does not open. */
  const readGpu = () =>
    runtime.gpu().catch((error: unknown) => {
      log(`no graphics processor: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });

  const understand = async (given: LoadOptions): Promise<HostResult<{ asked: Asked }>> => {
    const found = await stat(given.path).catch(() => undefined);
    const file = JSON.stringify([given.path, found?.size, found?.mtimeMs, found?.ino]);
    const known = described.get(given.path);
    let description = found && known?.file === file ? known.description : undefined;
    if (!description) {
      const checked = await checkModelFile(given.path);
      if (!checked.ok) return checked;
      description = checked.model;
      described.set(given.path, { file, description });
    }
    const failure = unsuited(given, description);
    if (failure) return { ok: false, failure };
    return { ok: true, asked: { options: effective(given, description), description, file } };
  };

  const decideNow = async (asked: Asked): Promise<Decision> => {
    const state = await brokerState(asked.options.gpu);
    return decide([...slots.values()], asked, state);
  };

  /** Decides; a refusal waits for models that are leaving anyway, and is decided again. */
  const decideWithPatience = async (asked: Asked): Promise<Decision> => {
    for (;;) {
      const decision = await decideNow(asked);
      const leaving = [...slots.values()].flatMap((slot) => slot.leaving ?? []);
      if (decision.ok || leaving.length === 0) return decision;
      await Promise.race(leaving);
    }
  };

  /** Reserves the memory, makes room, and loads. What a load that fails had reserved is free again. */
  const loadSlot = async (
    asked: Asked,
    { plan, placement }: { plan: LoadPlan; placement: Placement },
    { onProgress, signal }: Loading,
  ): Promise<HostResult<{ slot: Slot }>> => {
    const slot: Slot = {
      id: crypto.randomUUID(),
      asked,
      plan,
      placement,
      model: null,
      leaving: null,
      leases: 0,
      lastUsedAt: timer.now(),
      cancelIdle: () => undefined,
    };
    slots.set(slot.id, slot);
    try {
      for (const id of plan.evict) {
        const evicted = slots.get(id);
        if (evicted) await leave(evicted);
      }
      signal.throwIfAborted();
      const loaded = await runtime.load(
        { description: asked.description, options: asked.options, plan },
        onProgress,
        signal,
      );
      if (!loaded.ok) return loaded;
      slot.model = loaded.model;
      return { ok: true, slot };
    } finally {
      if (!slot.model) slots.delete(slot.id);
    }
  };

  const acquire = async (given: LoadOptions, progress: Loading): Promise<HostResult<{ slot: Slot }>> => {
    const understood = await understand(given);
    if (!understood.ok) return understood;
    const decision = await decideWithPatience(understood.asked);
    if (!decision.ok) return decision;
    if (decision.kind === "share") return { ok: true, slot: decision.slot };
    return loadSlot(understood.asked, decision, progress);
  };

  const connect = (): ModelsClient => {
    /** The slots that this client has leases on, once for each lease. */
    const leased: Slot[] = [];
    let closed = false;
    const take = (slot: Slot): void => {
      if (closed) return;
      slot.leases++;
      leased.push(slot);
    };
    const give = (slot: Slot): void => {
      slot.leases--;
      touch(slot);
    };
    return {
      load: (given, onProgress, signal) =>
        loading.run(
          async () => {
            const acquired = await acquire(given, { onProgress, signal });
            if (!acquired.ok) return acquired;
            const { slot } = acquired;
            // Taken before the next load can look for something to evict; one that was cancelled gets none.
            if (!signal.aborted) take(slot);
            touch(slot);
            return { ok: true, modelId: slot.id, model: slot.asked.description, plan: slot.plan };
          },
          signal,
          () => undefined,
        ),
      release(modelId) {
        const index = leased.findIndex(({ id }) => id === modelId);
        const [slot] = index < 0 ? [] : leased.splice(index, 1);
        if (slot) give(slot);
      },
      close() {
        closed = true;
        for (const slot of leased.splice(0)) give(slot);
      },
    };
  };

  return {
    connect,
    async plan(given) {
      const understood = await understand(given);
      if (!understood.ok) return understood;
      const decision = await decideNow(understood.asked);
      if (!decision.ok) return decision;
      return { ok: true, plan: decision.kind === "share" ? { ...decision.slot.plan, evict: [] } : decision.plan };
    },
    async use(modelId, work) {
      const slot = readyOf(modelId);
      if (!slot) return { ok: false, failure: { code: "model-unloaded", detail: {} } };
      touch(slot);
      try {
        return await work(slot.model);
      } finally {
        touch(slot);
      }
    },
    async unload(modelId) {
      const slot = slots.get(modelId);
      if (slot?.model) await leave(slot);
    },
    async memory() {
      const state = await brokerState("auto");
      const { totalBytes, reserveBytes, othersBytes } = state.machine;
      const models = [...slots.values()].filter(({ model }) => model).map(stateOf);
      const { freeBytes } = budgetOf(state);
      return { totalBytes, reserveBytes, othersBytes, freeBytes, gpu: state.gpu, models, kvStoreBytes: savedBytes() };
    },
    async close() {
      await Promise.all([...slots.values()].map((slot) => slot.model && leave(slot)));
    },
  };
};

const stateOf = ({ id, asked: { description }, plan, leases, lastUsedAt }: Slot): LoadedModelState => ({
  modelId: id,
  path: description.path,
  name: description.name,
  contextSize: plan.contextSize,
  sequences: plan.sequences,
  kv: plan.kv,
  need: plan.need,
  leases,
  lastUsedAt,
});
