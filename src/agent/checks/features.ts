import type { Features } from "./confidence.ts";
import type { Result } from "./examine.ts";
import { isWhole } from "./fraction.ts";
import type { Reading } from "./reading.ts";
import { unusedNumbers } from "./rules/numbers-used.ts";

const doubt =
  /\b(?:however|wait|actually|not possible|impossible|not sure|unclear|cannot be determined|not enough information|i think|perhaps|maybe|assum(?:e|ing)|mistake|error in)\b/gi;

const countFailed = (results: readonly Result[], certainty: "sure" | "likely"): number =>
  results.filter(({ rule, check }) => rule.sure === (certainty === "sure") && check.outcome === "failed").length;

/** What the confidence is made from, for an answer that was read and checked. */
export const featuresOf = (reading: Reading, results: readonly Result[]): Features => {
  const { facts, asksNumber, counted, statements } = reading;
  const critic = facts.critic === "unavailable" ? null : facts.critic;
  return {
    asksNumber,
    failedSurely: countFailed(results, "sure"),
    failedLikely: countFailed(results, "likely"),
    doubts: [...reading.answer.matchAll(doubt)].length,
    unused: asksNumber ? unusedNumbers(reading).length : 0,
    fractions: counted.length === 0 ? 0 : statements.filter(({ result }) => !isWhole(result)).length,
    length: facts.answer.length,
    cut: facts.endReason !== "end",
    tokenMean: facts.tokens?.mean ?? null,
    tokenLowest: facts.tokens?.lowest ?? null,
    agreement: facts.agreement,
    criticScore: critic?.score ?? null,
    criticAccepts: critic?.accept ?? null,
  };
};
