import * as l10n from "@vscode/l10n";
import { inWords, likeliest } from "./by-classifier.ts";
import { leaning, type Opinion, type RoutedRequest } from "./strategy.ts";

/** The last of the chain always decides: the classifier's best guess, or a general question when there is none. */
export const conservative = ({ classified }: RoutedRequest): Opinion => {
  const unsure = l10n.t("nothing is sure, so one model answers");
  if (classified === null) {
    const nothing = { complexity: 0, needsTools: 0, source: "default" as const };
    return {
      domain: "general",
      probabilities: leaning("general", 1 / 3),
      confidence: 1 / 3,
      ...nothing,
      reasons: [unsure],
    };
  }
  const domain = likeliest(classified);
  return { ...classified, domain, source: "default", reasons: [unsure, inWords(domain, classified)] };
};
