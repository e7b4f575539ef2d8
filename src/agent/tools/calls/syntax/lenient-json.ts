// JSON as models write it: trailing commas, Python's words, single quotes, raw line breaks, bare keys. Never throws, and
// reads each character once.

/** A key of an object with what there is of its value. */
export interface Member {
  readonly key: string;
  /** Where the value begins. */
  readonly at: number;
  /** null: nothing of it is there. */
  readonly value: Read | null;
}

/** "open": the text ends inside. "wrong": no value can go on like this; `end` is the character that says so. */
export interface Read {
  readonly kind: "done" | "open" | "wrong";
  readonly end: number;
  /** Meaningful when done. */
  readonly value: unknown;
  /** Of an object, also while it is open. */
  readonly members?: readonly Member[];
  /** Of a list, also while it is open. */
  readonly items?: readonly Read[];
}

/** What differs between the ways of writing values. */
export interface Dialect {
  /** What begins and ends a string without escapes; null: quotation marks alone. */
  readonly stringMark: string | null;
  /** A word that is nothing else is a string. */
  readonly bareStrings: boolean;
  /** Three quotation marks begin a string of several lines. */
  readonly longStrings: boolean;
}

export const json: Dialect = { stringMark: null, bareStrings: false, longStrings: false };
export const python: Dialect = { ...json, longStrings: true };

const deepest = 100;
const blank = /\s*/y;
const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const word = /[A-Za-z_$][\w$.-]*/y;
const bareText = /[^,{}[\]:\n"]{1,2000}/y;

const words = new Map<string, unknown>([
  ...(["true", "True"] as const).map((name) => [name, true] as const),
  ...(["false", "False"] as const).map((name) => [name, false] as const),
  ...(["null", "None", "undefined"] as const).map((name) => [name, null] as const),
]);

/** Where the expression's match at this place ends. */
export const matchEnd = (expression: RegExp, text: string, at: number): number => {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : at;
};

export const skipBlank = (text: string, at: number): number => matchEnd(blank, text, at);

const done = (value: unknown, end: number): Read => ({ kind: "done", value, end });
const open = (text: string): Read => ({ kind: "open", value: undefined, end: text.length });
const wrong = (end: number): Read => ({ kind: "wrong", value: undefined, end });

/** The value at this place, which begins with no blank. */
export const readValue = (text: string, at: number, dialect: Dialect = json, depth = 0): Read => {
  const first = text[at];
  if (first === undefined) return open(text);
  if (depth > deepest) return wrong(at);
  if (first === "{") return readObject(text, at, dialect, depth);
  if (first === "[") return readList(text, at, { close: "]", dialect, depth });
  if (first === "(") return readList(text, at, { close: ")", dialect, depth });
  if (dialect.stringMark !== null) {
    if (text.startsWith(dialect.stringMark, at)) return readMarked(text, at, dialect.stringMark);
    if (dialect.stringMark.startsWith(text.slice(at))) return open(text);
  }
  if (first === '"' || first === "'") return readString(text, at, dialect);
  return readPlain(text, at, dialect);
};

const readPlain = (text: string, at: number, dialect: Dialect): Read => {
  const numberEnd = matchEnd(number, text, at);
  if (numberEnd > at && !/[\w$]/.test(text[numberEnd] ?? "")) {
    if (numberEnd === text.length) return open(text);
    return done(Number(text.slice(at, numberEnd)), numberEnd);
  }
  if (text.slice(at) === "-" || text.slice(at) === "+") return open(text);
  const wordEnd = matchEnd(word, text, at);
  const said = text.slice(at, wordEnd);
  if (wordEnd > at && wordEnd < text.length && words.has(said)) return done(words.get(said), wordEnd);
  if (dialect.bareStrings) {
    const end = matchEnd(bareText, text, at);
    if (end === text.length) return open(text);
    return end === at ? wrong(at) : done(text.slice(at, end).trim(), end);
  }
  return wordEnd === text.length && [...words.keys()].some((name) => name.startsWith(said)) ? open(text) : wrong(at);
};

const readMarked = (text: string, at: number, mark: string): Read => {
  const from = at + mark.length;
  const end = text.indexOf(mark, from);
  return end === -1 ? open(text) : done(text.slice(from, end), end + mark.length);
};

const escapes: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "/": "/", "\\": "\\", '"': '"', "'": "'", "\n": "" },
};
const hexEscape = /u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}/y;

