import * as l10n from "@vscode/l10n";
import { type Token, tokensOf, Unreadable } from "./calculator-tokens.ts";
import {
  add,
  compare,
  divide,
  type Fraction,
  floor,
  fromDigits,
  isTooLarge,
  isWhole,
  multiply,
  negated,
  remainder,
  rounded,
  squareRoot,
  subtract,
  toNumber,
  toText,
  whole,
  wholePower,
  zero,
} from "./fraction.ts";

export type Calculated =
  | { readonly ok: true; readonly value: number; readonly text: string }
  | { readonly ok: false; readonly error: string };

/** As `Calculated`, with the exact value. */
export type Exact = { readonly ok: true; readonly exact: Fraction } | { readonly ok: false; readonly error: string };

const longestExpression = 2000;
const deepestNesting = 100;
const largestExponent = 10_000;

const tooLarge = (): Unreadable => new Unreadable(l10n.t("the value is too large"));

const sized = (value: Fraction | undefined): Fraction => {
  if (!value || isTooLarge(value)) throw tooLarge();
  return value;
};

const nonZero = (value: Fraction): Fraction => {
  if (value.top === 0n) throw new Unreadable(l10n.t("division by zero"));
  return value;
};

const power = (base: Fraction, exponent: Fraction): Fraction => {
  const size = Math.abs(toNumber(exponent));
  if (size > largestExponent) throw new Unreadable(l10n.t("the exponent is too large"));
  if (exponent.top < 0n) return divide(whole(1), nonZero(power(base, negated(exponent))));
  if (isWhole(exponent)) return sized(wholePower(base, size));
  if (base.top < 0n) throw new Unreadable(l10n.t("a broken power of a negative number has no value"));
  if (exponent.bottom === 2n) return sized(wholePower(squareRoot(base), Number(exponent.top)));
  const near = toNumber(base) ** size;
  if (!Number.isFinite(near)) throw tooLarge();
  return fromDigits(near.toString());
};

const root = (value: Fraction): Fraction => {
  if (value.top < 0n) throw new Unreadable(l10n.t("a negative number has no square root"));
  return squareRoot(value);
};

const best = (values: readonly Fraction[], sign: number): Fraction =>
  values.reduce((found, value) => (compare(value, found) === sign ? value : found));

/** Each with how many numbers it takes at most; it takes at least one. */
const functions: Readonly<Record<string, readonly [most: number, (...values: [Fraction, ...Fraction[]]) => Fraction]>> =
  {
    sqrt: [1, root],
    "√": [1, root],
    abs: [1, (value) => (value.top < 0n ? negated(value) : value)],
    round: [2, (value, digits = zero) => rounded(value, Math.max(-100, Math.min(100, Math.trunc(toNumber(digits)))))],
    floor: [1, floor],
    ceil: [1, (value) => negated(floor(negated(value)))],
    min: [100, (...values) => best(values, -1)],
    max: [100, (...values) => best(values, 1)],
  };

