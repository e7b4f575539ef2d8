import { f32, type GgufModel, type Tensor, u32 } from "./gguf-writer.ts";
import { decoderMetadata } from "./random-decoder.ts";
import { constantTensor } from "./random-weights.ts";
import { type ScriptedAnswer, scriptedInfill } from "./scripted-answers.ts";
import { controlTokens, createVocabulary, tokenId, tokenizerMetadata, type Vocabulary } from "./tokenizer.ts";

/*
 * A llama model whose weights were written, not trained, so that it gives known answers through the real engine.
 *
 * Every piece of an answer is one token of its own, and the output matrix is a table: after this piece comes that one.
 * A piece is embedded as a pair of digits (two ones among 2 × sqrt(pieces) places), so 2,000 pieces need 90 places
 * instead of 2,000; the right successor matches both digits, any wrong one at most one of them.
 * All other tokens share one place, from which the default answer begins.
 * The attention head of the second layer looks for keyword tokens, the latest first (a slow rotation makes near ones count more),
 * and copies which one it found to the last position, where that keyword's answer then wins over the default.
 * The first layer adds zeros, so that its size sets the speed of reading (llama.cpp skips the last layer's part).
 * The margins are so wide that no usual temperature changes the outcome.
 */

const headWidth = 64;
const vocabularyBase = 512;
const contextLength = 8192;

/** Strengths in the output table, in logits before the final norm scales them (about ten times). */
const strength = { nextDigit: 100, keywordAnswer: 100, defaultAnswer: 20, end: 200 } as const;
/** How much of the found keyword is added to the last token; small, so that pieces stay recognisable. */
const keywordShare = 0.08;
/** Sharpness of the search for keywords, and its phase: beyond 0 radians nearer is always better. */
const attention = { sharpness: 300, phase: 0.3 } as const;

/** Fragments of the chat template: a piece that occurs in one would be cut out of the template itself. */
const templateFragments = ["system\n", "user\n", "assistant\n", "<|im_end|>\n", ...controlTokens];

/** Joins pieces until each is a new text that cannot be mistaken for another token. */
const distinctPieces = (answers: readonly (readonly string[])[], taken: ReadonlySet<string>): string[][] => {
  const seen = new Set(taken);
  return answers.map((pieces) => {
    const distinct: string[] = [];
    let pending = "";
    for (const piece of pieces) {
      pending += piece;
      const isUsable = [...pending].length > 1 && !seen.has(pending);
      if (!isUsable || templateFragments.some((fragment) => fragment.includes(pending))) continue;
      seen.add(pending);
      distinct.push(pending);
      pending = "";
    }
    if (pending !== "") distinct.push(`${distinct.pop() ?? ""}${pending}`);
    return distinct;
  });
};

/** The places of the embedding; every token has ones at some of them. */
interface Layout {
  readonly width: number;
  readonly other: number;
  readonly infill: number;
  readonly end: number;
  /** Where keyword `i` itself is, and where attention notes that it was found. */
  readonly keyword: (i: number) => number;
  readonly found: (i: number) => number;
  readonly digits: (piece: number) => readonly [number, number];
}

const createLayout = (keywordCount: number, pieceCount: number): Layout => {
  const base = Math.ceil(Math.sqrt(pieceCount));
  const firstDigit = 3 + 2 * keywordCount;
  return {
    width: Math.ceil((firstDigit + 2 * base) / 32) * 32,
    other: 0,
    infill: 1,
    end: 2,
    keyword: (i) => 3 + i,
    found: (i) => 3 + keywordCount + i,
    digits: (piece) => [firstDigit + Math.floor(piece / base), firstDigit + base + (piece % base)],
  };
};

/** A matrix of zeros that is filled cell by cell; `input` is the fast dimension. */
const sparseMatrix = (name: string, inputs: number, outputs: number) => {
  const weights = new Float32Array(inputs * outputs);
  const tensor: Tensor = { name, dimensions: [inputs, outputs], weights };
  const set = (input: number, output: number, value: number): void => {
    weights[output * inputs + input] = value;
  };
  return { tensor, set };
};

const attentionTensors = (layout: Layout, keywordCount: number): Tensor[] => {
  const { width } = layout;
  const query = sparseMatrix("blk.1.attn_q.weight", width, headWidth);
  const key = sparseMatrix("blk.1.attn_k.weight", width, headWidth);
  const value = sparseMatrix("blk.1.attn_v.weight", width, headWidth);
  const output = sparseMatrix("blk.1.attn_output.weight", headWidth, width);
  // The last pair of a head turns slowest: less than a quarter turn over the whole context.
  for (let place = 0; place < width; place++) {
    query.set(place, headWidth - 2, attention.sharpness * Math.cos(attention.phase));
    query.set(place, headWidth - 1, attention.sharpness * Math.sin(attention.phase));
  }
  for (let i = 0; i < keywordCount; i++) {
    key.set(layout.keyword(i), headWidth - 2, 1);
    value.set(layout.keyword(i), i, 1);
    output.set(i, layout.found(i), keywordShare);
  }
  return [query.tensor, key.tensor, value.tensor, output.tensor];
};

