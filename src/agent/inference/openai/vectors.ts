import * as z from "zod/mini";

export const Embeddings = z.object({
  data: z.array(z.object({ index: z.optional(z.number()), embedding: z.array(z.number()) })),
  usage: z.optional(z.object({ prompt_tokens: z.optional(z.number()) })),
});

export const Ranked = z.object({
  results: z.array(z.object({ index: z.number(), relevance_score: z.number() })),
  usage: z.optional(z.object({ prompt_tokens: z.optional(z.number()), total_tokens: z.optional(z.number()) })),
});

/** The vectors in the order of their texts, each of length 1; null when one is missing, empty, or has no direction. */
export const unitVectors = ({ data }: z.infer<typeof Embeddings>, count: number): number[][] | null => {
  const byIndex = new Map(data.map(({ index, embedding }, place) => [index ?? place, unitVector(embedding)]));
  const vectors = Array.from({ length: count }, (_, index) => byIndex.get(index));
  return data.length === count && vectors.every((vector) => vector !== undefined) ? vectors : null;
};

const unitVector = (vector: readonly number[]): number[] | undefined => {
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : undefined;
};

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

/**
 * The scores in the order of their documents, 0..1; null when one is missing. Some servers give the reranker's raw
 * output: when any score is outside 0..1, all of them go through the logistic function, which keeps their order.
 */
export const scoresOf = ({ results }: z.infer<typeof Ranked>, count: number): number[] | null => {
  const byIndex = new Map(results.map(({ index, relevance_score: score }) => [index, score]));
  const scores = Array.from({ length: count }, (_, index) => byIndex.get(index));
  if (!scores.every((score) => score !== undefined)) return null;
  return scores.some((score) => score < 0 || score > 1) ? scores.map(logistic) : scores;
};
