import {
  type KvType,
  type MemoryNeed,
  type MemoryShape,
  type MemoryUse,
  memoryNeed,
  type Purpose,
} from "../../protocol/memory.ts";
import type { LoadOptions, LoadPlan } from "../../protocol/model-host.ts";
import type { Gpu, HostResult } from "../loaded-model.ts";
import type { MachineMemory } from "./machine-memory.ts";

/** Where the bytes of a model are. */
export interface Placement {
  readonly ramBytes: number;
  readonly gpuBytes: number;
}

/** A model as the broker sees it: in memory, on its way into it, or on its way out. */
export interface Holding extends Placement {
  readonly modelId: string;
  /** Nobody has a lease on it, nothing runs on it, and it is neither being loaded nor leaving. */
  readonly evictable: boolean;
  /** Its bytes are reserved but not all taken yet. */
  readonly loading: boolean;
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number;
}

export interface BrokerState {
  readonly machine: MachineMemory;
  /** The most that all models together may take; null: no such limit. */
  readonly limitBytes: number | null;
  /** `freeBytes` as it is now, with the ready models in it. */
  readonly gpu: Gpu | null;
  readonly holdings: readonly Holding[];
}

export interface PlanRequest {
  readonly name: string;
  readonly shape: MemoryShape;
  /** At least 1: what "as trained" means has been decided. */
  readonly contextSize: number;
  readonly minContextSize: number;
  /** 0: as many as are cheap. */
  readonly sequences: number;
  readonly purpose: Purpose;
  readonly gpu: LoadOptions["gpu"];
}

const mostSequences = 4;
const cheapShare = 0.05;
const cheapBytes = 256e6;
/** Of the graphics memory stays free: for the screen, and for buffers larger than those in main memory. */
const gpuReserveShare = 0.1;
/** The block of q8_0: keys and values of a head must be cut into whole ones. */
const kvBlock = 32;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** What models may take together, what they take or have reserved, and the rest; in main memory, never negative. */
export const budgetOf = ({ machine, limitBytes, holdings }: BrokerState) => {
  const usable = machine.totalBytes - machine.reserveBytes - machine.othersBytes;
  const usableBytes = Math.max(0, Math.min(usable, limitBytes ?? Number.POSITIVE_INFINITY));
  const heldBytes = sumOf(holdings.map(({ ramBytes }) => ramBytes));
  return { usableBytes, heldBytes, freeBytes: Math.max(0, usableBytes - heldBytes) };
};

/**
 * A model that fits whole into the free graphics memory counts against that; its KV state and buffers count against
 * main memory as well, where llama.cpp keeps copies and its work, and so do its weights where the two are the same
 * memory. Any other model counts against main memory as if there were no graphics processor, though llama.cpp may put
 * some layers there.
 */
const placementOf = ({ totalBytes, weightsBytes }: MemoryNeed, gpu: Gpu | null, gpuFreeBytes: number): Placement => {
  if (!gpu || totalBytes > gpuFreeBytes) return { ramBytes: totalBytes, gpuBytes: 0 };
  return { ramBytes: gpu.unified ? totalBytes : totalBytes - weightsBytes, gpuBytes: totalBytes };
};

const gpuFree = ({ gpu, holdings }: BrokerState, gone: readonly Holding[]): number => {
  if (!gpu) return 0;
  const reserved = sumOf(holdings.filter(({ loading }) => loading).map(({ gpuBytes }) => gpuBytes));
  const regained = sumOf(gone.map(({ gpuBytes }) => gpuBytes));
  return Math.min(gpu.freeBytes - reserved + regained, gpu.totalBytes) - gpu.totalBytes * gpuReserveShare;
};

interface Room extends Placement {
  readonly evict: readonly Holding[];
}

/**
 * Makes room for `need` with as little as possible: nothing, or the models unused for longest until it fits, less those
 * of them that turn out not to be needed. undefined when not even all evictable models are enough.
 */
const findRoom = (state: BrokerState, need: MemoryNeed, request: PlanRequest): Room | undefined => {
  const { usableBytes, heldBytes } = budgetOf(state);
  const gpu = request.gpu === "off" ? null : state.gpu;
  const fitting = (evict: readonly Holding[]): Placement | undefined => {
    const placement = placementOf(need, gpu, gpuFree(state, evict));
    const held = heldBytes - sumOf(evict.map(({ ramBytes }) => ramBytes));
    return held + placement.ramBytes <= usableBytes ? placement : undefined;
  };
  const evictable = state.holdings
    .filter((holding) => holding.evictable)
    .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt);
  let count = 0;
  while (count < evictable.length && !fitting(evictable.slice(0, count))) count++;
  let evict = evictable.slice(0, count);
  for (const holding of evict.toReversed()) {
    const fewer = evict.filter((other) => other !== holding);
    if (fitting(fewer)) evict = fewer;
  }
  const placement = fitting(evict);
  return placement && { ...placement, evict };
};