const feedForwardShapes = (layer: string, width: number, feedForward: number) => [
  { name: `${layer}.ffn_gate.weight`, dimensions: [width, feedForward] },
  { name: `${layer}.ffn_up.weight`, dimensions: [width, feedForward] },
  { name: `${layer}.ffn_down.weight`, dimensions: [feedForward, width] },
];

interface Chain {
  readonly keyword: string | null;
  readonly pieces: readonly string[];
  readonly endless: boolean;
}

/** Embeddings and the table of successors. */
const tableTensors = (layout: Layout, vocabulary: Vocabulary, chains: readonly Chain[], infill: readonly string[]) => {
  const size = vocabulary.tokens.length;
  const ids = new Map(vocabulary.tokens.map((token, id) => [token, id]));
  const idOf = (token: string): number => ids.get(token) ?? tokenId(vocabulary, token);
  const embedding = sparseMatrix("token_embd.weight", layout.width, size);
  const output = sparseMatrix("output.weight", layout.width, size);
  const pieceIds = new Map([...chains.flatMap((chain) => chain.pieces), ...infill].map((piece, i) => [idOf(piece), i]));
  for (let id = 0; id < size; id++) if (!pieceIds.has(id)) embedding.set(layout.other, id, 1);

  const embedPiece = (id: number): readonly number[] => {
    const places = layout.digits(pieceIds.get(id) ?? 0);
    for (const place of places) embedding.set(place, id, 1);
    return places;
  };
  const link = ({ pieces, endless }: Pick<Chain, "pieces" | "endless">): void => {
    for (const [i, piece] of pieces.entries()) {
      const next = pieces[i + 1] ?? (endless ? pieces[0] : undefined);
      // Last pieces share one place, because the end has many predecessors and their digits would mix.
      if (next === undefined) embedding.set(layout.end, idOf(piece), 1);
      else for (const place of embedPiece(idOf(piece))) output.set(place, idOf(next), strength.nextDigit);
    }
  };

  for (const chain of chains) {
    const first = idOf(chain.pieces[0] ?? "");
    const keyword = chains.filter((other) => other.keyword !== null).indexOf(chain);
    if (chain.keyword === null) {
      output.set(layout.other, first, strength.defaultAnswer);
    } else {
      embedding.set(layout.keyword(keyword), idOf(chain.keyword), 1);
      output.set(layout.found(keyword), first, strength.keywordAnswer);
    }
    link(chain);
  }
  const middle = tokenId(vocabulary, "<|fim_middle|>");
  embedding.set(layout.other, middle, 0);
  embedding.set(layout.infill, middle, 1);
  output.set(layout.infill, idOf(infill[0] ?? ""), strength.end);
  link({ pieces: infill, endless: false });
  output.set(layout.end, tokenId(vocabulary, "<|im_end|>"), strength.end);
  return [embedding.tensor, output.tensor];
};

/**
 * Builds the model that answers `answers`, and `scriptedInfill` between any prefix and suffix.
 * `feedForward` is how many neurons of each layer compute nothing but zeros: more of them make it slower.
 */
export const scriptedModel = (answers: readonly ScriptedAnswer[], feedForward = 32): GgufModel => {
  const keywords = answers.flatMap(({ keyword }) => keyword ?? []);
  const base = createVocabulary(vocabularyBase);
  const distinct = distinctPieces(
    [...answers.map(({ pieces }) => pieces), scriptedInfill],
    new Set([...base.tokens, ...keywords]),
  );
  const infill = distinct.at(-1) ?? [];
  const chains = answers.map((answer, i) => ({ ...answer, pieces: distinct[i] ?? [] }));
  const userDefined = [...keywords, ...distinct.flat()];
  const vocabulary = createVocabulary(vocabularyBase + userDefined.length, userDefined);
  const layout = createLayout(keywords.length, distinct.flat().length);
  const { width } = layout;
  const shape = {
    architecture: "llama",
    name: "scripted",
    layers: 2,
    width,
    feedForward,
    heads: 1,
    headsKv: 1,
    context: contextLength,
    vocabulary: vocabulary.tokens.length,
    seed: 0,
  } as const;
  return {
    metadata: {
      ...decoderMetadata(shape),
      "llama.attention.key_length": u32(headWidth),
      "llama.attention.value_length": u32(headWidth),
      "llama.rope.dimension_count": u32(headWidth),
      "llama.rope.freq_base": f32(10_000),
      ...tokenizerMetadata(vocabulary),
    },
    tensors: [
      ...tableTensors(layout, vocabulary, chains, infill),
      constantTensor("output_norm.weight", [width], 1),
      constantTensor("blk.0.attn_norm.weight", [width], 1),
      constantTensor("blk.0.ffn_norm.weight", [width], 1),
      constantTensor("blk.1.attn_norm.weight", [width], 1),
      ...attentionTensors(layout, keywords.length),
      constantTensor("blk.1.ffn_norm.weight", [width], 1),
    ],
    zeros: [
      { name: "blk.0.attn_q.weight", dimensions: [width, headWidth] },
      { name: "blk.0.attn_k.weight", dimensions: [width, headWidth] },
      { name: "blk.0.attn_v.weight", dimensions: [width, headWidth] },
      { name: "blk.0.attn_output.weight", dimensions: [headWidth, width] },
      ...feedForwardShapes("blk.0", width, feedForward),
      ...feedForwardShapes("blk.1", width, feedForward),
    ],
  };
};
