import * as l10n from "@vscode/l10n";
import { finalNumber } from "../final-number.ts";
import { failed, type Rule } from "./rule.ts";

const mayBeNegative =
  /temperature|degrees|below|loss|lose|lost|debt|owe|profit|change|differ|balance|coordinate|negative|altitude|-\d/i;

/** Ages, amounts and lengths are not below zero. */
export const notNegative: Rule = {
  name: "not-negative",
  sure: false,
  check: ({ facts, asksNumber }) => {
    const final = finalNumber(facts.answer);
    if (!asksNumber || final === null || final >= 0 || !/\bhow (?:many|much|long|old|far)\b/i.test(facts.question))
      return null;
    if (mayBeNegative.test(facts.question)) return null;
    return failed(
      "arithmetic",
      l10n.t("The result {0} is below zero", final),
      l10n.t("That cannot be. Read the question again and check each step."),
    );
  },
};
