import * as l10n from "@vscode/l10n";
import { toNumber } from "../fraction.ts";
import { failed, type Rule } from "./rule.ts";

const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
/** Dollars for cents, percentages for shares, hours for minutes. */
const isOtherUnit = (a: number, b: number): boolean =>
  [100, 60, 12, 7, 24, 1000].some((factor) => isSame(a * factor, b) || isSame(b * factor, a));
const isRounded = (stated: number, computed: number): boolean =>
  Math.abs(stated - computed) < 0.006 * Math.max(1, Math.abs(stated) / 10);

/** The result that is named at the end is one of those that were computed. */
export const resultComputed: Rule = {
  name: "result-computed",
  sure: false,
  check: ({ stated, statements, questionNumbers, answer }) => {
    const { number = null, at = 0 } = stated.at(-1) ?? {};
    const last = statements.at(-1);
    if (number === null || !last) return null;
    const results = statements.map(({ result }) => toNumber(result));
    if (
      results.some(
        (result) =>
          isSame(Math.abs(result), Math.abs(number)) || isOtherUnit(result, number) || isRounded(number, result),
      )
    )
      return null;
    const closes = Math.abs(toNumber(last.result) - number) < 1;
    if (closes && /\b(?:round|whole|full|complete|at least|enough|cannot|can't|left|remain)/i.test(answer)) return null;
    const named = answer.slice(0, at).includes(String(number)) || questionNumbers.includes(number);
    if (named && !closes) return null;
    return failed(
      "arithmetic",
      l10n.t("The result {0} is none of the numbers that were computed", number),
      l10n.t('The last calculation is "{0}". Say which is the result, and why.', last.text),
    );
  },
};
