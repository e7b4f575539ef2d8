import type { Classified, Classifier } from "./classified.ts";
import { bucketCount, createFeatureReader, type Features, wordBucket } from "./features.ts";
import { heads, parseWeights, type Weights } from "./weights.ts";

const wordsShown = 5;
const wordsWeighed = 300;
/** A word to show: two letters, or one of a script in which one is a word. */
const telling = /^\p{L}{2}|^\p{Lo}/u;

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
      const [coder = 0, math = 0, complexity = 0, needsTools = 0] = score(weights, features);
      const shares = softmax([coder, math, 0]);
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

const score = (weights: Weights, { indices, values }: Features): readonly number[] => {
  const sums = new Float64Array(heads.length);
  for (let entry = 0; entry < indices.length; entry++) {
    const index = indices[entry] ?? 0;
    const value = values[entry] ?? 0;
    for (let head = 0; head < sums.length; head++)
      sums[head] = (sums[head] ?? 0) + value * weightOf(weights, index, head);
  }
  return Array.from(sums);
};

const weightOf = ({ scales, dense, hashed }: Weights, index: number, head: number): number => {
  if (index >= bucketCount) return dense[(index - bucketCount) * heads.length + head] ?? 0;
  const root = hashed[index * heads.length + head] ?? 0;
  return root * Math.abs(root) * (scales[head] ?? 0);
};

const softmax = (scores: readonly number[]): readonly number[] => {
  const highest = Math.max(...scores);
  const powers = scores.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** How much more a word says for the domain than for the likeliest other one. */
const wordWeight = (weights: Weights, word: string, domain: number): number => {
  const bucket = wordBucket(word);
  const said = [weightOf(weights, bucket, 0), weightOf(weights, bucket, 1), 0];
  return (said[domain] ?? 0) - Math.max(...said.filter((_, other) => other !== domain));
};

const decidingWords = (weights: Weights, words: readonly string[], domain: number): readonly string[] =>
  [...new Set(words)]
    .filter((word) => telling.test(word))
    .slice(0, wordsWeighed)
    .map((word) => ({ word, weight: wordWeight(weights, word, domain) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight)
    .slice(0, wordsShown)
    .map(({ word }) => word);
