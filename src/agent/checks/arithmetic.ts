import { type Side, sideAfter, sideBefore } from "./arithmetic-sides.ts";
import { type ProseToken, proseTokens } from "./arithmetic-tokens.ts";
import { compare, divide, type Fraction, fromDigits, negated, subtract, toNumber, toText } from "./fraction.ts";
import { proseLines } from "./readable-text.ts";

export interface ArithmeticFound {
  /** How many statements were recomputed. */
  readonly found: number;
  /** Those that are wrong, as they are written, with the value of their left side. */
  readonly wrong: readonly { readonly statement: string; readonly value: string }[];
}

const mostStatements = 500;
/** What the binary fractions of a program leave behind, as a share. */
const noise = 1e-9;
const longestStatement = 120;

const half = divide(fromDigits("1"), fromDigits("2"));
const absolute = (value: Fraction): Fraction => (value.top < 0n ? negated(value) : value);
const digitsAfterPoint = (number: string): number => /\.(\d+)/.exec(number)?.[1]?.length ?? 0;

/** Between minutes and hours, cents and dollars, inches and yards, shares and percentages … */
const factors = [3, 7, 12, 16, 24, 30, 36, 52, 60, 100, 365, 1000, 1440, 1760, 2000, 3600, 5280];

const measure =
  /^(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|inch(?:es)?|feet|foot|yards?|miles?|(?:centi|milli|kilo)?met(?:er|re)s?|cents?|dollars?|ounces?|pounds?|(?:kilo|milli)?grams?|(?:milli)?lit(?:er|re)s?|cups?|pints?|quarts?|gallons?|[mk]?[mgl]|cm|ml|lbs?|oz|[kmg]b|percent|tons?)$/;

const isConversion = (left: Side, right: Side): boolean => {
  if (right.value.top === 0n || left.value.top === 0n) return false;
  const percent = [...left.numbers, ...right.numbers].some((number) => number.endsWith("%"));
  const [unit] = right.units;
  if (!percent && unit !== undefined && left.units.includes(unit)) return false;
  const ratio = toNumber(divide(left.value, right.value));
  const large = ratio > 1 ? ratio : 1 / ratio;
  const measures = [...left.units, ...right.units].some((word) => measure.test(word));
  return (
    (percent && Math.abs(large - 100) < 1) ||
    (measures && factors.some((factor) => Math.abs(large / factor - 1) < 0.005))
  );
};

/** How far rounded numbers such as 0.33 can move the value, as a share of it. */
const slackOf = (side: Side): number =>
  side.numbers
    .filter((number) => digitsAfterPoint(number) >= 2)
    .reduce((sum, number) => sum + 0.5 / Number(number.replace(/[.%]/g, "")), 0);

const isBroken = (side: Side): boolean => side.value.bottom !== 1n;

/** Words beside which a whole number is what is left of a fraction, up or down. */
const wholeNumbers =
  /\b(?:round|whole|full|complete|at least|at most|enough|integer|floor|ceil|truncat|remain|left|each|every|per)|\/\/|⌊|⌈/i;

interface Manner {
  readonly approximate: boolean;
  /** Whether a whole number may stand for a fraction that is nearer to another one. */
  readonly inPieces: boolean;
}

/** Half away from zero, as people round. */
const isRoundedWhole = (value: Fraction, to: Fraction): boolean => {
  const twice = absolute(subtract(value, to));
  const gap = compare(twice, half);
  return gap < 0 || (gap === 0 && compare(absolute(to), absolute(value)) > 0);
};

/** Whether what is written can stand for the value: the same, or rounded up or down to the digits that are given. */
const canStand = (left: Side, right: Side, { approximate, inPieces }: Manner): boolean => {
  const near = (value: Fraction): boolean => {
    const gap = absolute(subtract(left.value, value));
    if (gap.top === 0n) return true;
    const digits = Math.max(0, ...right.numbers.map(digitsAfterPoint));
    const unit = fromDigits(`1e-${digits}`);
    if (isBroken(left) && compare(gap, unit) < 0 && (digits > 0 || inPieces || isRoundedWhole(left.value, value)))
      return true;
    const size = Math.abs(toNumber(left.value));
    const slack = slackOf(left) + slackOf(right) + (approximate ? 0.02 : noise);
    return toNumber(gap) <= size * slack || (approximate && compare(gap, unit) <= 0);
  };
  return near(right.value) || (right.operators.length > 0 && near(right.first));
};

/** Units that people add to each other without saying so. */
const families = [
  "seconds? minutes? hours? days? weeks? months? years?",
  "inch(?:es)? foot feet yards? miles?",
  "cents? dollars?",
  "ounces? pounds?",
].map((family) => family.split(" ").map((unit) => new RegExp(`^${unit}$`)));