/** sum = product (+|- product)*, product = signed (*|/|% signed, or a bracket without sign)*, signed = -* power, power = percent (^ signed)? */
const evaluated = (tokens: readonly Token[], length: number): Fraction => {
  let at = 0;
  let depth = 0;
  const take = (...wanted: string[]): string | undefined => {
    const token = tokens[at];
    if (token?.kind !== "sign" || !wanted.includes(token.sign)) return undefined;
    at++;
    return token.sign;
  };
  const unexpected = (): Unreadable => {
    const token = tokens[at];
    if (!token) return new Unreadable(l10n.t("something is missing at the end"));
    const what = token.kind === "number" ? toText(token.value) : token.kind === "sign" ? token.sign : token.name;
    return new Unreadable(l10n.t('what is "{0}" at {1}', what === "percent" ? "%" : what, token.at));
  };
  const nested = (inner: () => Fraction): Fraction => {
    if (++depth > deepestNesting) throw new Unreadable(l10n.t("this is nested too deeply"));
    const value = inner();
    depth--;
    return value;
  };

  const bracket = (): Fraction => {
    const value = nested(sum);
    if (!take(")")) throw at < tokens.length ? unexpected() : new Unreadable(l10n.t("a bracket is not closed"));
    return value;
  };
  const call = (name: string): Fraction => {
    const [most, compute] = (Object.hasOwn(functions, name) ? functions[name] : undefined) ?? [0, undefined];
    if (!compute) throw unexpected();
    at++;
    if (name === "√" && !take("(")) return compute(nested(primary));
    if (name !== "√" && !take("(")) throw unexpected();
    const values: [Fraction, ...Fraction[]] = [nested(sum)];
    while (take(",")) values.push(nested(sum));
    if (!take(")")) throw at < tokens.length ? unexpected() : new Unreadable(l10n.t("a bracket is not closed"));
    if (values.length > most) throw new Unreadable(l10n.t("{0} takes at most {1} numbers", name, most));
    return compute(...values);
  };
  const primary = (): Fraction => {
    const token = tokens[at];
    if (token?.kind === "name") return call(token.name);
    if (take("(")) return bracket();
    if (token?.kind !== "number") throw unexpected();
    at++;
    return token.value;
  };
  const percent = (): Fraction => {
    let value = primary();
    while (take("percent")) value = divide(value, whole(100));
    return value;
  };
  const raised = (): Fraction => {
    const base = percent();
    return take("^") ? sized(power(base, nested(signed))) : base;
  };
  const signed = (): Fraction => {
    let minus = false;
    for (let sign = take("-", "+"); sign; sign = take("-", "+")) minus = minus !== (sign === "-");
    const value = raised();
    return minus ? negated(value) : value;
  };
  const opensFactor = (): boolean => {
    const token = tokens[at];
    const before = tokens[at - 1];
    if (token?.kind === "number") return before?.kind === "sign" && before.sign === ")";
    return token?.kind === "name" || (token?.kind === "sign" && token.sign === "(");
  };
  const product = (): Fraction => {
    let value = signed();
    for (;;) {
      const operator = take("*", "/", "%") ?? (opensFactor() ? "*" : undefined);
      if (!operator) return value;
      const right = signed();
      value = sized(
        operator === "*" ? multiply(value, right) : (operator === "/" ? divide : remainder)(value, nonZero(right)),
      );
    }
  };
  const sum = (): Fraction => {
    let value = product();
    for (let operator = take("+", "-"); operator; operator = take("+", "-"))
      value = sized((operator === "+" ? add : subtract)(value, product()));
    return value;
  };

  if (length > longestExpression) throw new Unreadable(l10n.t("this is too long for the calculator"));
  if (tokens.length === 0) throw new Unreadable(l10n.t("there is nothing to calculate"));
  const value = sized(sum());
  if (at < tokens.length) throw unexpected();
  return value;
};

/** The exact value of an expression as `calculate` takes it. */
export const calculateExactly = (expression: string): Exact => {
  try {
    return {
      ok: true,
      exact: evaluated(expression.length > longestExpression ? [] : tokensOf(expression), expression.length),
    };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, error: error.message };
    throw error;
  }
};

/**
 * The value of an expression as people write it: + - * / % ^ ** and brackets, × ÷ · −, "3 x 4", "2(3+4)", "15% of 80",
 * "$1,234.50", "2 1/2", "1.5e3", and sqrt, abs, round, floor, ceil, min, max. Exact but for roots and broken powers;
 * `text` has at most ten digits after the point. At most 2,000 characters and 100 brackets deep; `error` is for people.
 */
export const calculate = (expression: string): Calculated => {
  const result = calculateExactly(expression);
  return result.ok ? { ok: true, value: toNumber(result.exact), text: toText(result.exact) } : result;
};
