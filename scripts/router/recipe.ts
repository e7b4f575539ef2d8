import { measureNames } from "../../src/agent/router/classifier/dense.ts";
import { bucketCount, featureCount } from "../../src/agent/router/classifier/features.ts";
import { type Example, ownSource } from "./dataset.ts";
import { fit, type Model, type Sample, type Space } from "./logistic.ts";

/** What a head is trained with. Penalties are L2, relative to the mean log loss. */
export interface Recipe {
  readonly classes: number;
  readonly iterations: number;
  /** On hashed features. */
  readonly hashedPenalty: number;
  /** 2: a quarter of the inverse document frequency, squared, divides that penalty, so that rare words are free to speak; 0: all alike. */
  readonly rarityPower: number;
  /** On the measures of shape. */
  readonly densePenalty: number;
  /** On the measures that tell how a source writes rather than what it asks. */
  readonly stylePenalty: number;
  /** A source of n examples weighs n^(1 - sourceEvening) in all: 0 as they come, 1 all sources alike. */
  readonly sourceEvening: number;
  /** The same for classes. */
  readonly classEvening: number;
  /** The weight of texts of our own. */
  readonly ownWeight: number;
  readonly labelOf: (example: Example) => number | null;
}

const constantPenalty = 1e-5;
const isStyle = (name: string): boolean =>
  name.startsWith("lengthTo") || ["startsLower", "endsWithStop", "lines", "paragraphs"].includes(name);

export const recipes = {
  domain: {
    classes: 3,
    iterations: 70,
    hashedPenalty: 2e-5,
    rarityPower: 2,
    densePenalty: 1e-4,
    stylePenalty: 1e-3,
    sourceEvening: 0.3,
    classEvening: 0.1,
    ownWeight: 0.2,
    labelOf: ({ domain }) => domain,
  },
  complexity: {
    classes: 2,
    iterations: 70,
    hashedPenalty: 1e-3,
    rarityPower: 0,
    densePenalty: 3e-4,
    stylePenalty: 3e-5,
    sourceEvening: 0,
    classEvening: 1,
    ownWeight: 0.05,
    labelOf: ({ complexity }) => complexity,
  },
  needsTools: {
    classes: 2,
    iterations: 70,
    hashedPenalty: 1e-4,
    rarityPower: 0,
    densePenalty: 1e-3,
    stylePenalty: 1e-3,
    sourceEvening: 0.3,
    classEvening: 1,
    ownWeight: 0.1,
    labelOf: ({ needsTools }) => needsTools,
  },
} as const satisfies Record<string, Recipe>;

/** Trains one head on those examples that have its label. Buckets that only one example touches are left out. */
export const trainHead = (recipe: Recipe, examples: readonly Example[]): Model => {
  const labelled = examples.flatMap((example) => {
    const label = recipe.labelOf(example);
    return label === null ? [] : [{ example, label }];
  });
  const bySource = Map.groupBy(labelled, ({ example }) => example.source);
  const unevened: readonly Sample[] = labelled.map(({ example, label }) => ({
    features: example.features,
    label,
    weight:
      (bySource.get(example.source)?.length ?? 1) ** -recipe.sourceEvening *
      (example.source === ownSource ? recipe.ownWeight : 1),
  }));
  const byLabel = Map.groupBy(unevened, ({ label }) => label);
  const weightOf = (label: number): number =>
    (byLabel.get(label) ?? []).reduce((sum, { weight }) => sum + weight, 0) ** -recipe.classEvening;
  const labelWeights = Array.from({ length: recipe.classes }, (_, label) => weightOf(label));
  const samples = unevened.map((sample) => ({ ...sample, weight: sample.weight * (labelWeights[sample.label] ?? 0) }));
  return fit(samples, spaceOf(samples, recipe), recipe.classes, recipe.iterations);
};

const spaceOf = (samples: readonly Sample[], recipe: Recipe): Space => {
  const seen = new Uint32Array(featureCount);
  for (const { features } of samples) {
    for (const index of new Set(features.indices)) seen[index] = (seen[index] ?? 0) + 1;
  }
  const columns = new Int32Array(featureCount).fill(-1);
  const penalties: number[] = [];
  seen.forEach((times, index) => {
    if (times < 2) return;
    columns[index] = penalties.length;
    penalties.push(penaltyOf(index, Math.log((1 + samples.length) / (1 + times)) / 4, recipe));
  });
  return { columns, penalties: Float64Array.from(penalties) };
};

const penaltyOf = (index: number, rarity: number, recipe: Recipe): number => {
  if (index < bucketCount) return recipe.hashedPenalty / Math.max(rarity, 0.01) ** recipe.rarityPower;
  const name = measureNames[index - bucketCount];
  if (name === undefined) return constantPenalty;
  return isStyle(name) ? recipe.stylePenalty : recipe.densePenalty;
};
