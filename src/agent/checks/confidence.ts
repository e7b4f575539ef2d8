import type { RoutePath } from "../../protocol/routing.ts";

/** What a confidence is made from. null: not known, and left out. */
export interface Features {
  /** Whether a number was asked for, for which the weights were fitted. */
  readonly asksNumber: boolean;
  /** Failed checks that are certain, and those that are likely to mean a mistake. */
  readonly failedSurely: number;
  readonly failedLikely: number;
  /** Words of doubt in the answer. */
  readonly doubts: number;
  /** Numbers of the question that the answer does not name. */
  readonly unused: number;
  /** Calculations whose value is a fraction although whole pieces are asked for. */
  readonly fractions: number;
  /** Characters of the answer. */
  readonly length: number;
  /** Whether it was stopped or ran out of room. */
  readonly cut: boolean;
  readonly tokenMean: number | null;
  readonly tokenLowest: number | null;
  readonly agreement: number | null;
  /** 0..10 */
  readonly criticScore: number | null;
  readonly criticAccepts: boolean | null;
}

/** One summand of the log-odds. `of` is never negative for a weight of either sign but where a middle is named. */
export interface Term {
  readonly name: string;
  /** fitted: on answers to word problems, by `scripts/checks/fit-confidence.ts`. prior: set by hand, no model was measured. */
  readonly origin: "fitted" | "prior";
  readonly weight: number;
  readonly of: (features: Features) => number;
}

const most = (value: number, cap: number): number => Math.min(Math.max(value, 0), cap);

/** Weights of what can be told without a model, in log-odds, and of what a model tells; 0 where a fact is not known. */
export const terms: readonly Term[] = [
  { name: "asksNumber", origin: "fitted", weight: 1.46, of: ({ asksNumber }) => (asksNumber ? 1 : 0) },
  { name: "failedSurely", origin: "fitted", weight: -2.82, of: ({ failedSurely }) => most(failedSurely, 1) },
  { name: "failedLikely", origin: "fitted", weight: -1.89, of: ({ failedLikely }) => most(failedLikely, 2) },
  { name: "doubts", origin: "fitted", weight: -0.94, of: ({ doubts }) => most(doubts, 2) },
  { name: "unused", origin: "fitted", weight: -1.38, of: ({ unused }) => most(unused, 1) },
  { name: "fractions", origin: "fitted", weight: -0.98, of: ({ fractions }) => most(fractions, 2) },
  {
    name: "length",
    origin: "fitted",
    weight: -0.77,
    of: ({ asksNumber, length }) => (asksNumber ? most(Math.log2(Math.max(length, 1) / 100), 2) : 0),
  },
  { name: "notNumber", origin: "prior", weight: 1.4, of: ({ asksNumber }) => (asksNumber ? 0 : 1) },
  { name: "cut", origin: "prior", weight: -1, of: ({ cut }) => (cut ? 1 : 0) },
  { name: "tokenMean", origin: "prior", weight: 5, of: ({ tokenMean }) => (tokenMean === null ? 0 : tokenMean - 0.85) },
  {
    name: "tokenLowest",
    origin: "prior",
    weight: 1,
    of: ({ tokenLowest }) => (tokenLowest === null ? 0 : tokenLowest - 0.2),
  },
  { name: "agreement", origin: "prior", weight: 3, of: ({ agreement }) => (agreement === null ? 0 : agreement - 0.5) },
  {
    name: "criticScore",
    origin: "prior",
    weight: 0.3,
    of: ({ criticScore }) => (criticScore === null ? 0 : criticScore - 5),
  },
  { name: "criticRefuses", origin: "prior", weight: -1, of: ({ criticAccepts }) => (criticAccepts === false ? 1 : 0) },
];

/** The probability that an answer is right, 0..1; it moves with each feature in one direction only. */
export const confidenceOf = (features: Features): number => {
  const odds = terms.reduce((sum, { weight, of }) => sum + weight * of(features), 0);
  return 1 / (1 + Math.exp(-odds));
};

/** accept: from here on it is good enough. escalate: below this the next model is asked at once. */
export interface Zone {
  readonly accept: number;
  readonly escalate: number;
}

/** The more a path promises, the more is asked of its answers. */
export const zones: Readonly<Record<RoutePath, Zone>> = {
  simple: { accept: 0.1, escalate: 0.02 },
  specialised: { accept: 0.13, escalate: 0.03 },
  complex: { accept: 0.16, escalate: 0.04 },
};
