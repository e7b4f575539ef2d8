import * as l10n from "@vscode/l10n";
import { finalNumber } from "../final-number.ts";
import { failed, type Rule } from "./rule.ts";

/** A part of a whole is at most 100 percent of it. */
export const percentage: Rule = {
  name: "percentage",
  sure: false,
  check: ({ facts }) => {
    const final = finalNumber(facts.answer);
    if (
      final === null ||
      final <= 100 ||
      !/\bwhat (?:percent|percentage) of (?:the|his|her|their|all|its)\b/i.test(facts.question)
    )
      return null;
    if (/increase|grow|growth|gain|more than|compared/i.test(facts.question)) return null;
    return failed(
      "arithmetic",
      l10n.t("{0} percent is more than the whole", final),
      l10n.t("Divide the part by the whole."),
    );
  },
};
