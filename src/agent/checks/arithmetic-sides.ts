import type { ProseToken } from "./arithmetic-tokens.ts";
import { calculateExactly } from "./calculator.ts";
import type { Fraction } from "./fraction.ts";

/** One side of an equation that consists of numbers alone. */
export interface Side {
  readonly value: Fraction;
  /** The value of its first number: in "12 + 5 = 17" after "3 * 4 =", people mean 12. */
  readonly first: Fraction;
  /** + - * / ^, without a sign before the first number. */
  readonly operators: readonly string[];
  /** Its numbers as they are written. */
  readonly numbers: readonly string[];
  /** The words between and after its numbers, in lower case. */
  readonly units: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** Words that change what a number beside them means, so that nothing is said of the equation. */
const meaningful =
  /^(half|halves|thirds?|quarters?|fourths?|fifths?|twice|doubled?|triple[ds]?|dozens?|hundreds?|thousands?|millions?|billions?|trillions?|squared?|cubed?|root|sqrt|log|sin|cos|tan|mod|remainder|remaining|factorial|choose|more|less|fewer|than|by|percent|power|ago|am|pm|st|nd|rd|th|r)$/i;
const filler = /^(about|approximately|approx|roughly|around|nearly|almost|a|an|the|total|of|only|just|exactly|is)$/i;
const mostUnitWords = 4;

const isVariable = (word: string): boolean => word.length === 1 && !/[aimghslIL]/.test(word);
const clouds = (token: ProseToken | undefined): boolean =>
  token?.kind === "odd" || (token?.kind === "word" && (meaningful.test(token.text) || isVariable(token.text)));

/** A part of an expression, or null for what ends one. `clouded`: it changes what stands beside it. */
interface Item {
  readonly token: ProseToken | null;
  readonly clouded: boolean;
}

const wordsFrom = (tokens: readonly ProseToken[], from: number): ProseToken[] => {
  let to = from;
  while (tokens[to]?.kind === "word") to++;
  return tokens.slice(from, to);
};

const isFraction = (items: readonly Item[]): boolean => {
  const last = items.at(-1)?.token;
  return last?.kind === "number" && (last.text.endsWith("%") || items.at(-2)?.token?.text === "/");
};

/** A word that fell away, and the item that it stood before. */
interface Unit {
  readonly at: number;
  readonly word: string;
}

/** The tokens between two signs of equality as parts of expressions; words fall away into `units`. */
const itemsOf = (tokens: readonly ProseToken[], units: Unit[]): Item[] => {
  const items: Item[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (!token) break;
    const last = items.at(-1)?.token;
    const afterNumber = last?.kind === "number" || last?.kind === "close";
    const next = tokens[at + 1];
    const bracketed = token.kind === "open" && afterNumber ? wordsFrom(tokens, at + 1) : [];
    if (bracketed.length > 0 && tokens[at + 1 + bracketed.length]?.kind === "close") {
      items.push(...bracketed.filter(clouds).map(() => ({ token: null, clouded: true })));
      at += bracketed.length + 2;
    } else if (token.kind === "operator" && /[-/]/.test(token.text) && next?.kind === "word" && afterNumber) {
      const words = wordsFrom(tokens, at + 1);
      const attached = next.start === token.end;
      units.push(...words.map(({ text }) => ({ at: items.length, word: text.toLowerCase() })));
      if (!attached || words.length > mostUnitWords || words.some(clouds)) items.push({ token: null, clouded: true });
      at += 1 + words.length;
    } else if (token.kind === "word") {
      const words = wordsFrom(tokens, at);
      const after = tokens[at + words.length];
      at += words.length;
      if (words.length === 1 && /^of$/i.test(token.text) && isFraction(items) && after?.kind === "number") {
        items.push({ token: { ...token, kind: "operator", text: "*" }, clouded: false });
        continue;
      }
      units.push(...words.map(({ text }) => ({ at: items.length, word: text.toLowerCase() })));
      const joins = after === undefined || after.kind === "operator" || after.kind === "close";
      const joinsNumber = afterNumber && joins && words.length <= mostUnitWords;
      const clouded =
        last?.kind === "operator" ||
        words.some(clouds) ||
        (after?.kind === "number" && /^(and|or)$/i.test(words.at(-1)?.text ?? ""));
      if (!joinsNumber || clouded) items.push({ token: null, clouded });
    } else if (token.kind === "pause" || token.kind === "odd") {
      items.push({
        token: null,
        clouded: token.kind === "odd" || (token.text === "," && next?.kind === "number" && afterNumber),
      });
      at++;
    } else {
      const opens = token.kind === "open" || token.kind === "number";
      if (opens && afterNumber && !(token.kind === "open" && token.start === last.end))
        if (!(token.kind === "number" && next?.text === "/"))
          items.push({ token: null, clouded: token.kind === "open" });
      items.push({ token, clouded: false });
      at++;
    }
  }
  return items;
};

const sideOf = (parts: readonly ProseToken[], units: readonly Unit[]): Side | undefined => {
  const numbers = parts.filter(({ kind }) => kind === "number");
  const [start, end, first] = [parts[0], parts.at(-1), numbers[0]];
  if (!start || !end || !first) return undefined;
  const beginning = calculateExactly(first.text);
  const result = parts.length === 1 ? beginning : calculateExactly(parts.map(({ text }) => text).join(" "));
  if (!result.ok || !beginning.ok) return undefined;
  return {
    value: result.exact,
    first: beginning.exact,
    operators: parts.slice(1).flatMap(({ kind, text }) => (kind === "operator" ? text : [])),
    numbers: numbers.map(({ text }) => text),
    units: units.map(({ word }) => word),
    start: start.start,
    end: end.end,
  };
};

const depthOf = (parts: readonly ProseToken[]): number =>
  parts.reduce((depth, { kind }) => depth + (kind === "open" ? 1 : kind === "close" ? -1 : 0), 0);

/** What stands before a sign of equality, if it is numbers alone. */
export const sideBefore = (tokens: readonly ProseToken[]): Side | undefined => {
  const units: Unit[] = [];
  const items = itemsOf(tokens, units);
  const border = items.findLastIndex(({ token }) => token === null);
  if (items[border]?.clouded) return undefined;
  let parts = items.slice(border + 1).flatMap(({ token }) => token ?? []);
  while (depthOf(parts) > 0 && parts[0]?.kind === "open") parts = parts.slice(1);
  if (parts[0]?.kind === "operator" && border >= 0) return undefined;
  return sideOf(
    parts,
    units.filter(({ at }) => at > border),
  );
};

/** What stands after a sign of equality, if it is numbers alone. */
export const sideAfter = (tokens: readonly ProseToken[]): Side | undefined => {
  const begin = tokens.findIndex(({ kind, text }) => kind !== "word" || !filler.test(text));
  if (begin < 0 || begin > 3) return undefined;
  const units: Unit[] = [];
  const items = itemsOf(tokens.slice(begin), units);
  const border = items.findIndex(({ token }) => token === null);
  if (items[border]?.clouded) return undefined;
  let parts = items.slice(0, border < 0 ? items.length : border).flatMap(({ token }) => token ?? []);
  while (depthOf(parts) < 0 && parts.at(-1)?.kind === "close") parts = parts.slice(0, -1);
  if (depthOf(parts) > 0) {
    const open = parts.findLastIndex(({ kind }) => kind === "open");
    parts = parts.slice(0, open);
  }
  if (parts.at(-1)?.text === "-") parts = parts.slice(0, -1);
  return sideOf(
    parts,
    units.filter(({ at }) => border < 0 || at <= border),
  );
};
