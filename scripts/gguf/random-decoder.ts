import { f32, type GgufModel, type Metadata, type Tensor, text, u32 } from "./gguf-writer.ts";
import { constantTensor, createRandom, randomTensor } from "./random-weights.ts";
import { createVocabulary, tokenizerMetadata } from "./tokenizer.ts";

/** The shape of a decoder; llama and qwen2 differ in biases and in tied embeddings. */
export interface DecoderShape {
  readonly architecture: "llama" | "qwen2";
  readonly name: string;
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly headsKv: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly seed: number;
}

const generalMetadata = (architecture: string, name: string): Metadata => ({
  "general.architecture": text(architecture),
  "general.type": text("model"),
  "general.name": text(name),
  "general.license": text("cc0-1.0"),
  "general.file_type": u32(0),
  "general.quantization_version": u32(2),
});

/** Header entries that every llama-like decoder needs. */
export const decoderMetadata = (shape: DecoderShape): Metadata => {
  const { architecture, width, heads } = shape;
  return {
    ...generalMetadata(architecture, shape.name),
    [`${architecture}.context_length`]: u32(shape.context),
    [`${architecture}.embedding_length`]: u32(width),
    [`${architecture}.block_count`]: u32(shape.layers),
    [`${architecture}.feed_forward_length`]: u32(shape.feedForward),
    [`${architecture}.attention.head_count`]: u32(heads),
    [`${architecture}.attention.head_count_kv`]: u32(shape.headsKv),
    [`${architecture}.attention.layer_norm_rms_epsilon`]: f32(1e-6),
    [`${architecture}.rope.freq_base`]: f32(10_000),
    [`${architecture}.rope.dimension_count`]: u32(width / heads),
    [`${architecture}.vocab_size`]: u32(shape.vocabulary),
  };
};

const layerTensors = (shape: DecoderShape, layer: number, random: () => number): Tensor[] => {
  const { width, feedForward } = shape;
  const keyWidth = (width / shape.heads) * shape.headsKv;
  const inward = 1 / Math.sqrt(width);
  const outward = inward / Math.sqrt(2 * shape.layers);
  const named = (name: string): string => `blk.${layer}.${name}`;
  const matrix = (name: string, dimensions: readonly [number, number], deviation: number): Tensor =>
    randomTensor(named(`${name}.weight`), dimensions, deviation, random);
  const biases =
    shape.architecture === "qwen2"
      ? [
          constantTensor(named("attn_q.bias"), [width], 0),
          constantTensor(named("attn_k.bias"), [keyWidth], 0),
          constantTensor(named("attn_v.bias"), [keyWidth], 0),
        ]
      : [];
  return [
    constantTensor(named("attn_norm.weight"), [width], 1),
    matrix("attn_q", [width, width], inward),
    matrix("attn_k", [width, keyWidth], inward),
    matrix("attn_v", [width, keyWidth], inward),
    ...biases,
    matrix("attn_output", [width, width], outward),
    constantTensor(named("ffn_norm.weight"), [width], 1),
    matrix("ffn_gate", [width, feedForward], inward),
    matrix("ffn_up", [width, feedForward], inward),
    matrix("ffn_down", [feedForward, width], outward),
  ];
};

/** A decoder with random weights: it answers with noise, at the speed and with the memory of its shape. */
export const randomDecoder = (shape: DecoderShape): GgufModel => {
  const random = createRandom(shape.seed);
  const { width, vocabulary } = shape;
  const layers = Array.from({ length: shape.layers }, (_, layer) => layerTensors(shape, layer, random));
  const output =
    shape.architecture === "llama"
      ? [randomTensor("output.weight", [width, vocabulary], 1 / Math.sqrt(width), random)]
      : [];
  return {
    metadata: { ...decoderMetadata(shape), ...tokenizerMetadata(createVocabulary(vocabulary)) },
    tensors: [
      randomTensor("token_embd.weight", [width, vocabulary], 0.5, random),
      constantTensor("output_norm.weight", [width], 1),
      ...output,
      ...layers.flat(),
    ],
  };
};
