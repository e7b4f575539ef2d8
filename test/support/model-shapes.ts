// Memory shapes of well-known models, from the numbers that their makers publish.
import type { MemoryShape } from "../../src/protocol/memory.ts";

/** Bytes of a weight with the scales of its block. */
const quantisations = { Q4_K_M: 0.606, Q8_0: 1.0625 } as const;

/** Layers, heads, key heads, length of a head, width, feed-forward width, vocabulary, billions of weights. */
const architectures: Readonly<Record<string, readonly number[]>> = {
  "Qwen2.5-0.5B": [24, 14, 2, 64, 896, 4864, 151_936, 0.494],
  "Qwen2.5-1.5B": [28, 12, 2, 128, 1536, 8960, 151_936, 1.54],
  "Qwen2.5-3B": [36, 16, 2, 128, 2048, 11_008, 151_936, 3.09],
  "Qwen2.5-7B": [28, 28, 4, 128, 3584, 18_944, 152_064, 7.62],
  "Qwen2.5-14B": [48, 40, 8, 128, 5120, 13_824, 152_064, 14.8],
  "Qwen3-0.6B": [28, 16, 8, 128, 1024, 3072, 151_936, 0.6],
  "Qwen3-4B": [36, 32, 8, 128, 2560, 9728, 151_936, 4.02],
  "Qwen3-8B": [36, 32, 8, 128, 4096, 12_288, 151_936, 8.19],
  "Llama-3.2-1B": [16, 32, 8, 64, 2048, 8192, 128_256, 1.24],
  "Llama-3.2-3B": [28, 24, 8, 128, 3072, 8192, 128_256, 3.21],
  "Llama-3.1-8B": [32, 32, 8, 128, 4096, 14_336, 128_256, 8.03],
  "Mistral-7B": [32, 32, 8, 128, 4096, 14_336, 32_768, 7.25],
  "SmolLM2-1.7B": [24, 32, 32, 64, 2048, 8192, 49_152, 1.71],
  "Phi-3-mini": [32, 32, 32, 96, 3072, 8192, 32_064, 3.82],
  "Gemma-2-9B": [42, 16, 8, 256, 3584, 14_336, 256_000, 9.24],
};

const shapeOf = (numbers: readonly number[], bytesPerWeight: number): MemoryShape => {
  const [layers = 0, heads = 0, kvHeads = 0, headLength = 0, width = 0, feedForward = 0, vocabulary = 0, billions = 0] =
    numbers;
  return {
    weightsBytes: Math.round(billions * 1e9 * bytesPerWeight),
    layers,
    embeddingLength: width,
    feedForwardLength: feedForward,
    heads,
    vocabulary,
    kvBytesPerToken: layers * kvHeads * headLength * 2 * 2,
  };
};

/** Each architecture in each quantisation, by a name such as "Qwen3-8B Q4_K_M". */
export const modelShapes: ReadonlyMap<string, MemoryShape> = new Map(
  Object.entries(architectures).flatMap(([name, numbers]) =>
    Object.entries(quantisations).map(([quantisation, bytes]) => [`${name} ${quantisation}`, shapeOf(numbers, bytes)]),
  ),
);

export const shapeNamed = (name: string): MemoryShape => {
  const shape = modelShapes.get(name);
  if (!shape) throw new Error(`no shape of ${name}`);
  return shape;
};
