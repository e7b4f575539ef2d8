import { bucketCount, featureCount } from "../../src/agent/router/classifier/features.ts";
import { heads, type Weights } from "../../src/agent/router/classifier/weights.ts";
import type { Model } from "./logistic.ts";

export interface Trained {
  readonly domain: Model;
  readonly complexity: Model;
  readonly needsTools: Model;
  readonly temperatures: { readonly domain: number; readonly complexity: number; readonly needsTools: number };
  readonly threshold: number;
}

/** The weight of a feature for each head, calibrated: the difference to general, or of the head's two classes. */
const rowOf = ({ domain, complexity, needsTools, temperatures }: Trained, feature: number): readonly number[] => {
  const [coder = 0, math = 0, general = 0] = domain.rows.subarray(feature * 3, feature * 3 + 3);
  const difference = ({ rows }: Model): number => (rows[feature * 2 + 1] ?? 0) - (rows[feature * 2] ?? 0);
  return [
    (coder - general) / temperatures.domain,
    (math - general) / temperatures.domain,
    difference(complexity) / temperatures.complexity,
    difference(needsTools) / temperatures.needsTools,
  ];
};

/** Rounds the roots of hashed weights to 8 bits, each head on its own scale. */
export const quantise = (trained: Trained): Weights => {
  const rows = Array.from({ length: featureCount }, (_, feature) => rowOf(trained, feature));
  const hashedRows = rows.slice(0, bucketCount);
  const scales = Float32Array.from(heads, (_, head) => {
    const largest = hashedRows.reduce((most, row) => Math.max(most, Math.abs(row[head] ?? 0)), 0);
    return largest / 127 ** 2 || 1;
  });
  const rootOf = (weight: number, head: number): number =>
    Math.sign(weight) * Math.round(Math.sqrt(Math.abs(weight) / (scales[head] ?? 1)));
  return {
    threshold: trained.threshold,
    scales,
    dense: Float32Array.from(rows.slice(bucketCount).flat()),
    hashed: Int8Array.from(hashedRows.flatMap((row) => row.map(rootOf))),
  };
};
