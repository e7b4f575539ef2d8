import type { TokenConfidence } from "../../protocol/model-host.ts";
import type { Usage } from "../../protocol/run-event.ts";

/** Counts and times one generation. */
export interface Meter {
  cached(tokens: number): void;
  /** Tokens that became text. */
  output(tokens: number): void;
  /** Of one token that was chosen; undefined when it is not known. */
  probability(value: number | undefined): void;
  usage(): Usage;
  confidence(): TokenConfidence | null;
}

/** Keeps the mean of logarithms finite. */
const leastProbability = 1e-10;

/** Starts its clock now. */
export const createMeter = (promptTokens: number, contextSize: number): Meter => {
  const startedAt = performance.now();
  let cachedTokens = 0;
  let firstTokenAt = 0;
  let lastTokenAt = 0;
  let outputTokens = 0;
  let known = 0;
  let logSum = 0;
  let lowest = 1;

  return {
    cached(tokens) {
      cachedTokens = tokens;
    },
    output(tokens) {
      lastTokenAt = performance.now();
      if (firstTokenAt === 0) firstTokenAt = lastTokenAt;
      outputTokens += tokens;
    },
    probability(value) {
      if (value === undefined || !Number.isFinite(value)) return;
      const probability = Math.min(1, Math.max(value, 0));
      known++;
      logSum += Math.log(Math.max(probability, leastProbability));
      lowest = Math.min(lowest, probability);
    },
    usage() {
      const seconds = (lastTokenAt - firstTokenAt) / 1000;
      return {
        promptTokens,
        cachedTokens,
        completionTokens: outputTokens,
        contextSize,
        firstTokenMs: firstTokenAt === 0 ? 0 : firstTokenAt - startedAt,
        tokensPerSecond: seconds > 0 ? (outputTokens - 1) / seconds : 0,
      };
    },
    confidence: () => (known === 0 ? null : { mean: Math.exp(logSum / known), lowest }),
  };
};
