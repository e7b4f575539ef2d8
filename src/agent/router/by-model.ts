import * as l10n from "@vscode/l10n";
import type { DomainProbabilities } from "../../protocol/routing.ts";
import { leaning, type Strategy } from "./strategy.ts";

/** A word has no probability of its own: these stand on the sides of what counts as complex and as needing tools. */
const yes = 0.8;
const no = 0.2;

/** The model's word weighs as much as the classifier's guess. */
const mean = (a: DomainProbabilities, b: DomainProbabilities): DomainProbabilities => ({
  coder: (a.coder + b.coder) / 2,
  math: (a.math + b.math) / 2,
  general: (a.general + b.general) / 2,
});

/** Asks the router model, for requests that the classifier is unsure of. */
export const byModel: Strategy = async ({ text, classified, askRouter, signal }) => {
  if (askRouter === null || signal.aborted) return null;
  const word = await askRouter(text, signal);
  if (word === null) return null;
  const said = leaning(word.domain, 1);
  const probabilities = classified === null ? leaning(word.domain, yes) : mean(said, classified.probabilities);
  return {
    domain: word.domain,
    probabilities,
    confidence: probabilities[word.domain],
    complexity: word.complexity === "complex" ? yes : no,
    needsTools: word.needsTools ? yes : no,
    source: "model",
    reasons: [l10n.t("the router model says so")],
  };
};
