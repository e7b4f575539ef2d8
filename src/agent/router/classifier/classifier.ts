import type { Classified, Classifier } from "./classified.ts";
import { bucketCount, createFeatureReader, type Features, wordBucket } from "./features.ts";
import { heads, parseWeights, type Weights } from "./weights.ts";

const domains = ["coder", "math", "general"] as const;
const wordsShown = 5;
const wordsWeighed = 300;

/**
 * A classifier from the bytes of `models/router/weights.bin`; throws an Error when they cannot be used. It counts what is in a text
 * and never obeys it. It takes any string, of any length, in well under 2 ms.
 */
export const createClassifier = (bytes: Uint8Array): Classifier => {
  const weights = parseWeights(bytes);
  const read = createFeatureReader();
  return {
    threshold: weights.threshold,
    classify: (text): Classified => {
      const features = read(text);
      const [coder = 0, math = 0, general = 0, complexity = 0, needsTools = 0] = score(weights, features);
      const shares = softmax([coder, math, general]);
      const confidence = Math.max(...shares);
      const top = shares.indexOf(confidence);
      const [coderShare = 0, mathShare = 0, generalShare = 0] = shares;
      return {
        probabilities: { coder: coderShare, math: mathShare, general: generalShare },
        complexity: sigmoid(complexity),
        needsTools: sigmoid(needsTools),
        confidence,
        words: decidingWords(weights, features.words, top),
      };
    },
  };
};

const score = ({ scales, dense, hashed }: Weights, { indices, values }: Features): readonly number[] => {
  const width = heads.length;
  const fromHashed = new Float64Array(width);
  const fromDense = new Float64Array(width);
  for (let entry = 0; entry < indices.length; entry++) {
    const index = indices[entry] ?? 0;
    const value = values[entry] ?? 0;
    const isHashed = index < bucketCount;
    const table = isHashed ? hashed : dense;
    const sums = isHashed ? fromHashed : fromDense;
    const row = (isHashed ? index : index - bucketCount) * width;
    for (let head = 0; head < width; head++) sums[head] = (sums[head] ?? 0) + value * (table[row + head] ?? 0);
  }
  return Array.from(fromHashed, (sum, head) => sum * (scales[head] ?? 0) + (fromDense[head] ?? 0));
};

const softmax = (scores: readonly number[]): readonly number[] => {
  const highest = Math.max(...scores);
  const powers = scores.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** How much more a word says for the domain than for the likeliest other one. */
const wordWeight = ({ scales, hashed }: Weights, word: string, domain: number): number => {
  const row = wordBucket(word) * heads.length;
  const said = domains.map((_, head) => (hashed[row + head] ?? 0) * (scales[head] ?? 0));
  return (said[domain] ?? 0) - Math.max(...said.filter((_, head) => head !== domain));
};

const decidingWords = (weights: Weights, words: readonly string[], domain: number): readonly string[] =>
  [...new Set(words)]
    .filter((word) => word !== "0" && /[\p{L}\p{N}]/u.test(word))
    .slice(0, wordsWeighed)
    .map((word) => ({ word, weight: wordWeight(weights, word, domain) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight)
    .slice(0, wordsShown)
    .map(({ word }) => word);
