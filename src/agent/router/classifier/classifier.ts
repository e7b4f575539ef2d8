import type { Classified, Classifier } from "./classified.ts";
import { bucketCount, createFeatureReader, type Features, wordBucket } from "./features.ts";
import { boundText } from "./tokens.ts";
import { heads, parseWeights, type Weights } from "./weights.ts";

const wordsShown = 5;
const wordsWeighed = 300;
/** A word to show: two letters, or one of a script in which one is a word. */
const telling = /^\p{L}{2}|^\p{Lo}/u;

/**
 * Every word has a weight, since unseen ones share their bucket with seen ones; but roots from here on are rare by chance:
 * one unseen word in twenty has one, and most words that training saw often.
 */
const knownRoot = 50;

/** With no more known words than this among its words, a text says nothing that training could have heard. */
const fewKnown = 1 / 8;

/** Of how it is shaped alone, so much is believed: the surest shares then stay below any threshold in use. */
const shapeAlone = 0.5;

/** Signs and numbers speak for themselves, and so do scripts that other languages are known by. */
const nothingButWords = /^[\p{Script=Latin}\p{M}\s.,!?']*$/u;

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
      const said = softmax([coder, math, 0]);
      // What is short and plain looks like a line to a coder. General ones need no doubt: they take the careful road anyway.
      const isDoubtful = said[0] === Math.max(...said) && isGibberish(weights, text, features.words);
      const belief = isDoubtful ? shapeAlone : 1;
      const shares = said.map((share) => belief * share + (1 - belief) / 3);
      const confidence = Math.max(...shares);
      const top = shares.indexOf(confidence);
      const [coderShare = 0, mathShare = 0, generalShare = 0] = shares;
      return {
        probabilities: { coder: coderShare, math: mathShare, general: generalShare },
        complexity: belief * sigmoid(complexity),
        needsTools: belief * sigmoid(needsTools),
        confidence,
        words: isDoubtful ? [] : decidingWords(weights, features.words, top),
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

/** Words alone, and next to none that training knew: only the text's shape would decide. */
const isGibberish = ({ hashed }: Weights, text: string, words: readonly string[]): boolean => {
  if (!nothingButWords.test(boundText(text))) return false;
  const different = [...new Set(words)].filter((word) => telling.test(word)).slice(0, wordsWeighed);
  const known = different.filter((word) => {
    const row = wordBucket(word) * heads.length;
    return Math.max(Math.abs(hashed[row] ?? 0), Math.abs(hashed[row + 1] ?? 0)) >= knownRoot;
  });
  return different.length > 0 && known.length <= fewKnown * different.length;
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
