// The strict reader: it knows words, quotes and four separators, and gives up at everything else. What it reads is read
// alike by every POSIX shell, so only what it reads can be allowed or remembered.

/** One word as the program gets it. */
export interface PlainWord {
  readonly text: string;
  /** Holds `*`, `?` or `[` outside of quotes: the shell may put names of files in its place. */
  readonly glob: boolean;
  /** Begins with `~` or `~/` outside of quotes, which the shell replaces by the home folder. */
  readonly home: boolean;
}

export type PlainCommand = readonly PlainWord[];

/** Redirections that write no file. */
const harmlessRedirection = /(?:[12]?>>? ?\/dev\/null|&> ?\/dev\/null|[12]?>&[12]|< ?\/dev\/null)(?=[ ;|&]|$)/y;
/** Characters without meaning outside of quotes. */
const literal = /[^\s;&|<>()$`\\"'{}!#*?[\]~=\p{Cc}]+/uy;
const separator = /;|&&|\|\||\|(?!&)/y;

/**
 * The commands between `;`, `&&`, `||` and `|`, or null when the text has anything that is not a plain word: substitutions,
 * variables, redirections to files, assignments, `&`, braces, comments, line breaks, quotes without an end.
 */
export const readPlain = (text: string): readonly PlainCommand[] | null => {
  const source = text.trim();
  const commands: PlainWord[][] = [[]];
  let at = 0;
  while (at < source.length) {
    if (source[at] === " ") {
      at++;
      continue;
    }
    const current = commands.at(-1) ?? [];
    const redirected = matched(harmlessRedirection, source, at);
    if (redirected > 0 && current.length > 0) {
      at += redirected;
      continue;
    }
    const separated = matched(separator, source, at);
    if (separated > 0) {
      const ends = source.slice(at) === ";";
      at += separated;
      if (current.length === 0 || (at >= source.length && !ends)) return null;
      if (!ends) commands.push([]);
      continue;
    }
    const read = readWord(source, at, current.length === 0);
    if (!read) return null;
    current.push(read.word);
    at = read.end;
  }
  return (commands.at(-1) ?? []).length > 0 ? commands : null;
};

const matched = (pattern: RegExp, source: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0].length ?? 0;
};

const readWord = (source: string, start: number, isFirst: boolean): { word: PlainWord; end: number } | null => {
  let text = "";
  let glob = false;
  let at = start;
  const home = source[start] === "~";
  if (home) {
    if (!/^~(?=[ /;|]|$)/.test(source.slice(start, start + 2))) return null;
    text = "~";
    at++;
  }
  while (at < source.length && !/[ ;|&]/.test(source[at] ?? "")) {
    const piece = readPiece(source, at, at === start);
    if (!piece) return null;
    text += piece.text;
    glob ||= piece.glob;
    at = piece.end;
  }
  // A name with "=" could be an assignment, an empty one nothing at all.
  if (at === start || (isFirst && (glob || home || text === "" || text.includes("=")))) return null;
  return { word: { text, glob, home }, end: at };
};

interface Piece {
  readonly text: string;
  readonly glob: boolean;
  readonly end: number;
}

const readPiece = (source: string, at: number, begins: boolean): Piece | null => {
  const length = matched(literal, source, at);
  if (length > 0) return { text: source.slice(at, at + length), glob: false, end: at + length };
  const character = source[at] ?? "";
  const one = { text: character, glob: false, end: at + 1 };
  switch (character) {
    case "'": {
      const end = source.indexOf("'", at + 1);
      return end < 0 ? null : { text: source.slice(at + 1, end), glob: false, end: end + 1 };
    }
    case '"':
      return readQuoted(source, at);
    case "\\": {
      const next = source[at + 1];
      return next === undefined || next === "\n" ? null : { text: next, glob: false, end: at + 2 };
    }
    case "*":
    case "?":
    case "[":
      return { ...one, glob: true };
    case "]":
      return one;
    case "=":
    case "#":
      // zsh replaces a word that begins with "=", and "#" begins a comment there
      return begins ? null : one;
    case "!":
      return begins && /^!( |$)/.test(source.slice(at, at + 2)) ? one : null;
    case "{":
      return begins && /^\{\}([ ;|]|$)/.test(source.slice(at, at + 3))
        ? { text: "{}", glob: false, end: at + 2 }
        : null;
    default:
      return null;
  }
};

const readQuoted = (source: string, start: number): Piece | null => {
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at] ?? "";
    if (character === '"') return { text, glob: false, end: at + 1 };
    if (character === "$" || character === "`") return null;
    const next = source[at + 1] ?? "";
    if (character !== "\\" || !/[$`"\\]/.test(next)) text += character;
    else {
      text += next;
      at++;
    }
  }
  return null;
};

/**
 * The words of one plain command, by which an approval is remembered: equal only when every word is. Null for anything
 * else, so nothing that the shell would change or chain is ever remembered.
 */
export const argvOf = (command: string): string[] | null => {
  const [only, more] = readPlain(command) ?? [];
  if (!only || more || /[>\p{Cc}\p{Cf}]/u.test(command) || only.some(({ glob, home }) => glob || home)) return null;
  return only.map(({ text }) => text);
};
