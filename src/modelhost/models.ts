import { stat } from "node:fs/promises";
import type { Timer } from "../protocol/batch.ts";
import type { LoadedModelState, MemoryState } from "../protocol/memory.ts";
import type { LoadOptions, LoadPlan, ModelDescription } from "../protocol/model-host.ts";
import { orAborted } from "./abort.ts";
import { createQueue } from "./llama/queue.ts";
import type { Gpu, HostResult, LlamaRuntime, LoadedModel } from "./loaded-model.ts";
import { type BrokerState, budgetOf, type Placement } from "./memory/broker.ts";
import type { ReadMachineMemory } from "./memory/machine-memory.ts";
import {
  type Asked,
  type Decision,
  decide,
  effective,
  holdingOf,
  isIdle,
  type Seat,
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

/** The models in memory, for all clients. A model with leases, or with work, is never unloaded to make room. */
export interface HostModels {
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
export const createHostModels = (options: ModelsOptions): HostModels => {
  const { runtime, checkModelFile, readMachine, timer, limitBytes, idleMs, savedBytes, log } = options;
  const seats = new Map<string, Seat>();
  const loading = createQueue();
  /** The last description of each file, while the file is the same: a large vocabulary takes a while to read. */
  const described = new Map<string, { file: string; description: ModelDescription }>();

  const readyOf = (modelId: string): (Seat & { model: LoadedModel }) | undefined => {
    const seat = seats.get(modelId);
    return seat?.model && !seat.leaving ? (seat as Seat & { model: LoadedModel }) : undefined; // just looked
  };

  const leave = (seat: Seat): Promise<void> => {
    seat.cancelIdle();
    seat.leaving ??= (async () => {
      try {
        await seat.model?.dispose();
      } catch (error) {
        log(`unloading ${seat.asked.description.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
      } finally {
        seats.delete(seat.id);
      }
    })();
    return seat.leaving;
  };

  /** Notes a use of the model. Without leases it leaves when it has not been used again for `idleMs`. */
  const touch = (seat: Seat): void => {
    seat.lastUsedAt = timer.now();
    seat.cancelIdle();
    if (idleMs === 0 || seat.leases > 0 || seat.leaving) return;
    seat.cancelIdle = timer.after(idleMs, () => {
      if (isIdle(seat)) void leave(seat);
      else touch(seat);
    });
  };

  const brokerState = async (readGpu: () => Promise<Gpu | null>): Promise<BrokerState> => {
    const heldBytes = [...seats.values()].reduce((sum, { placement }) => sum + placement.ramBytes, 0);
    const [machine, graphics] = await Promise.all([readMachine(heldBytes), readGpu().catch(noGpu)]);
    return { machine, limitBytes, gpu: graphics, holdings: [...seats.values()].map(holdingOf) };
  };

  /** No graphics processor can be used when the library that would use it does not open. */
  const noGpu = (error: unknown): null => {
    log(`no graphics processor: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  };

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
    const state = await brokerState(asked.options.gpu === "off" ? async () => null : runtime.gpu);
    return decide([...seats.values()], asked, state);
  };

  /** Decides; a refusal waits for models that are leaving anyway, and is decided again. */
  const decideWithPatience = async (asked: Asked, signal: AbortSignal): Promise<Decision> => {
    for (;;) {
      const decision = await decideNow(asked);
      const leaving = [...seats.values()].flatMap((seat) => seat.leaving ?? []);
      if (decision.ok || leaving.length === 0) return decision;
      await orAborted(Promise.race(leaving), signal);
    }
  };

  /** Reserves the memory, makes room, and loads. What a load that fails had reserved is free again. */
  const loadSeat = async (
    asked: Asked,
    { plan, placement }: { plan: LoadPlan; placement: Placement },
    { onProgress, signal }: Loading,
  ): Promise<HostResult<{ seat: Seat }>> => {
    const seat: Seat = {
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
    seats.set(seat.id, seat);
    try {
      for (const id of plan.evict) {
        const evicted = seats.get(id);
        if (evicted) await orAborted(leave(evicted), signal);
      }
      signal.throwIfAborted();
      const loaded = await runtime.load(
        { description: asked.description, options: asked.options, plan },
        onProgress,
        signal,
      );
      if (!loaded.ok) return loaded;
      seat.model = loaded.model;
      return { ok: true, seat };
    } finally {
      if (!seat.model) seats.delete(seat.id);
    }
  };

  const acquire = async (given: LoadOptions, progress: Loading): Promise<HostResult<{ seat: Seat }>> => {
    const understood = await understand(given);
    if (!understood.ok) return understood;
    const decision = await decideWithPatience(understood.asked, progress.signal);
    if (!decision.ok) return decision;
    if (decision.kind === "share") return { ok: true, seat: decision.seat };
    return loadSeat(understood.asked, decision, progress);
  };

  const connect = (): ModelsClient => {
    /** The seats that this client has leases on, once for each lease. */
    const leased: Seat[] = [];
    let closed = false;
    const take = (seat: Seat): void => {
      if (closed) return;
      seat.leases++;
      leased.push(seat);
    };
    const give = (seat: Seat): void => {
      seat.leases--;
      touch(seat);
    };
    return {
      load: (given, onProgress, signal) =>
        loading.run(
          async () => {
            const acquired = await acquire(given, { onProgress, signal });
            if (!acquired.ok) return acquired;
            const { seat } = acquired;
            // Taken before the next load can look for something to evict; one that was cancelled gets none.
            if (!signal.aborted) take(seat);
            touch(seat);
            return { ok: true, modelId: seat.id, model: seat.asked.description, plan: seat.plan };
          },
          signal,
          () => undefined,
        ),
      release(modelId) {
        const index = leased.findIndex(({ id }) => id === modelId);
        const [seat] = index < 0 ? [] : leased.splice(index, 1);
        if (seat) give(seat);
      },
      close() {
        closed = true;
        for (const seat of leased.splice(0)) give(seat);
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
      return { ok: true, plan: decision.kind === "share" ? { ...decision.seat.plan, evict: [] } : decision.plan };
    },
    async use(modelId, work) {
      const seat = readyOf(modelId);
      if (!seat) return { ok: false, failure: { code: "model-unloaded", detail: {} } };
      touch(seat);
      try {
        return await work(seat.model);
      } finally {
        touch(seat);
      }
    },
    async unload(modelId) {
      const seat = seats.get(modelId);
      if (seat?.model) await leave(seat);
    },
    async memory() {
      const state = await brokerState(runtime.openedGpu);
      const { totalBytes, reserveBytes, othersBytes } = state.machine;
      const models = [...seats.values()].filter(({ model }) => model).map(stateOf);
      const { freeBytes } = budgetOf(state);
      const machine = { totalBytes, reserveBytes, limitBytes, othersBytes, freeBytes };
      return { ...machine, gpu: state.gpu, models, kvStoreBytes: savedBytes() };
    },
    async close() {
      await Promise.all([...seats.values()].map((seat) => seat.model && leave(seat)));
    },
  };
};

const stateOf = ({ id, asked: { description }, plan, leases, lastUsedAt }: Seat): LoadedModelState => ({
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
