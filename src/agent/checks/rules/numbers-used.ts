import * as l10n from "@vscode/l10n";
import type { Reading } from "../reading.ts";
import { failed, type Rule } from "./rule.ts";

/** A year, and small numbers that a sentence uses without a calculation. */
const isIncidental = (number: number): boolean =>
  number === 0 || number === 1 || (number >= 1900 && number <= 2100 && Number.isInteger(number));

/** A number as it may appear when it is used: as a share, what is left of the whole, or in a smaller unit. */
const formsOf = (number: number): number[] => [
  number,
  ...[1 / 100, 100, 7, 12, 60].map((factor) => number * factor),
  100 - number,
  100 + number,
  1 - number / 100,
  1 + number / 100,
];

/** An answer with fewer numbers shows no working, and nothing is missing from it. */
const fewestNamed = 3;

/** The numbers of the question that an answer with its working does not use in any form. */
export const unusedNumbers = ({ questionNumbers, answerNumbers, statements }: Reading): number[] => {
  if (statements.length === 0 && answerNumbers.length < fewestNamed) return [];
  const key = (number: number): number => Math.round(Math.abs(number) * 1e6);
  const used = new Set(answerNumbers.map(key));
  return [...new Set(questionNumbers)].filter(
    (number) => !isIncidental(number) && !formsOf(number).some((form) => used.has(key(form))),
  );
};

/** One number that is left out may be there to mislead. */
const fewest = 2;
const longestQuestion = 1500;

/** An answer that computes uses the numbers of its question. */
export const numbersUsed: Rule = {
  name: "numbers-used",
  sure: false,
  check: (reading) => {
    if (!reading.asksNumber || reading.facts.question.length > longestQuestion) return null;
    const left = unusedNumbers(reading);
    if (left.length < fewest) return null;
    const list = left.slice(0, 4).join(", ");
    return failed(
      "arithmetic",
      l10n.t("Numbers of the question were not used: {0}", list),
      l10n.t("Read the question again and see whether they matter."),
    );
  },
};
