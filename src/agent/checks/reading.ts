import type { AnswerFacts } from "./answer-facts.ts";
import { type Statement, statementsOf } from "./arithmetic.ts";
import { type Stated, statedResults } from "./final-number.ts";
import { numbersOf } from "./numbers.ts";
import { boundedPart, proseLines } from "./readable-text.ts";

/** An answer and its question, read once for all rules. */
export interface Reading {
  readonly facts: AnswerFacts;
  /** The part of the answer that is looked at. */
  readonly answer: string;
  readonly statements: readonly Statement[];
  readonly stated: readonly Stated[];
  readonly questionNumbers: readonly number[];
  readonly answerNumbers: readonly number[];
  /** Whether a number is asked for. */
  readonly asksNumber: boolean;
  /** The words of the question that say what is counted, in lower case; empty: nothing that comes in whole pieces. */
  readonly counted: readonly string[];
}

const asksForAmount = /\bhow (?:many|much|long|old|far|tall|high|heavy|fast|big|large)\b/i;
const asksForValue =
  /\b(?:what (?:is|was|are|were|will be|would be) (?:the|his|her|their)|what percent|calculate|compute|find the (?:number|sum|total|value|average|difference|product))\b/i;

/** One number is enough beside "how many"; a "what is the" with a number in it may ask for anything. */
const asksForNumber = (question: string, numbers: number, facts: AnswerFacts): boolean =>
  facts.domain !== "coder" &&
  ((numbers > 0 && asksForAmount.test(question)) || (numbers > 1 && asksForValue.test(question)));

/** What comes in parts as well, so that "how many" of it may be a fraction. */
const measured =
  /^(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|miles?|kilomet\w+|km|met\w+|cent\w+|mm|cm|inch|inches|feet|foot|yards?|acres?|square|cubic|gallons?|lit\w+|quarts?|pints?|cups?|ounces?|oz|pounds?|lbs?|tons?|tonnes?|grams?|kilo\w*|kg|mg|dollars?|euros?|cents?|percent\w*|degrees?|times|tablespoons?|teaspoons?|calories|units?|points?|dozens?|thousands?|millions?|gb|mb|kb|bytes|watts?|volts?|on|per|average|fraction)$/;

const countedIn = (question: string): string[] => {
  const asked = [...question.matchAll(/\bhow many ([^?.,;\n]{1,80})/gi)].at(-1)?.[1];
  const words =
    asked
      ?.toLowerCase()
      .match(/\p{L}+/gu)
      ?.slice(0, 3) ?? [];
  if (words.some((word) => measured.test(word)) || /\baverage\b/i.test(question)) return [];
  const end = words.findIndex((word) =>
    /^(?:do|does|did|are|is|were|was|will|would|can|could|has|have|had|should|in|of|left|he|she|they)$/.test(word),
  );
  return end < 0 ? words : words.slice(0, end);
};

export const readAnswer = (facts: AnswerFacts): Reading => {
  const answer = boundedPart(facts.answer);
  const question = boundedPart(facts.question);
  const questionNumbers = numbersOf(question);
  return {
    facts,
    answer,
    statements: statementsOf(proseLines(answer)),
    stated: statedResults(answer),
    questionNumbers,
    answerNumbers: numbersOf(answer),
    asksNumber: asksForNumber(question, questionNumbers.length, facts),
    counted: countedIn(question),
  };
};
