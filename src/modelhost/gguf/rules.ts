import type { GgufHeader, GgufTensor, GgufValue } from "./reader.ts";
import { invalid, shown, unsupported } from "./rejection.ts";

type Values = ReadonlyMap<string, GgufValue>;

/** What the header alone says about a model; the file adds its path and size. */
export interface ModelFacts {
  readonly name: string | null;
  readonly architecture: string;
  readonly parameters: number;
  readonly trainedContext: number | null;
  readonly chat: boolean;
  readonly infill: boolean;
  readonly embedding: boolean;
  readonly ranking: boolean;
  readonly licence: string | null;
}

/** Encoders that make vectors, not text. */
const embeddingArchitectures = new Set([
  "bert",
  "modern-bert",
  "nomic-bert",
  "nomic-bert-moe",
  "neo-bert",
  "jina-bert-v2",
  "jina-bert-v3",
  "eurobert",
  "gemma-embedding",
  "llama-embed",
  "t5encoder",
]);

/** Architectures that are loaded but do not chat: encoder-decoders and speech. */
const otherArchitectures = new Set(["t5", "wavtokenizer-dec"]);

/** Values of `<arch>.pooling_type` (llama.cpp): 0 is none, 4 ranks documents instead of making a vector. */
const pooling = { none: 0, rank: 4 } as const;

const textOf = (values: Values, key: string): string | null => {
  const value = values.get(key) ?? null;
  if (value === null || typeof value === "string") return value;
  throw invalid(`the setting “${shown(key)}” is not a text`);
};

const integerOf = (values: Values, key: string): number | null => {
  const value = values.get(key) ?? null;
  if (value === null) return null;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw invalid(`the setting “${shown(key)}” is not a whole number`);
};

/** An integer within limits, both included; null when the file does not say. */
const integerWithin = (values: Values, key: string, [least, most]: readonly [number, number]): number | null => {
  const value = integerOf(values, key);
  if (value === null || (value >= least && value <= most)) return value;
  throw invalid(`“${shown(key)}” is ${value} (${least} to ${most} can be right)`);
};

const requiredWithin = (values: Values, key: string, range: readonly [number, number]): number => {
  const value = integerWithin(values, key, range);
  if (value === null) throw invalid(`the setting “${shown(key)}” is missing`);
  return value;
};

const readArchitecture = (values: Values): string => {
  const kind = textOf(values, "general.type");
  if (kind === "adapter") throw unsupported("it is a LoRA adapter, which changes a model but is none");
  if (kind !== null && kind !== "model") throw unsupported(`it holds “${shown(kind)}”, not a model`);
  const architecture = textOf(values, "general.architecture");
  if (architecture === null) throw invalid("the setting “general.architecture” is missing");
  if (architecture === "clip") throw unsupported("it is the image part of a model, not a model for text");
  if (architecture === "controlvector") throw unsupported("it is a control vector, which changes a model but is none");
  if (!/^[\w.()-]{1,64}$/.test(architecture)) throw invalid(`the architecture “${shown(architecture)}” is no name`);
  return architecture;
};

const hasLayerTensor = (header: GgufHeader, name: string): boolean =>
  header.tensors.some((tensor) => tensor.name.endsWith(`.${name}.weight`));

/** A count of one number, or of one per layer; none when the file does not say. */
const countsOf = (values: Values, key: string): readonly number[] => {
  const value = values.get(key);
  if (value === undefined) return [];
  const counts = typeof value === "object" ? value.numbers : [value];
  if (counts.length > 0 && counts.every((n): n is number => Number.isInteger(n) && Number(n) >= 0)) return counts;
  throw invalid(`the setting “${shown(key)}” is not a count`);
};

/**
 * Sizes whose absence or zero makes the engine abort when a layer needs them.
 * Returns the attention heads per layer, where the file gives them by layer.
 */
const checkLayerSizes = (header: GgufHeader, architecture: string): readonly number[] => {
  const { values } = header;
  const required = (setting: string, names: readonly string[]): readonly number[] => {
    const key = `${architecture}.${setting}`;
    const counts = countsOf(values, key);
    if (counts.some((n) => n > 0) || !names.some((name) => hasLayerTensor(header, name))) return counts;
    throw invalid(`“${shown(key)}” is ${counts[0] ?? "missing"} (at least 1 can be right)`);
  };
  const heads = required("attention.head_count", ["attn_q", "attn_qkv"]);
  const width = integerOf(values, `${architecture}.embedding_length`) ?? 0;
  if (heads.some((n) => n > width)) throw invalid(`it has more attention heads than its width of ${width}`);
  if (values.has(`${architecture}.attention.head_count_kv`)) required("attention.head_count_kv", ["attn_k"]);
  required("feed_forward_length", ["ffn_down"]);
  return heads.length > 1 ? heads : [];
};

