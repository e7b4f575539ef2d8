import { numbersOf } from "./numbers.ts";
import { boundedPart } from "./readable-text.ts";

/** How answers name their result; the last one in the text counts. */
const marks: readonly RegExp[] = [
  /^[ \t]{0,3}####[ \t]*(\S[^\n]{0,200})$/gm,
  /^[ \t]{0,3}(?:\*\*)?(?:A|(?:final )?answer|result)[ \t]?[:=](?:\*\*)?[ \t]*(\S[^\n]{0,200})$/gim,
  /\b(?:final )?answer is:?[ \t]*([^\n]{1,200})/gi,
  /\\boxed\{([^{}\n]{1,100})\}/g,
];

/** One place that names the result. `number`: null when it names none, or several. */
export interface Stated {
  readonly number: number | null;
  readonly at: number;
}

const numberIn = (text: string): number | null => {
  const [sentence = ""] = text.split(/[.!?]\W*\s/, 1);
  const all = numbersOf(sentence.slice(sentence.lastIndexOf("=") + 1).replace(/[$€£*\\]/g, " "));
  const [first] = all;
  return first === undefined || new Set(all).size > 1 ? null : first;
};

/** Every place where an answer names its result, in order. */
export const statedResults = (answer: string): Stated[] => {
  const text = boundedPart(answer);
  return marks
    .flatMap((mark) =>
      [...text.matchAll(mark)].map(({ 1: said = "", index }) => ({ number: numberIn(said), at: index })),
    )
    .sort((a, b) => a.at - b.at);
};

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.slice(0, 500) ?? "";

/** The number that an answer comes to: the one it names as its result, else the last one of its last line; null: none. */
export const finalNumber = (answer: string): number | null => {
  const stated = statedResults(answer).at(-1)?.number ?? null;
  if (stated !== null) return stated;
  const last = lastLine(answer.slice(-2000)).replace(/[$€£*]/g, " ");
  return numbersOf(last.slice(last.lastIndexOf("=") + 1)).at(-1) ?? null;
};

/** As `finalNumber`, for a whole number that is too long for one: the digits at the end of the answer; null: there are none. */
export const finalDigits = (answer: string): string | null => {
  const [, digits] = /(-?(?:\d{16,400}|\d{1,3}(?:,\d{3}){5,130}))[\s*`$.]{0,9}$/.exec(answer.slice(-600)) ?? [];
  return digits?.replaceAll(",", "") ?? null;
};

/** The last line without what does not matter: case, punctuation, marks. */
export const finalLine = (answer: string): string =>
  lastLine(answer.slice(-2000))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