/** A string in quotation marks of either kind, one or three. What is no escape stays as it is written. */
const readString = (text: string, at: number, { longStrings }: Dialect): Read => {
  const single = text[at] ?? "";
  const long = single.repeat(3);
  // Two of them may be an empty string, or the beginning of three.
  if (longStrings && text.length < at + 3 && long.startsWith(text.slice(at))) return open(text);
  const quote = longStrings && text.startsWith(long, at) ? long : single;
  let value = "";
  let from = at + quote.length;
  for (let i = from; i < text.length; i++) {
    if (text.startsWith(quote, i)) return done(value + text.slice(from, i), i + quote.length);
    if (text[i] !== "\\") continue;
    value += text.slice(from, i);
    const hexEnd = matchEnd(hexEscape, text, i + 1);
    if (hexEnd > i + 1) {
      value += String.fromCharCode(Number.parseInt(text.slice(i + 2, hexEnd), 16));
      i = hexEnd - 1;
    } else {
      const next = text[i + 1] ?? "";
      value += escapes[next] ?? `\\${next}`;
      i++;
    }
    from = i + 1;
  }
  return open(text);
};

const readKey = (text: string, at: number, dialect: Dialect): Read => {
  if (text[at] === '"' || text[at] === "'") return readString(text, at, dialect);
  const { stringMark } = dialect;
  if (stringMark !== null && text.startsWith(stringMark, at)) return readMarked(text, at, stringMark);
  const end = matchEnd(word, text, at);
  if (end === text.length) return open(text);
  return end === at ? wrong(at) : done(text.slice(at, end), end);
};

const readObject = (text: string, from: number, dialect: Dialect, depth: number): Read => {
  const members: Member[] = [];
  const ended = (kind: Read["kind"], end: number): Read => {
    const value = Object.fromEntries(members.map((one) => [one.key, one.value?.value]));
    return { kind, end, value, members };
  };
  let at = skipBlank(text, from + 1);
  while (at < text.length) {
    if (text[at] === "}") return ended("done", at + 1);
    const key = readKey(text, at, dialect);
    if (key.kind !== "done") return ended(key.kind, key.end);
    at = skipBlank(text, key.end);
    if (at === text.length) break;
    if (text[at] !== ":") return ended("wrong", at);
    at = skipBlank(text, at + 1);
    const value = at === text.length ? null : readValue(text, at, dialect, depth + 1);
    members.push({ key: String(key.value), at, value });
    if (value?.kind !== "done") return ended(value?.kind ?? "open", value?.end ?? text.length);
    at = skipBlank(text, value.end);
    if (text[at] === ",") at = skipBlank(text, at + 1);
    else if (at < text.length && text[at] !== "}") return ended("wrong", at);
  }
  return ended("open", text.length);
};

interface ListKind {
  readonly close: string;
  readonly dialect: Dialect;
  readonly depth: number;
}

const readList = (text: string, from: number, { close, dialect, depth }: ListKind): Read => {
  const items: Read[] = [];
  const ended = (kind: Read["kind"], end: number): Read => ({
    ...{ kind, end, items, value: items.map(({ value }) => value) },
  });
  let at = skipBlank(text, from + 1);
  while (at < text.length) {
    if (text[at] === close) return ended("done", at + 1);
    const item = readValue(text, at, dialect, depth + 1);
    items.push(item);
    if (item.kind !== "done") return ended(item.kind, item.end);
    at = skipBlank(text, item.end);
    if (text[at] === ",") at = skipBlank(text, at + 1);
    else if (at < text.length && text[at] !== close) return ended("wrong", at);
  }
  return ended("open", text.length);
};