const halvings = (contextSize: number, minContextSize: number): number[] => {
  const least = Math.min(contextSize, Math.max(1, minContextSize));
  const sizes: number[] = [];
  for (let size = Math.floor(contextSize / 2); size > least; size = Math.floor(size / 2)) sizes.push(size);
  return least < contextSize ? [...sizes, least] : sizes;
};

/** The most sequences whose further KV state costs little, at least 1. */
const cheapSequences = (state: BrokerState, { shape, contextSize }: PlanRequest): number => {
  const oneBytes = memoryNeed(shape, { contextSize, sequences: 1, kv: "f16" }).kvBytes;
  const spareBytes = Math.max(budgetOf(state).freeBytes * cheapShare, cheapBytes);
  for (let sequences = mostSequences; sequences > 1; sequences--) {
    if ((sequences - 1) * oneBytes <= spareBytes) return sequences;
  }
  return 1;
};

const countdown = (from: number): number[] => Array.from({ length: Math.max(0, from) }, (_, i) => from - i);

/**
 * What is tried, best first. A full context is worth more than a model that nobody uses: room is made before anything
 * is taken from the request. Then it gets fewer sequences, a shorter context, and last a KV state of 8 bits,
 * which the library has only for chats. Sequences that nobody asked for evict nothing.
 */
const attempts = (state: BrokerState, request: PlanRequest): (MemoryUse & { mayEvict: boolean })[] => {
  const { contextSize, minContextSize, shape, purpose } = request;
  const use = (size: number, sequences: number, kv: KvType) => ({ contextSize: size, sequences, kv, mayEvict: true });
  const shorter = halvings(contextSize, minContextSize);
  const canQuantise = purpose === "chat" && shape.heads > 0 && (shape.embeddingLength / shape.heads) % kvBlock === 0;
  const cheap = request.sequences > 0 ? 0 : cheapSequences(state, request);
  return [
    ...countdown(cheap).map((sequences) => ({ ...use(contextSize, sequences, "f16"), mayEvict: false })),
    ...countdown(Math.max(1, request.sequences)).map((sequences) => use(contextSize, sequences, "f16")),
    ...shorter.map((size) => use(size, 1, "f16")),
    ...(canQuantise ? [contextSize, ...shorter].map((size) => use(size, 1, "q8_0")) : []),
  ];
};

/**
 * Decides how a model is loaded: as asked, or after evicting what nobody uses, or with less of what was asked for.
 * Pure: the caller reserves `placement` while it loads and gives it back when that fails. What is planned never takes
 * more than total − reserve − others, together with all holdings that stay. The refusal `memory-refused` says what the
 * least useful load needs (`neededBytes`), what could be made free (`freeBytes`) and what cannot (`heldBytes`).
 */
export const planLoad = (
  state: BrokerState,
  request: PlanRequest,
): HostResult<{ plan: LoadPlan; placement: Placement }> => {
  const kept = { ...state, holdings: state.holdings.filter(({ evictable }) => !evictable) };
  let leastBytes = Number.POSITIVE_INFINITY;
  for (const { mayEvict, ...use } of attempts(state, request)) {
    const need = memoryNeed(request.shape, { ...use, purpose: request.purpose });
    leastBytes = Math.min(leastBytes, need.totalBytes);
    const room = findRoom(state, need, request);
    if (!room || (!mayEvict && room.evict.length > 0)) continue;
    const { evict, ramBytes, gpuBytes } = room;
    const plan = { ...use, need, evict: evict.map(({ modelId }) => modelId) };
    return { ok: true, plan, placement: { ramBytes, gpuBytes } };
  }
  const { freeBytes, heldBytes } = budgetOf(kept);
  const { totalBytes, reserveBytes } = state.machine;
  const numbers = { neededBytes: leastBytes, freeBytes, heldBytes, totalBytes, reserveBytes };
  const detail = { name: request.name, ...numbers, ...(state.limitBytes !== null && { limitBytes: state.limitBytes }) };
  return { ok: false, failure: { code: "memory-refused", detail } };
};
