import * as l10n from "@vscode/l10n";
import { add, type Fraction, fraction, fromDigits, whole } from "./fraction.ts";

/** A sign is one of + - * / % ^ ( ) , or "percent"; `at` counts characters from 1. */
export type Token =
  | { readonly kind: "number"; readonly value: Fraction; readonly at: number }
  | { readonly kind: "sign"; readonly sign: string; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number };

/** Expected to happen while an expression is read; `calculate` makes a value of it. */
export class Unreadable extends Error {}

const constants: Readonly<Record<string, Fraction>> = {
  pi: fromDigits("3.14159265358979323846264338327950288"),
  π: fromDigits("3.14159265358979323846264338327950288"),
};

/** What people write for the signs. */
const signs: Readonly<Record<string, string>> = {
  "**": "^",
  "×": "*",
  "✕": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "÷": "/",
  "∕": "/",
  "⁄": "/",
  "−": "-",
  "–": "-",
  "[": "(",
  "]": ")",
  "{": "(",
  "}": ")",
  ";": ",",
  x: "*",
  times: "*",
  of: "*",
  plus: "+",
  minus: "-",
  mod: "%",
  percent: "percent",
};

const space = /\s+/y;
const currency = /[$€£¥₹]/y;
const mixed = /(\d{1,9})\s+(\d{1,9})\s*[/⁄]\s*(\d{1,9})(?![\d.])/y;
const grouped = /\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d*)?/y;
const plain = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9}(?![\d.]))?/y;
const sign = /\*\*|[-+*/%^(),×✕·⋅∙÷∕⁄−–[\]{};]/y;
const name = /√|[A-Za-zπ]+/y;
/** What may stand after the last operand of a question. */
const end = /\s*=?\s*\??\s*$/y;

/** A number may be this long, and its power of ten this large. */
const longestNumber = 400;

/**
 * The tokens of an expression as people write it: currency signs fall away, thousands separators too (but in the
 * brackets of a function a comma parts its numbers), "2 1/2" is one number, a % that a number follows is a
 * remainder and any other a percentage.
 */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  /** For each open bracket: whether it is a function's. */
  const brackets: boolean[] = [];
  let at = 0;

  const read = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at += found[0].length;
    return found;
  };
  const isBefore = (wanted: string): boolean => {
    const last = tokens.at(-1);
    return last?.kind === "sign" && last.sign === wanted;
  };
  const numberAt = (): Fraction | undefined => {
    const start = at;
    const [, whole_ = "", top = "", bottom = ""] = (isBefore("/") ? undefined : read(mixed)) ?? [];
    if (at > start && Number(top) < Number(bottom))
      return add(whole(BigInt(whole_)), fraction(BigInt(top), BigInt(bottom)));
    at = start;
    const [found] = (brackets.includes(true) ? undefined : read(grouped)) ?? read(plain) ?? [];
    if (found === undefined) return undefined;
    const [mantissa = "", power = "0"] = found.toLowerCase().split("e");
    if (mantissa.length > longestNumber || Math.abs(Number(power)) > longestNumber)
      throw new Unreadable(l10n.t("the number at {0} is too large", start + 1));
    return fromDigits(found.replaceAll(",", ""));
  };
  const isPercent = (spaced: boolean): boolean => {
    const rest = text.slice(at, at + 50).trimStart();
    return /^[-+−–]/.test(rest) ? !spaced : !/^[\d.($€£¥₹√[{]/.test(rest);
  };

  for (;;) {
    const before = at;
    if (read(space) || read(currency)) continue;
    if (at >= text.length || (tokens.length > 0 && read(end))) return tokens;
    const place = at + 1;
    const value = numberAt();
    if (value) {
      tokens.push({ kind: "number", value, at: place });
      continue;
    }
    const [found] = read(sign) ?? read(name) ?? [];
    if (found === undefined)
      throw new Unreadable(l10n.t('what is "{0}" at {1}', String.fromCodePoint(text.codePointAt(at) ?? 0), place));
    const word = found.toLowerCase();
    const constant = Object.hasOwn(constants, word) ? constants[word] : undefined;
    const meant = Object.hasOwn(signs, word) ? signs[word] : /^[-+*/%^(),]$/.test(word) ? word : undefined;
    if (constant) tokens.push({ kind: "number", value: constant, at: place });
    else if (meant === undefined) tokens.push({ kind: "name", name: word, at: place });
    else {
      if (meant === "(") brackets.push(tokens.at(-1)?.kind === "name");
      if (meant === ")") brackets.pop();
      const spaced = /\s/.test(text[before - 1] ?? "");
      tokens.push({ kind: "sign", sign: meant === "%" && isPercent(spaced) ? "percent" : meant, at: place });
    }
  }
};
