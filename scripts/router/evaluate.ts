import type { Example } from "./dataset.ts";
import { score } from "./logistic.ts";
import { type Recipe, trainHead } from "./recipe.ts";

/** Scores of each example by a model that was trained without the examples of its part. */
export const crossScores = (
  recipe: Recipe,
  examples: readonly Example[],
  parts: readonly (number | string)[],
  always: readonly Example[],
): readonly Float64Array[] => {
  const scores: Float64Array[] = examples.map(() => new Float64Array(recipe.classes));
  for (const part of new Set(parts)) {
    if (!examples.some((example, at) => parts[at] === part && recipe.labelOf(example) !== null)) continue;
    const model = trainHead(recipe, [...examples.filter((_, at) => parts[at] !== part), ...always]);
    examples.forEach((example, at) => {
      if (parts[at] === part) scores[at] = score(model, example.features);
    });
  }
  return scores;
};

export interface Judged {
  readonly label: number;
  readonly said: number;
}

/** The share of right answers among those whose label is `label`; NaN when there are none. */
export const recall = (judged: readonly Judged[], label: number): number => {
  const own = judged.filter((one) => one.label === label);
  return own.filter(({ said }) => said === label).length / own.length;
};

/** The mean recall of the labels that occur. */
export const macroRecall = (judged: readonly Judged[]): number => {
  const labels = [...new Set(judged.map(({ label }) => label))];
  return labels.reduce((sum, label) => sum + recall(judged, label), 0) / labels.length;
};

export const accuracy = (judged: readonly Judged[]): number =>
  judged.filter(({ label, said }) => label === said).length / judged.length;
