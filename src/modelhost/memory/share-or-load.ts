import type { HostFailure, LoadOptions, LoadPlan, ModelDescription } from "../../protocol/model-host.ts";
import type { HostResult, LoadedModel } from "../loaded-model.ts";
import { type BrokerState, type Holding, type Placement, planLoad } from "./broker.ts";

/** What is asked for, with everything decided that the options leave to the model. */
export interface Asked {
  readonly options: LoadOptions;
  readonly description: ModelDescription;
  /** The file as it is on the disk now. */
  readonly file: string;
}

/** The place of one model, from the moment its memory is reserved until that is free again. */
export interface Seat {
  readonly id: string;
  readonly asked: Asked;
  readonly plan: LoadPlan;
  readonly placement: Placement;
  /** null while it is being loaded. */
  model: LoadedModel | null;
  /** Set when it is on its way out. */
  leaving: Promise<void> | null;
  leases: number;
  lastUsedAt: number;
  cancelIdle: () => void;
}

/** The context that "as trained" stops at: larger ones cost memory that most chats never use. */
const defaultContextLimit = 8192;

const abilities = { chat: "chat", embed: "embedding", rank: "ranking" } as const;

/** The failure of asking for a purpose that the model is not for; undefined when it is. */
export const unsuited = ({ purpose }: LoadOptions, model: ModelDescription): HostFailure | undefined => {
  if (model[abilities[purpose]]) return undefined;
  if (purpose === "chat") return { code: "model-not-chat", detail: { path: model.path } };
  return { code: "not-supported", detail: { name: model.name, ability: purpose } };
};

/**
 * A context beyond what a model was trained for costs memory and makes it answer nonsense. Vectors and scores are made
 * one after another, in one sequence.
 */
export const effective = (options: LoadOptions, { trainedContext }: ModelDescription): LoadOptions => {
  const longest = trainedContext ?? Number.POSITIVE_INFINITY;
  const contextSize = Math.min(options.contextSize > 0 ? options.contextSize : defaultContextLimit, longest);
  const minContextSize = Math.min(options.minContextSize || contextSize, contextSize);
  return { ...options, contextSize, minContextSize, sequences: options.purpose === "chat" ? options.sequences : 1 };
};

const isSameModel = (seat: Seat, { options, file }: Asked): boolean => {
  const own = seat.asked.options;
  return (
    seat.asked.file === file &&
    own.purpose === options.purpose &&
    own.gpu === options.gpu &&
    own.template === options.template
  );
};

/** Whether the model as it is loaded is all that is asked for. */
const isFull = ({ plan, asked }: Seat, { options }: Asked): boolean =>
  plan.contextSize >= options.contextSize &&
  plan.sequences >= options.sequences &&
  asked.options.threads === options.threads;

export const isIdle = ({ model, leaving, leases }: Seat): boolean =>
  model !== null && leaving === null && leases === 0 && !model.busy;

const isReady = ({ model, leaving }: Seat): boolean => model !== null && leaving === null;

export const holdingOf = (seat: Seat): Holding => ({
  ...seat.placement,
  modelId: seat.id,
  evictable: isIdle(seat),
  loading: seat.model === null,
  lastUsedAt: seat.lastUsedAt,
});

/** To use what is loaded, or to load, with what is planned for it. */
export type Decision = HostResult<
  { kind: "share"; seat: Seat } | { kind: "load"; plan: LoadPlan; placement: Placement }
>;

/** The state as if the models that are loaded again were gone already. */
const withoutReplaced = (state: BrokerState, replaced: readonly Seat[]): BrokerState => {
  const ids = new Set(replaced.map(({ id }) => id));
  const regained = replaced.reduce((sum, { placement }) => sum + placement.gpuBytes, 0);
  return {
    ...state,
    gpu: state.gpu && { ...state.gpu, freeBytes: state.gpu.freeBytes + regained },
    holdings: state.holdings.filter(({ modelId }) => !ids.has(modelId)),
  };
};

/**
 * What to do about a request: share a model that is loaded, or load it. One that is loaded with less than is asked
 * for is shared while others use it, if it has the least that is useful; when idle it is loaded again if it gets more.
 */
export const decide = (seats: readonly Seat[], asked: Asked, state: BrokerState): Decision => {
  const alike = seats.filter((seat) => isReady(seat) && isSameModel(seat, asked));
  const full = alike.find((seat) => isFull(seat, asked));
  if (full) return { ok: true, kind: "share", seat: full };
  const enough = alike.find(({ plan }) => plan.contextSize >= asked.options.minContextSize);
  if (enough && !isIdle(enough)) return { ok: true, kind: "share", seat: enough };

  const replaced = alike.filter(isIdle);
  const without = withoutReplaced(state, replaced);
  const { contextSize, minContextSize, sequences, purpose, gpu } = asked.options;
  const { name, memory: shape } = asked.description;
  const planned = planLoad(without, { name, shape, contextSize, minContextSize, sequences, purpose, gpu });
  if (!planned.ok) return enough ? { ok: true, kind: "share", seat: enough } : planned;
  const { placement } = planned;
  const better =
    !enough ||
    planned.plan.contextSize > enough.plan.contextSize ||
    planned.plan.sequences > enough.plan.sequences ||
    asked.options.threads !== enough.asked.options.threads;
  if (!better) return { ok: true, kind: "share", seat: enough };
  const evict = [...replaced.map(({ id }) => id), ...planned.plan.evict];
  return { ok: true, kind: "load", plan: { ...planned.plan, evict }, placement };
};
