import * as l10n from "@vscode/l10n";
import { finalNumber } from "../final-number.ts";
import { isWhole, toText } from "../fraction.ts";
import { failed, type Rule } from "./rule.ts";

const people =
  /^(?:people|persons?|students?|children|kids?|men|women|boys?|girls?|employees|players?|friends|passengers|guests|teachers?)$/;

const explainsRounding = /\b(?:round|whole|full|complete|at least|enough|cannot|can't|fraction)/i;

/** What comes in whole pieces is not counted in fractions, neither in the result nor on the way. */
export const wholePieces: Rule = {
  name: "whole-pieces",
  sure: false,
  check: ({ facts, counted, statements }) => {
    if (counted.length === 0) return null;
    const what = counted.join(" ");
    const final = finalNumber(facts.answer);
    if (final !== null && (!Number.isInteger(final) || final < 0))
      return failed(
        "arithmetic",
        l10n.t("{0} is no number of {1}", final, what),
        l10n.t("Read the question again and check each step."),
      );
    if (explainsRounding.test(facts.answer)) return null;
    const broken = statements.find(
      ({ result, unit }) => !isWhole(result) && (counted.includes(unit) || people.test(unit)),
    );
    if (!broken) return null;
    const value = toText(broken.result);
    return failed(
      "arithmetic",
      l10n.t("{0} is no number of {1}", value, broken.unit),
      l10n.t('Read the question again and check "{0}".', broken.text),
    );
  },
};
