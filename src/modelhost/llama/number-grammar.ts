/** Thrown inside the compilation of a schema, and turned into a value by it. */
export class Unsupported extends Error {}

const digits = (most: number): string => `("0" | [1-9] [0-9]{0,${most - 1}})`;
const fraction = `("." [0-9]{1,15})?`;

/** Fifteen digits before and after the point: what a double keeps. No exponents, so nothing becomes infinite. */
export const nonNegativeNumber = `${digits(15)} ${fraction}`;

/** More values than this are not written out one by one. */
const mostListed = 1000;

const bound = (schema: Readonly<Record<string, unknown>>, key: string): number | undefined => {
  const value = schema[key];
  return typeof value === "number" ? value : undefined;
};

/**
 * GBNF for numbers within the schema's bounds: none, non-negative, positive integers, integers of a short range, and
 * 0..1. Other bounds are not regular enough to be worth it, and throw Unsupported.
 */
export const numberRange = (
  schema: Readonly<Record<string, unknown>>,
  type: "number" | "integer",
  path: string,
): string => {
  const above = bound(schema, "exclusiveMinimum");
  const below = bound(schema, "exclusiveMaximum");
  const refuse = (): never => {
    throw new Unsupported(`${path || "schema"}: these bounds of a number cannot be enforced`);
  };
  if (type === "number") {
    if (above !== undefined || below !== undefined) return refuse();
    const range = `${bound(schema, "minimum") ?? ""}..${bound(schema, "maximum") ?? ""}`;
    if (range === "..") return `"-"? ${nonNegativeNumber}`;
    if (range === "0..") return nonNegativeNumber;
    if (range === "0..1") return `"0" ${fraction} | "1" (".0")?`;
    return refuse();
  }
  const least = Math.max(
    bound(schema, "minimum") ?? -Infinity,
    above === undefined ? -Infinity : Math.floor(above) + 1,
  );
  const most = Math.min(bound(schema, "maximum") ?? Infinity, below === undefined ? Infinity : Math.ceil(below) - 1);
  if (Math.ceil(least) > Math.floor(most)) return refuse();
  if (most - least < mostListed) {
    const from = Math.ceil(least);
    return Array.from({ length: Math.floor(most) - from + 1 }, (_, i) => `"${from + i}"`).join(" | ");
  }
  if (most < Number.MAX_SAFE_INTEGER) return refuse();
  if (least <= Number.MIN_SAFE_INTEGER) return `"-"? ${digits(15)}`;
  if (least === 0) return digits(15);
  return least === 1 ? "[1-9] [0-9]{0,14}" : refuse();
};
