import type * as z from "zod/mini";

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** What the lengths of these are counted in. */
const counted: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
};

const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

/** The words that a schema brings itself. zod's own are for programmers. */
const ownWords = ({ message }: Issue): string | null =>
  /^(Invalid|Too (big|small)|Unrecognized)\b/.test(message) ? null : message;

interface Bound {
  readonly side: "most" | "least";
  readonly limit: number;
  readonly origin: string;
  readonly inclusive?: boolean | undefined;
}

const bound = ({ side, limit, origin, inclusive }: Bound): string => {
  const than = side === "most" ? "less than" : "more than";
  const words = `${inclusive === false ? than : `at ${side}`} ${limit}`;
  const units = counted[origin];
  return units === undefined ? `must be ${words}` : `must have ${words} ${units[limit === 1 ? 0 : 1]}`;
};

/**
 * What is wrong, to stand behind the name of what it is about: "must be a whole number". Values that were given are not repeated,
 * so it is safe to show and to log. `given` is what stood there; undefined: nothing.
 */
export const issueWords = (issue: Issue, given: unknown): string => {
  if (given === undefined && issue.code !== "unrecognized_keys" && issue.code !== "custom") return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${shown(issue.values[0])}`
        : `must be one of ${issue.values.map(shown).join(", ")}`;
    case "too_big":
      return ownWords(issue) ?? bound({ ...issue, side: "most", limit: Number(issue.maximum) });
    case "too_small":
      return ownWords(issue) ?? bound({ ...issue, side: "least", limit: Number(issue.minimum) });
    case "invalid_format":
      if (issue.format === "url") return "must be an address that begins with http:// or https://";
      return `must be ${ownWords(issue) ?? "written in another way"}`;
    case "unrecognized_keys":
      return `has unknown keys: ${issue.keys.join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_key":
    case "invalid_element":
      return "has an entry that cannot stand there";
    case "invalid_union":
      return "is none of what can stand there";
    default:
      return ownWords(issue) ?? "cannot stand there";
  }
};

/** The value at a path of keys; undefined: there is none. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** One thing that JSON is made of, and the blanks before it. */
const token = /\s*(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true\b|false\b|null\b|[{}[\],:])/y;

/** Where the first thing stands that JSON has no word for; null: there is none. */
const strangerAt = (text: string): number | null => {
  token.lastIndex = 0;
  let end = 0;
  while (token.test(text)) end = token.lastIndex;
  const at = end + text.slice(end).search(/\S|$/);
  return at < text.length ? at : null;
};

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;

/** In which line of a text that is no JSON the first thing is wrong, from 1 on. What the text says is not repeated. */
export const damagedLine = (text: string, error: unknown): number => {
  const place = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  const at = place === undefined ? strangerAt(text) : Number(place);
  return lineAt(text, at ?? text.trimEnd().length);
};
