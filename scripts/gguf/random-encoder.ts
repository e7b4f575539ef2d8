import { bool, f32, type GgufModel, i32s, type Metadata, type Tensor, text, texts, u32 } from "./gguf-writer.ts";
import { constantTensor, createRandom, randomTensor } from "./random-weights.ts";

/** The shape of a BERT encoder: for embeddings, or with a head that scores a pair of texts. */
export interface EncoderShape {
  readonly name: string;
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly seed: number;
  readonly pooling: keyof typeof poolings;
}

const specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;
/** `pooling_type` (llama.cpp): the mean of all tokens, or a classifier's score. */
const poolings = { mean: 1, rank: 4 } as const;

/** WordPiece tokens as llama.cpp wants them: U+2581 marks the start of a word, its absence a continuation. */
const wordPieces = (size: number): string[] => {
  const printable = Array.from({ length: 94 }, (_, i) => String.fromCodePoint(33 + i));
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const pairs = letters.flatMap((a) => letters.map((b) => a + b));
  const triples = pairs.flatMap((pair) => letters.map((letter) => pair + letter));
  const pieces = [...printable, ...pairs, ...triples].flatMap((piece) => [`\u2581${piece}`, piece]);
  return [...specialTokens, ...pieces].slice(0, size);
};

const encoderMetadata = (shape: EncoderShape): Metadata => {
  const tokens = wordPieces(shape.vocabulary);
  const id = (token: (typeof specialTokens)[number]) => u32(tokens.indexOf(token));
  return {
    "general.architecture": text("bert"),
    "general.type": text("model"),
    "general.name": text(shape.name),
    "general.license": text("cc0-1.0"),
    "general.file_type": u32(0),
    "bert.context_length": u32(shape.context),
    "bert.embedding_length": u32(shape.width),
    "bert.block_count": u32(shape.layers),
    "bert.feed_forward_length": u32(shape.feedForward),
    "bert.attention.head_count": u32(shape.heads),
    "bert.attention.layer_norm_epsilon": f32(1e-12),
    "bert.attention.causal": bool(false),
    "bert.pooling_type": u32(poolings[shape.pooling]),
    "tokenizer.ggml.model": text("bert"),
    "tokenizer.ggml.pre": text("jina-v2-en"),
    "tokenizer.ggml.token_type_count": u32(2),
    "tokenizer.ggml.tokens": texts(tokens),
    "tokenizer.ggml.token_type": i32s(tokens.map((_, i) => (i < specialTokens.length ? 3 : 1))),
    "tokenizer.ggml.bos_token_id": id("[CLS]"),
    "tokenizer.ggml.eos_token_id": id("[SEP]"),
    "tokenizer.ggml.unknown_token_id": id("[UNK]"),
    // The misspelling is the format's own.
    "tokenizer.ggml.seperator_token_id": id("[SEP]"),
    "tokenizer.ggml.padding_token_id": id("[PAD]"),
    "tokenizer.ggml.cls_token_id": id("[CLS]"),
    "tokenizer.ggml.mask_token_id": id("[MASK]"),
    "tokenizer.ggml.add_bos_token": bool(true),
    "tokenizer.ggml.add_eos_token": bool(true),
  };
};

const layerTensors = (shape: EncoderShape, layer: number, random: () => number): Tensor[] => {
  const { width, feedForward } = shape;
  const linear = (name: string, inputs: number, outputs: number): Tensor[] => [
    randomTensor(`blk.${layer}.${name}.weight`, [inputs, outputs], 1 / Math.sqrt(inputs), random),
    constantTensor(`blk.${layer}.${name}.bias`, [outputs], 0),
  ];
  const norm = (name: string): Tensor[] => [
    constantTensor(`blk.${layer}.${name}.weight`, [width], 1),
    constantTensor(`blk.${layer}.${name}.bias`, [width], 0),
  ];
  return [
    ...linear("attn_q", width, width),
    ...linear("attn_k", width, width),
    ...linear("attn_v", width, width),
    ...linear("attn_output", width, width),
    ...norm("attn_output_norm"),
    ...linear("ffn_up", width, feedForward),
    ...linear("ffn_down", feedForward, width),
    ...norm("layer_output_norm"),
  ];
};

/** The classifier of a reranker: a dense layer, then one number. */
const rankTensors = ({ width }: EncoderShape, random: () => number): Tensor[] => [
  randomTensor("cls.weight", [width, width], 1 / Math.sqrt(width), random),
  constantTensor("cls.bias", [width], 0),
  randomTensor("cls.output.weight", [width, 1], 1 / Math.sqrt(width), random),
  constantTensor("cls.output.bias", [1], 0),
];

/** A model with random weights: equal texts get equal vectors or scores, and that is all it knows. */
export const randomEncoder = (shape: EncoderShape): GgufModel => {
  const random = createRandom(shape.seed);
  const { width } = shape;
  const layers = Array.from({ length: shape.layers }, (_, layer) => layerTensors(shape, layer, random));
  return {
    metadata: encoderMetadata(shape),
    tensors: [
      randomTensor("token_embd.weight", [width, shape.vocabulary], 0.5, random),
      randomTensor("position_embd.weight", [width, shape.context], 0.02, random),
      randomTensor("token_types.weight", [width, 2], 0.02, random),
      constantTensor("token_embd_norm.weight", [width], 1),
      constantTensor("token_embd_norm.bias", [width], 0),
      ...layers.flat(),
      ...(shape.pooling === "rank" ? rankTensors(shape, random) : []),
    ],
  };
};
