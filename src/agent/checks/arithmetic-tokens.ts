/**
 * What stands in a line of prose. number: `text` for the calculator. operator: + - * / ^. equals: `text` is "=" or
 * "≈". open, close: brackets. word. pause: what parts sentences. odd: a sign that changes what numbers mean.
 */
export interface ProseToken {
  readonly kind: "number" | "operator" | "equals" | "open" | "close" | "word" | "pause" | "odd";
  readonly text: string;
  /** Where it stands in the line. */
  readonly start: number;
  readonly end: number;
}

const odd = String.raw`(?:\d+[:.]){2,}\d+|\d+:\d+|\d{1,4}\/\d{1,2}\/\d{1,4}`;
const number = String.raw`(?:[$€£]\s?)?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:\s?%)?`;
const wordOperator = String.raw`(?:plus|minus|times|multiplied by|divided by|x)(?=\s*[$€£(]?\s*[\d.])`;

/** What can stand at a place, in this order; white space lies between. */
const pattern = new RegExp(
  [
    String.raw`(?<equals>==?(?![=>])|≈|≅|(?:equals|is equal to)(?!\p{L}))`,
    `(?<odd>${odd})`,
    `(?<number>${number})`,
    String.raw`(?<operator>${wordOperator}|\*\*|[\-+*\/\^×÷·⋅∙−–])`,
    String.raw`(?<open>[(\[\{])`,
    String.raw`(?<close>[)\]\}])`,
    String.raw`(?<word>\p{L}[\p{L}\p{M}’'_]*)`,
    String.raw`(?<pause>[.,;:?!"“”\x60|$€£]+|—)`,
    String.raw`(?<other>\S)`,
  ].join("|"),
  "giu",
);
const kinds = ["number", "operator", "word", "equals", "pause", "open", "close", "odd"] as const;

const operators: Readonly<Record<string, string>> = {
  "**": "^",
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "÷": "/",
  "−": "-",
  "–": "-",
  plus: "+",
  minus: "-",
  times: "*",
  "multiplied by": "*",
  "divided by": "/",
  x: "*",
};

const normal = (kind: ProseToken["kind"], text: string): string => {
  if (kind === "operator") return operators[text.toLowerCase()] ?? text;
  if (kind === "equals") return /[≈≅]/.test(text) ? "≈" : "=";
  return kind === "number" ? text.replace(/[$€£,\s]/g, "") : text;
};

/** The tokens of one line; every sign that is unknown is odd. */
export const proseTokens = (line: string): ProseToken[] => {
  const tokens: ProseToken[] = [];
  for (const { 0: text, index: start, groups = {} } of line.matchAll(pattern)) {
    const kind = kinds.find((name) => groups[name] !== undefined) ?? "odd";
    tokens.push({ kind, text: normal(kind, text), start, end: start + text.length });
  }
  return tokens;
};
