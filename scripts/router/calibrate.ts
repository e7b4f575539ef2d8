import { softmax } from "./logistic.ts";

/** A confidence in 0..1 and whether the answer was right. */
export interface Claim {
  readonly confidence: number;
  readonly right: boolean;
}

/** The temperature that makes the labels likeliest, by golden-section search on its logarithm. */
export const fitTemperature = (scores: readonly Float64Array[], labels: readonly number[]): number => {
  const loss = (logarithm: number): number => {
    const temperature = Math.exp(logarithm);
    return scores.reduce((sum, one, at) => {
      const shares = softmax(one.map((value) => value / temperature));
      return sum - Math.log(Math.max(1e-12, shares[labels[at] ?? 0] ?? 0));
    }, 0);
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.05);
  let high = Math.log(20);
  for (let step = 0; step < 40; step++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
};

export interface Bin {
  readonly confidence: number;
  readonly accuracy: number;
  readonly count: number;
}

/** Mean confidence and accuracy of the bins 0..0.1, 0.1..0.2, … that hold claims. */
export const reliability = (claims: readonly Claim[]): readonly Bin[] =>
  Array.from({ length: 10 }, (_, bin) =>
    claims.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin),
  )
    .filter((bin) => bin.length > 0)
    .map((bin) => ({
      confidence: bin.reduce((sum, { confidence }) => sum + confidence, 0) / bin.length,
      accuracy: bin.filter(({ right }) => right).length / bin.length,
      count: bin.length,
    }));
