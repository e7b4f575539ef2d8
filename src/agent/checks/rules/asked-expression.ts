import * as l10n from "@vscode/l10n";
import { calculate } from "../calculator.ts";
import { finalDigits, finalNumber } from "../final-number.ts";
import { failed, type Rule } from "./rule.ts";

const asked =
  /^(?:(?:please|can you|could you)\s+)?(?:what(?:'s| is| does)|how much is|calculate|compute|evaluate|solve|work out)?[\s:]*(?=[\s\d(.$€£+-])([\d\s.,()+\-*/%^×÷·−$€£x]{3,500}?)(?:\s*(?:=|equals?|make|come to)?\s*[?.!=]*\s*)$/i;

const digitsOf = (value: number): number => /\.(\d+)/.exec(String(value))?.[1]?.length ?? 0;

const isValue = (said: number, value: number): boolean => {
  const rounding = 0.5000001 * 10 ** -digitsOf(said);
  const isRounded = !Number.isInteger(value) && Math.abs(value - said) <= rounding;
  return isRounded || Math.abs(value - said) <= 1e-9 * Math.abs(value);
};

/** A question that is nothing but an expression has one right answer, which is computed. */
export const askedExpression: Rule = {
  name: "asked-expression",
  sure: true,
  check: ({ facts }) => {
    const expression = facts.question.length > 600 ? undefined : asked.exec(facts.question.trim())?.[1]?.trim();
    if (expression === undefined || !/\d\s*\)?\s*[-+*/%^×÷·−x]\s*[\d(.$€£+-]/.test(expression)) return null;
    const value = calculate(expression);
    const said = finalNumber(facts.answer) ?? finalDigits(facts.answer);
    if (!value.ok || said === null) return null;
    if (typeof said === "string" ? said === value.text : isValue(said, value.value))
      return {
        check: {
          kind: "arithmetic",
          outcome: "passed",
          text: l10n.t("{0} = {1} was computed", expression, value.text),
        },
        hint: "",
      };
    return failed(
      "arithmetic",
      l10n.t("{0} is {1}, not {2}", expression, value.text, said),
      l10n.t("Answer with the computed value."),
    );
  },
};
