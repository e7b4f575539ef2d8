import type { AnswerFacts } from "./answer-facts.ts";
import { type Reading, readAnswer } from "./reading.ts";
import type { Found, Rule } from "./rules/rule.ts";
import { rules } from "./rules/rules.ts";

/** A rule with what it found. */
export interface Result extends Found {
  readonly rule: Rule;
}

/** Reads an answer and lets every rule look at it. */
export const examine = (facts: AnswerFacts): { reading: Reading; results: Result[] } => {
  const reading = readAnswer(facts);
  const results = rules.flatMap((rule): Result[] => {
    const found = rule.check(reading);
    if (!found) return [];
    const { check } = found;
    return [{ ...found, rule, check: rule.sure || check.outcome !== "failed" ? check : { ...check, sure: false } }];
  });
  return { reading, results };
};
