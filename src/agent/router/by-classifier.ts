import * as l10n from "@vscode/l10n";
import type { Domain } from "../../protocol/routing.ts";
import type { Classified } from "./classifier/classified.ts";
import type { Strategy } from "./strategy.ts";

const names: Record<Domain, () => string> = {
  coder: () => l10n.t("coding"),
  math: () => l10n.t("mathematics"),
  general: () => l10n.t("a general question"),
};

/** Equal ones: the earlier, so that the same text always takes the same road. */
export const likeliest = ({ probabilities }: Classified): Domain => {
  const { coder, math, general } = probabilities;
  if (coder >= math && coder >= general) return "coder";
  return math >= general ? "math" : "general";
};

/** "the words "refactor", "tests" speak for coding" */
export const inWords = (domain: Domain, { words }: Classified): string => {
  if (words.length === 0) return l10n.t("it reads like {0}", names[domain]());
  const quoted = words.map((word) => `"${word}"`).join(", ");
  return words.length === 1
    ? l10n.t("the word {0} speaks for {1}", quoted, names[domain]())
    : l10n.t("the words {0} speak for {1}", quoted, names[domain]());
};

/** The trained classifier, where it is sure enough. */
export const byClassifier: Strategy = ({ classified, threshold }) => {
  if (classified === null || classified.confidence < threshold) return null;
  const domain = likeliest(classified);
  return { ...classified, domain, source: "classifier", reasons: [inWords(domain, classified)] };
};
