import * as l10n from "@vscode/l10n";
import { failed, type Rule } from "./rule.ts";

/** An answer that names its result twice names the same number. */
export const oneResult: Rule = {
  name: "one-result",
  sure: false,
  check: ({ stated, counted, asksNumber }) => {
    const numbers = stated.flatMap(({ number }) => number ?? []);
    const [last, before] = [numbers.at(-1), numbers.at(-2)];
    if (!asksNumber || counted.length === 0 || last === undefined || before === undefined || last === before)
      return null;
    return failed(
      "arithmetic",
      l10n.t("The answer names two results, {0} and {1}", before, last),
      l10n.t("Decide on one, and say why."),
    );
  },
};