/** Every layer that the settings announce must be there, and no more: the engine aborts on a mismatch. */
const checkBlocks = (header: GgufHeader, architecture: string, headsPerLayer: readonly number[]): void => {
  const key = `${architecture}.block_count`;
  const announced = requiredWithin(header.values, key, [1, 512]);
  const decoder = integerWithin(header.values, `${architecture}.decoder_block_count`, [1, 512]) ?? 0;
  // Layers for predicting several tokens may be counted or not, and some files leave them out.
  const optional = integerWithin(header.values, `${architecture}.nextn_predict_layers`, [0, 512]) ?? 0;
  const found = new Set<number>();
  for (const { name } of header.tensors) {
    const number = /^(?:enc\.|dec\.)?blk\.(\d{1,6})\./.exec(name)?.[1];
    if (number !== undefined) found.add(Number(number));
  }
  const expected = Math.max(announced, decoder);
  const highest = Math.max(-1, ...found);
  if (highest + 1 > expected + optional) {
    throw invalid(`“${shown(key)}” is ${announced}, but the file has a layer ${highest + 1}`);
  }
  for (let layer = 0; layer < expected - optional; layer++) {
    // A layer without attention may have been pruned away completely (Deci models).
    if (found.has(layer) || headsPerLayer[layer] === 0) continue;
    throw invalid(`“${shown(key)}” is ${announced}, but layer ${layer + 1} is missing`);
  }
};

/** The engine asserts these relations instead of reporting them. */
const checkExperts = (values: Values, architecture: string): void => {
  const all = integerWithin(values, `${architecture}.expert_count`, [0, 65_536]) ?? 0;
  const used = integerWithin(values, `${architecture}.expert_used_count`, [0, 65_536]) ?? 0;
  if (used > all || (all > 0 && used === 0)) throw invalid(`it uses ${used} of ${all} experts`);
};

/** Vocabulary size; special token ids and the embedding table must agree with it. */
const checkVocabulary = (header: GgufHeader): void => {
  const tokens = header.values.get("tokenizer.ggml.tokens");
  if (typeof tokens !== "object" || tokens.length === 0) throw invalid("it has no vocabulary");
  for (const key of header.values.keys()) {
    if (!/^tokenizer\.ggml\.\w+_token_id$/.test(key)) continue;
    const id = integerOf(header.values, key);
    // -1 means none. Published files often pad with an id outside; the engine ignores it and never pads.
    if (id === null || id === -1 || id === 0xffff_ffff || key === "tokenizer.ggml.padding_token_id") continue;
    if (id < 0 || id >= tokens.length) {
      throw invalid(`“${shown(key)}” is ${id}, but the vocabulary has ${tokens.length} tokens`);
    }
  }
  const table = header.tensors.find((tensor) => tensor.name === "token_embd.weight");
  if (table === undefined) throw invalid("the tensor “token_embd.weight” is missing");
  const rows = table.dimensions[1] ?? 1;
  if (rows !== tokens.length) {
    throw invalid(`the vocabulary has ${tokens.length} tokens, but the model has ${rows}`);
  }
};

const fimKeys = [
  ["fim_pre", "prefix"],
  ["fim_suf", "suffix"],
  ["fim_mid", "middle"],
] as const;

const canInfill = (values: Values): boolean =>
  fimKeys.every((names) => names.some((name) => values.has(`tokenizer.ggml.${name}_token_id`)));

const sumElements = (tensors: readonly GgufTensor[]): number =>
  tensors.reduce((sum, tensor) => sum + tensor.elements, 0);

const shownOrNull = (text: string | null): string | null => (text === null ? null : shown(text, 200) || null);

/**
 * The sanity rules for a whole model (all its parts together): those whose breach makes the engine abort, hang or
 * answer nonsense instead of reporting an error. Throws a `GgufRejection`; returns what the header says otherwise.
 */
export const checkModelRules = (header: GgufHeader): ModelFacts => {
  const { values } = header;
  const architecture = readArchitecture(values);
  requiredWithin(values, `${architecture}.embedding_length`, [1, 1_048_576]);
  const trainedContext = integerWithin(values, `${architecture}.context_length`, [1, 2 ** 31 - 1]);
  const headsPerLayer = checkLayerSizes(header, architecture);
  checkBlocks(header, architecture, headsPerLayer);
  checkExperts(values, architecture);
  checkVocabulary(header);
  const pools = integerOf(values, `${architecture}.pooling_type`) ?? pooling.none;
  const embedding = embeddingArchitectures.has(architecture) || pools !== pooling.none;
  const causal = values.get(`${architecture}.attention.causal`) !== false;
  return {
    name: shownOrNull(textOf(values, "general.name")),
    architecture,
    parameters: sumElements(header.tensors),
    trainedContext,
    chat: causal && !embedding && !otherArchitectures.has(architecture),
    infill: !embedding && canInfill(values),
    embedding: embedding && pools !== pooling.rank,
    ranking: pools === pooling.rank,
    licence: shownOrNull(textOf(values, "general.license")),
  };
};
