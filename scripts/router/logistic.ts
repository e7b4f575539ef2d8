import type { Features } from "../../src/agent/router/classifier/features.ts";
import { minimise } from "./minimise.ts";

/** Which columns of the feature vector are learnt, and how strongly each is held back (L2). */
export interface Space {
  /** Compact column of each feature, or -1: not learnt. */
  readonly columns: Int32Array;
  readonly penalties: Float64Array;
}

export interface Sample {
  readonly features: Features;
  readonly label: number;
  readonly weight: number;
}

/** Learnt weights: one row of `classes` numbers for each feature, zero where nothing was learnt. */
export interface Model {
  readonly classes: number;
  readonly rows: Float64Array;
}

/**
 * Softmax regression: minimises the weighted mean of the log loss plus half the penalties times the squared weights, by
 * L-BFGS from zero. The same samples in the same order give the same weights.
 */
export const fit = (samples: readonly Sample[], space: Space, classes: number, iterations: number): Model => {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  // In units in which every penalty is 1 the function is rounder, and far fewer steps do.
  const units = space.penalties.map((penalty) => 1 / Math.sqrt(penalty));
  const rows = samples.map(({ features, label, weight }) => ({
    ...compact(features, space, units),
    label,
    share: weight / total,
  }));
  const found = minimise(units.length * classes, iterations, (point, gradient) => {
    gradient.set(point);
    let loss = point.reduce((sum, value) => sum + 0.5 * value * value, 0);
    for (const row of rows) loss += addRow(row, classes, point, gradient);
    return loss;
  });
  const model = { classes, rows: new Float64Array(space.columns.length * classes) };
  space.columns.forEach((column, feature) => {
    if (column < 0) return;
    const unit = units[column] ?? 0;
    const own = found.subarray(column * classes, (column + 1) * classes);
    model.rows.set(
      own.map((value) => value * unit),
      feature * classes,
    );
  });
  return model;
};

interface Row {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly label: number;
  readonly share: number;
}

const compact = (
  { indices, values }: Features,
  { columns }: Space,
  units: Float64Array,
): Pick<Row, "columns" | "values"> => {
  const kept = Array.from(indices, (feature, at) => ({
    column: columns[feature] ?? -1,
    value: values[at] ?? 0,
  })).filter(({ column }) => column >= 0);
  return {
    columns: Int32Array.from(kept, ({ column }) => column),
    values: Float64Array.from(kept, ({ column, value }) => value * (units[column] ?? 0)),
  };
};

/** Adds a row's part to the gradient and returns its part of the loss. */
const addRow = (row: Row, classes: number, point: Float64Array, gradient: Float64Array): number => {
  const { columns, values, label, share } = row;
  const scores = new Float64Array(classes);
  for (let entry = 0; entry < columns.length; entry++) {
    const at = (columns[entry] ?? 0) * classes;
    const value = values[entry] ?? 0;
    for (let head = 0; head < classes; head++) scores[head] = (scores[head] ?? 0) + value * (point[at + head] ?? 0);
  }
  const shares = softmax(scores);
  const slopes = shares.map((probability, head) => share * (probability - (head === label ? 1 : 0)));
  for (let entry = 0; entry < columns.length; entry++) {
    const at = (columns[entry] ?? 0) * classes;
    const value = values[entry] ?? 0;
    for (let head = 0; head < classes; head++)
      gradient[at + head] = (gradient[at + head] ?? 0) + value * (slopes[head] ?? 0);
  }
  return -share * Math.log(Math.max(1e-300, shares[label] ?? 0));
};

/** Probabilities of scores. */
export const softmax = (scores: Float64Array): Float64Array => {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

/** The scores of a text, before softmax. */
export const score = ({ classes, rows }: Model, { indices, values }: Features): Float64Array => {
  const scores = new Float64Array(classes);
  indices.forEach((feature, entry) => {
    for (let head = 0; head < classes; head++)
      scores[head] = (scores[head] ?? 0) + (values[entry] ?? 0) * (rows[feature * classes + head] ?? 0);
  });
  return scores;
};
