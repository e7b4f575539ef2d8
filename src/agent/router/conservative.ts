import * as l10n from "@vscode/l10n";
import { inWords, likeliest } from "./by-classifier.ts";
import type { Opinion, RoutedRequest } from "./strategy.ts";

/**
 * The last of the chain always decides: the classifier's best guess, or a general question when there is none. Where
 * nothing was measured the shares are zero, so that nobody takes them for a measurement.
 */
export const conservative = ({ classified }: RoutedRequest): Opinion => {
  const unsure = l10n.t("nothing is sure");
  if (classified === null) {
    const nothing = { coder: 0, math: 0, general: 0 };
    const unknown = { probabilities: nothing, confidence: 0, complexity: 0, needsTools: 0 };
    return { ...unknown, domain: "general", source: "default", reasons: [unsure] };
  }
  const domain = likeliest(classified);
  const why =
    classified.words.length === 0 ? l10n.t("no word of it tells what it is about") : inWords(domain, classified);
  return { ...classified, domain, source: "default", reasons: [unsure, why] };
};