/** "4 feet + 3 inches" has no value without its units, and "50 + 20%" means two things to people. */
const isAmbiguous = ({ operators, numbers, units }: Side): boolean =>
  operators.some((operator) => /[-+]/.test(operator)) &&
  ((numbers.some((n) => n.endsWith("%")) && numbers.some((n) => !n.endsWith("%"))) ||
    families.some((family) => family.filter((unit) => units.some((word) => unit.test(word))).length > 1));

const splitAtEquals = (tokens: readonly ProseToken[]): { sides: ProseToken[][]; signs: ProseToken[] } => {
  const sides: ProseToken[][] = [[]];
  const signs: ProseToken[] = [];
  for (const token of tokens) {
    if (token.kind !== "equals") sides.at(-1)?.push(token);
    else {
      signs.push(token);
      sides.push([]);
    }
  }
  return { sides, signs };
};

/** A comma or an "and" after a result, with a calculation after it, ends the one statement and begins the next. */
const parted = (tokens: readonly ProseToken[]): ProseToken[] => {
  const joins = ({ kind, text }: ProseToken, at: number): boolean => {
    const isJoin = kind === "word" ? /^(?:and|so|then|while)$/i.test(text) : kind === "pause" && text === ",";
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    const begins = after?.kind === "number" || after?.kind === "open";
    // "5 and 1/2" is one number.
    const computes = tokens.slice(at + 1).some((one) => one.kind === "operator" && one.text !== "/");
    return isJoin && before !== undefined && before.kind !== "operator" && begins && computes;
  };
  const place = tokens.findLastIndex(joins);
  return tokens.map((token, at) => (at === place ? { ...token, kind: "pause", text: ";" } : token));
};

/** Numbers alone on both sides say something only where they go on from a calculation: "2 + 2 = 4 = 5". */
const saysAnything = (left: Side, right: Side, at: number): boolean =>
  left.operators.length > 0 || (at > 0 && (right.operators.length > 0 || left.units.join() === right.units.join()));

/** One thing that a text says of numbers. `value`: of its left side; `result`: what the text says it is. */
export interface Statement {
  readonly text: string;
  readonly value: string;
  readonly result: Fraction;
  /** The first word after the result, in lower case; "": none. */
  readonly unit: string;
  readonly right: boolean;
}

const statementsIn = (line: string): Statement[] => {
  if (!/[=≈≅]|equal/.test(line) || !/\d/.test(line)) return [];
  const { sides: all, signs } = splitAtEquals(proseTokens(line));
  const sides = all.map((side, at) => (at > 0 && at < signs.length ? parted(side) : side));
  return signs.flatMap((sign, at) => {
    const left = sideBefore(sides[at] ?? []);
    const right = sideAfter(sides[at + 1] ?? []);
    if (!left || !right || !saysAnything(left, right, at)) return [];
    if (isAmbiguous(left) || isAmbiguous(right)) return [];
    const approximate =
      sign.text === "≈" ||
      /about|approx|roughly|around|nearly|almost|round/i.test(line.slice(sign.end, right.end + 40));
    const inPieces = right.units.length > 0 || left.units.length > 0 || wholeNumbers.test(line);
    const holds = canStand(left, right, { approximate, inPieces });
    if (!holds && isConversion(left, right)) return [];
    const text = line.slice(left.start, right.end).replace(/\s+/g, " ").trim().slice(0, longestStatement);
    const [unit = ""] = right.units;
    return [{ text, value: toText(left.value), result: right.value, unit, right: holds }];
  });
};

/** What a text says of numbers alone, such as "16 glasses / 2 = 8", recomputed; at most 500 of them. */
export const statementsOf = (lines: readonly string[]): Statement[] => {
  const statements: Statement[] = [];
  for (const line of lines) {
    if (statements.length >= mostStatements) break;
    statements.push(...statementsIn(line));
  }
  return statements;
};

/** The wrong ones, each once, with the value that is right. */
export const wrongOf = (statements: readonly Statement[]): { statement: string; value: string }[] => {
  const wrong = statements
    .filter(({ right }) => !right)
    .map(({ text, value }) => [text.replace(/[\s$]/g, ""), { statement: text, value }] as const);
  return [...new Map(wrong).values()];
};

/**
 * Recomputes the arithmetic of an answer. What has variables, dates or words that change a number is left out, as are
 * other units on both sides; a value rounded to the digits that are given passes.
 */
export const checkArithmetic = (answer: string): ArithmeticFound => {
  const statements = statementsOf(proseLines(answer));
  return { found: statements.length, wrong: wrongOf(statements) };
};
