import * as z from "zod/mini";

/** How the KV state is stored: llama.cpp's 16-bit floats, or 8-bit blocks in 53 % of the memory. */
export const KvType = z.enum(["f16", "q8_0"]);
export type KvType = z.infer<typeof KvType>;

/** What a model is loaded for: to write, to make vectors of texts, or to score documents for a query. */
export const Purpose = z.enum(["chat", "embed", "rank"]);
export type Purpose = z.infer<typeof Purpose>;

/** What decides how much memory a model takes, read from its header. Bytes and counts; no weights are loaded for it. */
export const MemoryShape = z.object({
  /** All tensors of all parts. */
  weightsBytes: z.number(),
  layers: z.number(),
  embeddingLength: z.number(),
  feedForwardLength: z.number(),
  heads: z.number(),
  vocabulary: z.number(),
  /** Keys and values of one token over all layers, as f16. */
  kvBytesPerToken: z.number(),
});
export type MemoryShape = z.infer<typeof MemoryShape>;

/** What one loaded model takes, in bytes. */
export const MemoryNeed = z.object({
  weightsBytes: z.number(),
  kvBytes: z.number(),
  computeBytes: z.number(),
  totalBytes: z.number(),
});
export type MemoryNeed = z.infer<typeof MemoryNeed>;

/** A model in memory. `leases` counts those who are using it now; one without leases may be unloaded. */
export const LoadedModelState = z.object({
  modelId: z.string(),
  path: z.string(),
  name: z.string(),
  contextSize: z.number(),
  sequences: z.number(),
  kv: KvType,
  need: MemoryNeed,
  leases: z.number(),
  /** Milliseconds since 1970. */
  lastUsedAt: z.number(),
});
export type LoadedModelState = z.infer<typeof LoadedModelState>;

/** The memory of this machine as the model host plans with it. All sizes in bytes. */
export const MemoryState = z.object({
  /** Physical memory, or the limit of the control group when that is lower. */
  totalBytes: z.number(),
  /** Left to the system and other programs, whatever happens. */
  reserveBytes: z.number(),
  /** The most that all models together may take, by the user's setting; null: no such limit. */
  limitBytes: z.nullable(z.number()),
  /** In use by everything but the loaded models. */
  othersBytes: z.number(),
  /** What loading more may still take: never negative. */
  freeBytes: z.number(),
  /** null: none, or not looked for yet: the host does that when the first model is planned that may use it. */
  gpu: z.nullable(
    z.object({
      name: z.string(),
      totalBytes: z.number(),
      freeBytes: z.number(),
      /** Its memory is main memory, or a part of it: the two are not to be added up. */
      unified: z.boolean(),
    }),
  ),
  models: z.array(LoadedModelState),
  /** Saved KV states on the disk. */
  kvStoreBytes: z.number(),
});
export type MemoryState = z.infer<typeof MemoryState>;

/** How a model fits this machine: at once, after unloading what nobody uses or with a shorter context, or not at all. */
export const MemoryFit = z.enum(["fits", "tight", "exceeds"]);
export type MemoryFit = z.infer<typeof MemoryFit>;

/** The part of a plan that decides how much memory it takes. `contextSize`: tokens of one sequence. */
export interface MemoryUse {
  readonly contextSize: number;
  readonly sequences: number;
  readonly kv: KvType;
  /** "chat" unless given. */
  readonly purpose?: Purpose;
}

const reserveLeastBytes = 1.5e9;
const reserveShare = 0.1;
const reserveMostShare = 0.25;

/** What is left to the system and to other programs that grow, whatever happens, of a machine's memory; in bytes. */
export const reserveOf = (totalBytes: number): number =>
  Math.round(Math.min(Math.max(reserveLeastBytes, totalBytes * reserveShare), totalBytes * reserveMostShare));

const mb = 1e6;
/** Tokens that are computed at once while a prompt is read. */
const chatBatch = 512;
/** llama.cpp gives out KV cells in groups. */
const cellGroup = 256;
const floatBytes = 4;
/** 32 values as bytes and one 16-bit scale, against 32 16-bit floats. */
const kvShare: Readonly<Record<KvType, number>> = { f16: 1, q8_0: 34 / 64 };
/** The library, its threads and the compute graph. */
const fixedBytes = 24 * mb;
/** The tokenizer's tables: texts, merges and their maps. */
const bytesPerVocabularyEntry = 1_150;
/** Buffers of the widest layer and of the residual stream that live at the same time. */
const forwardBuffers = 3;
const widthBuffers = 6;
/** The attention mask, as floats and as what flash attention reads. */
const maskBytesPerCell = 6;

/** The KV state of so many tokens, in bytes. */
export const kvBytesOf = ({ kvBytesPerToken }: MemoryShape, kv: KvType, tokens: number): number =>
  Math.ceil(tokens * kvBytesPerToken * kvShare[kv]);

/**
 * What a model takes when it is loaded and its context is full, in bytes: weights, KV state, and what computing needs
 * (tokenizer, buffers for a batch, output). A batch is 512 tokens of a chat, and all tokens of a text whose vector or
 * score is wanted, because an encoder sees them at once. Fitted to measured loads; never below them. It counts on
 * flash attention and on logits for one token of each sequence, which is how the model host runs llama.cpp. Pages of
 * the file whose weights llama.cpp has copied into another order are not counted: the system takes them back.
 */
export const memoryNeed = (shape: MemoryShape, use: MemoryUse): MemoryNeed => {
  const { contextSize, sequences, kv, purpose = "chat" } = use;
  const batch = purpose === "chat" ? chatBatch : contextSize;
  const cells = Math.ceil((contextSize * sequences) / cellGroup) * cellGroup;
  const kvBytes = kvBytesOf(shape, kv, cells);
  const buffers = forwardBuffers * shape.feedForwardLength + widthBuffers * shape.embeddingLength;
  const computeBytes =
    fixedBytes +
    shape.vocabulary * (bytesPerVocabularyEntry + sequences * floatBytes) +
    batch * (buffers * floatBytes + contextSize * maskBytesPerCell);
  const { weightsBytes } = shape;
  return { weightsBytes, kvBytes, computeBytes, totalBytes: weightsBytes + kvBytes + computeBytes };
};
