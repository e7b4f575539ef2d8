import { denseCount, readDense } from "./dense.ts";
import { boundText, eachCharacterGram, hashString, normalise, splitWords } from "./tokens.ts";

/** How many buckets the hashed features share; the dense ones come after them. */
export const bucketCount = 1 << 17;

/** Rows of a weight table: hashed buckets, dense features, and the constant 1. */
export const featureCount = bucketCount + denseCount + 1;

/** A sparse vector. Indices are below featureCount, and may repeat; the last is the constant 1. */
export interface Features {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** The text's own words, normalised, in order of appearance. */
  readonly words: readonly string[];
}

const toBucket = (hash: number): number => hash & (bucketCount - 1);
const kinds = { word: 2, pair: 3, start: 4 };
const startWeight = 0.5;

/** The bucket of a single word. */
export const wordBucket = (word: string): number => toBucket(hashString(kinds.word, word));

/**
 * Makes a reader of texts: it counts words, pairs of words, the first words, and pieces of two to five characters, and
 * measures the shape.
 * Only a bounded head and tail are read. Each group of counts has the same length whatever the text is.
 * A reader keeps its counters between calls.
 */
export const createFeatureReader = (): ((text: string) => Features) => {
  const counts = new Uint16Array(bucketCount);
  const touched: number[] = [];
  const take = (hash: number): void => {
    const bucket = toBucket(hash);
    const before = counts[bucket] ?? 0;
    if (before === 0) touched.push(bucket);
    counts[bucket] = before + 1;
  };
  return (text) => {
    const bounded = boundText(text);
    const normal = normalise(bounded);
    const words = splitWords(normal);
    const indices: number[] = [];
    const values: number[] = [];
    const endGroup = (weight: number): void => {
      const weights = touched.map((bucket) => 1 + Math.log(counts[bucket] ?? 1));
      const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
      touched.forEach((bucket, index) => {
        counts[bucket] = 0;
        indices.push(bucket);
        values.push((weight * (weights[index] ?? 0)) / length);
      });
      touched.length = 0;
    };
    for (const word of words) take(hashString(kinds.word, word));
    endGroup(1);
    words.forEach((word, index) => {
      take(hashString(kinds.pair, `${words[index - 1] ?? ""} ${word}`));
    });
    endGroup(1);
    for (const count of [1, 2, 3]) take(hashString(kinds.start, words.slice(0, count).join(" ")));
    endGroup(startWeight);
    eachCharacterGram(normal, take);
    endGroup(1);
    readDense(bounded, text.length).forEach((value, index) => {
      if (value === 0) return;
      indices.push(bucketCount + index);
      values.push(value);
    });
    indices.push(featureCount - 1);
    values.push(1);
    return { indices: Uint32Array.from(indices), values: Float32Array.from(values), words };
  };
};
