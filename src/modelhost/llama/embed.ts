import type { LlamaEmbeddingContext, LlamaRankingContext } from "node-llama-cpp";
import type { HostFailure } from "../../protocol/model-host.ts";
import type { HostResult } from "../loaded-model.ts";

type Embedded = HostResult<{ vectors: number[][]; tokens: number }>;
type Ranked = HostResult<{ scores: number[]; tokens: number }>;

const tooLong = (tokens: number, contextSize: number): HostFailure => ({
  code: "prompt-too-long",
  detail: { tokens, contextSize },
});

/** Vectors of length 1, or of zeros for a text without tokens. Fails before any work when one of the texts is too long. */
export const embedTexts = async (
  context: LlamaEmbeddingContext,
  contextSize: number,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Embedded> => {
  const lengths = texts.map((text) => context.calculateInputLength(text));
  const longest = Math.max(0, ...lengths);
  if (longest >= contextSize) return { ok: false, failure: tooLong(longest, contextSize) };
  const vectors: number[][] = [];
  for (const text of texts) {
    signal.throwIfAborted();
    const { vector } = await context.getEmbeddingFor(text);
    vectors.push(normalised(vector, context.model.embeddingVectorSize));
  }
  return { ok: true, vectors, tokens: sum(lengths) };
};

/** 0..1 for each document. Fails before any work when one of them is too long beside the query. */
export const rankDocuments = async (
  context: LlamaRankingContext,
  query: string,
  documents: readonly string[],
  signal: AbortSignal,
): Promise<Ranked> => {
  const lengths = documents.map((document) => context.calculateInputLength(query, document));
  const longest = Math.max(0, ...lengths);
  if (longest >= context.contextSize) return { ok: false, failure: tooLong(longest, context.contextSize) };
  const scores: number[] = [];
  for (const document of documents) {
    signal.throwIfAborted();
    const score = await context.rank(query, document);
    scores.push(Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0);
  }
  return { ok: true, scores, tokens: sum(lengths) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const normalised = (vector: readonly number[], size: number): number[] => {
  const norm = Math.hypot(...vector);
  if (!Number.isFinite(norm) || norm === 0) return new Array<number>(size).fill(0);
  return vector.map((value) => value / norm);
};
