import type { MemoryShape } from "../../protocol/memory.ts";
import type { GgufHeader, GgufValue } from "./reader.ts";

type Values = ReadonlyMap<string, GgufValue>;

const bytesPerF16 = 2;

/** A setting that is one number, or one per layer; empty when the file does not say or says something else. */
const numbersOf = (values: Values, key: string): readonly number[] => {
  const value = values.get(key);
  const numbers = typeof value === "object" ? value.numbers : [value];
  return numbers.filter((n): n is number => typeof n === "number" && Number.isFinite(n) && n >= 0);
};

const firstOf = (values: Values, key: string, otherwise: number): number => numbersOf(values, key)[0] ?? otherwise;

/**
 * Keys and values of one token over all layers, as f16. Heads may be given by layer, with 0 for a layer without
 * attention. What saves memory beyond that (sliding windows, latent attention) is not counted: the sum is never too low.
 */
const kvBytesPerToken = (values: Values, architecture: string, layers: number): number => {
  const key = (name: string): string => `${architecture}.attention.${name}`;
  const width = firstOf(values, `${architecture}.embedding_length`, 0);
  const heads = numbersOf(values, key("head_count"));
  const kvHeads = numbersOf(values, key("head_count_kv"));
  const mostHeads = Math.max(0, ...heads);
  const headWidth = mostHeads > 0 ? width / mostHeads : 0;
  const keyLength = firstOf(values, key("key_length"), headWidth);
  const valueLength = firstOf(values, key("value_length"), headWidth);
  const perLayer = kvHeads.length > 0 ? kvHeads : heads;
  let total = 0;
  for (let layer = 0; layer < layers; layer++) {
    total += (perLayer[layer] ?? perLayer.at(-1) ?? 0) * (keyLength + valueLength) * bytesPerF16;
  }
  return Math.ceil(total);
};

/** What the header of a whole model, all its parts together, says about the memory that the model takes. */
export const readMemoryShape = (header: GgufHeader, architecture: string): MemoryShape => {
  const { values, tensors } = header;
  const most = (name: string): number => Math.max(0, ...numbersOf(values, `${architecture}.${name}`));
  const tokens = values.get("tokenizer.ggml.tokens");
  const layers = most("block_count");
  // Of the experts of a layer only some are computed for a token, but all of these at once.
  const expertsForward = most("expert_feed_forward_length") * most("expert_used_count");
  return {
    weightsBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    layers,
    embeddingLength: most("embedding_length"),
    feedForwardLength: Math.max(most("feed_forward_length"), expertsForward),
    heads: most("attention.head_count"),
    vocabulary: typeof tokens === "object" ? tokens.length : 0,
    kvBytesPerToken: kvBytesPerToken(values, architecture, layers),
  };
};

/** Names of quantisations by `general.file_type` (source: llama.h, `llama_ftype`). */
const fileTypes: ReadonlyMap<number, string> = new Map([
  [0, "F32"],
  [1, "F16"],
  [2, "Q4_0"],
  [3, "Q4_1"],
  [7, "Q8_0"],
  [8, "Q5_0"],
  [9, "Q5_1"],
  [10, "Q2_K"],
  [11, "Q3_K_S"],
  [12, "Q3_K_M"],
  [13, "Q3_K_L"],
  [14, "Q4_K_S"],
  [15, "Q4_K_M"],
  [16, "Q5_K_S"],
  [17, "Q5_K_M"],
  [18, "Q6_K"],
  [19, "IQ2_XXS"],
  [20, "IQ2_XS"],
  [21, "Q2_K_S"],
  [22, "IQ3_XS"],
  [23, "IQ3_XXS"],
  [24, "IQ1_S"],
  [25, "IQ4_NL"],
  [26, "IQ3_S"],
  [27, "IQ3_M"],
  [28, "IQ2_S"],
  [29, "IQ2_M"],
  [30, "IQ4_XS"],
  [31, "IQ1_M"],
  [32, "BF16"],
  [36, "TQ1_0"],
  [37, "TQ2_0"],
  [38, "MXFP4"],
]);

/** Set by llama.cpp in `general.file_type` when it guessed the type from the tensors. */
const guessed = 1024;

/** The name that files of this quantisation carry; null when the header does not say or the number is unknown. */
export const readQuantisation = (values: Values): string | null => {
  const value = values.get("general.file_type");
  if (typeof value !== "number") return null;
  return fileTypes.get(value >= guessed ? value - guessed : value) ?? null;
};
