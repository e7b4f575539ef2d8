import { calibrationError } from "../eval/scores.ts";
import { type Claim, fitTemperature, reliability } from "./calibrate.ts";
import { dealFolds, type Example } from "./dataset.ts";
import { accuracy, crossScores, type Judged, macroRecall, recall } from "./evaluate.ts";
import { softmax } from "./logistic.ts";
import { recipes } from "./recipe.ts";

export const foldCount = 5;
export const foldSeed = 1;

/** A case as judged by a model that never saw it. */
interface Answer extends Judged {
  readonly example: Example;
  readonly scores: Float64Array;
}

const answers = (head: keyof typeof recipes, cases: readonly Example[], scores: readonly Float64Array[]): Answer[] =>
  cases.flatMap((example, at) => {
    const label = recipes[head].labelOf(example);
    const own = scores[at] ?? new Float64Array();
    return label === null ? [] : [{ example, label, said: own.indexOf(Math.max(...own)), scores: own }];
  });

const temperatureOf = (of: readonly Answer[]): number =>
  fitTemperature(
    of.map(({ scores }) => scores),
    of.map(({ label }) => label),
  );

const claimOf = ({ scores, label, said }: Answer, temperature: number): Claim => ({
  confidence: Math.max(...softmax(scores.map((score) => score / temperature))),
  right: label === said,
});

/** The lowest confidence, in steps of 0.05, from which on a band of 0.1 holds at most one wrong answer in five. */
const thresholdOf = (claims: readonly Claim[]): number => {
  const steps = Array.from({ length: 11 }, (_, step) => 0.4 + step * 0.05);
  const found = steps.find((low) => {
    const band = claims.filter(({ confidence }) => confidence >= low && confidence < low + 0.1);
    return band.length >= 10 && band.filter(({ right }) => !right).length / band.length <= 0.2;
  });
  return Math.round((found ?? 0.9) * 100) / 100;
};

const shareRight = (of: readonly Claim[]): number => of.filter(({ right }) => right).length / Math.max(1, of.length);

/** The most claims, surest first, of which that share is right. */
const mostRight = (claims: readonly Claim[], share: number): readonly Claim[] => {
  const ordered = claims.toSorted((left, right) => right.confidence - left.confidence);
  const last = ordered.findLastIndex((_, at) => shareRight(ordered.slice(0, at + 1)) >= share);
  return ordered.slice(0, last + 1);
};

/**
 * Everything that is measured, all of it on cases that the judging model did not see. `always` are trained on in every
 * fold and never judged.
 */
export const measureRecipes = (cases: readonly Example[], always: readonly Example[]) => {
  const folds = dealFolds(cases, foldCount, foldSeed);
  const cross = (head: keyof typeof recipes): Answer[] =>
    answers(head, cases, crossScores(recipes[head], cases, folds, always));
  const domain = cross("domain");
  const complexity = cross("complexity");
  const needsTools = cross("needsTools");
  const sources = cases.map(({ source }) => source);
  const leftOut = answers("domain", cases, crossScores(recipes.domain, cases, sources, always));

  // Each fold's confidences by the temperature of the other folds.
  const foldOf = new Map(cases.map((example, at) => [example, folds[at]]));
  const claims = [...new Set(folds)].flatMap((fold) => {
    const others = domain.filter(({ example }) => foldOf.get(example) !== fold);
    const temperature = temperatureOf(others);
    return domain.filter(({ example }) => foldOf.get(example) === fold).map((one) => claimOf(one, temperature));
  });
  const isCore = ({ example }: Answer): boolean => example.core;
  const sure = claims.filter(({ confidence }) => confidence >= 0.7);
  const threshold = thresholdOf(claims);
  const unsure = claims.filter(({ confidence }) => confidence < threshold);
  const verySure = mostRight(claims, 0.98);
  const byStyle = (style: string): Answer[] => domain.filter(({ example }) => example.style === style);
  return {
    temperatures: {
      domain: temperatureOf(domain),
      complexity: temperatureOf(complexity),
      needsTools: temperatureOf(needsTools),
    },
    threshold,
    bins: reliability(claims),
    domain: {
      accuracy: accuracy(domain),
      coreAccuracy: accuracy(domain.filter(isCore)),
      coreMacro: macroRecall(domain.filter(isCore)),
      coreRecalls: [0, 1, 2].map((label) => recall(domain.filter(isCore), label)),
      recalls: [0, 1, 2].map((label) => recall(domain, label)),
      ideChat: recall(byStyle("ide-chat"), 0),
      agentCli: recall(byStyle("agent-cli"), 0),
      workplace: recall([...byStyle("ide-chat"), ...byStyle("agent-cli")], 0),
    },
    leftOut: {
      coreMacro: macroRecall(leftOut.filter(isCore)),
      macro: macroRecall(leftOut),
      accuracy: accuracy(leftOut),
    },
    byStyle: [...new Set(cases.map(({ style }) => style))].sort().map((style) => ({
      style,
      count: byStyle(style).length,
      accuracy: accuracy(byStyle(style)),
    })),
    bySource: [...new Set(sources)].sort().map((source) => {
      const own = (of: readonly Answer[]): Answer[] => of.filter(({ example }) => example.source === source);
      return { source, count: own(domain).length, accuracy: accuracy(own(domain)), leftOut: accuracy(own(leftOut)) };
    }),
    complexity: { macro: macroRecall(complexity), count: complexity.length },
    needsTools: { macro: macroRecall(needsTools), count: needsTools.length },
    calibration: {
      error: calibrationError(claims),
      uncalibrated: calibrationError(domain.map((one) => claimOf(one, 1))),
      sureCoverage: sure.length / claims.length,
      sureAccuracy: shareRight(sure),
      verySureFrom: verySure.at(-1)?.confidence ?? 1,
      verySureCoverage: verySure.length / claims.length,
      unsureShare: unsure.length / claims.length,
      unsureAccuracy: shareRight(unsure),
    },
  };
};

export type Results = ReturnType<typeof measureRecipes>;
