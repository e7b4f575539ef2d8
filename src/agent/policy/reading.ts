// Whether a plain command only reads, and only what may be read.
import * as l10n from "@vscode/l10n";
import { ask, type Objection } from "./decision.ts";
import { isSecret, pathObjection, type Surroundings } from "./paths.ts";
import { whyAsked } from "./rules/asked-commands.ts";
import { secretSamples } from "./rules/protected-names.ts";
import { findTests, type ReadingCommand, readingCommand } from "./rules/reading-commands.ts";
import type { PlainCommand, PlainWord } from "./shell/plain.ts";

/** What of a command is a file that it reads, or why that is not known. */
type Files = { readonly paths: readonly PlainWord[] } | { readonly objection: Objection };

/** What speaks against running it unasked; null: it only reads, and only what may be read from each of `folders`. */
export const readingObjection = (
  command: PlainCommand,
  around: Surroundings,
  folders: readonly string[],
): Objection | null => {
  const [program, ...rest] = command;
  const name = program?.text ?? "";
  const rule = readingCommand(name);
  const files = filesOf(name, rule, rest);
  if ("objection" in files) return files.objection;
  const namesOnly = rule === null || rule.namesOnly === true;
  for (const word of files.paths)
    for (const cwd of folders) {
      const objection = fileObjection(word, namesOnly, { ...around, cwd });
      if (objection) return objection;
    }
  return null;
};

const filesOf = (name: string, rule: ReadingCommand | null, words: PlainCommand): Files => {
  if (name === "find") return filesOfFind(words);
  if (name === "cd" && !/^[^-]/.test(words.at(-1)?.text ?? "-"))
    return { objection: ask("cd", l10n.t("It leaves the workspace, or goes to where it was before.")) };
  if (name === "sed") return filesOfSed(words);
  if (name === "printf" && !words[0]?.text.startsWith("-")) return { paths: [] };
  if (rule) return filesByRule(name, rule, words);
  const why = whyAsked(name) ?? l10n.t("{0} is not known to only read.", JSON.stringify(name));
  return { objection: ask("unknown-command", why) };
};

const optionAsked = (name: string, option: string): Files => ({
  objection: ask("option", l10n.t("{0} with {1} may do more than read.", name, option)),
});

interface Collected {
  readonly paths: PlainWord[];
  /** Patterns of file names that the program itself reads. */
  readonly patterns: string[];
  readonly operands: PlainWord[];
  readonly options: Set<string>;
}

const filesByRule = (name: string, rule: ReadingCommand, words: PlainCommand): Files => {
  if (rule.operands === "text") return textOnly(words);
  const found: Collected = { paths: [], patterns: [], operands: [], options: new Set() };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.text === "--") {
      found.operands.push(...words.slice(at + 1));
      break;
    }
    const option = word.text.startsWith("-") && word.text !== "-";
    const taken = option ? takeOption(rule, words, at, found) : 0;
    if (taken < 0) return optionAsked(name, word.text);
    if (!option) found.operands.push(word);
    at += taken;
  }
  return operandsByRule(name, rule, found);
};

/** A pattern of file names in place of text only gives names. */
const textOnly = (words: PlainCommand): Files => ({ paths: words.filter(({ glob }) => glob) });

/** How many words behind the option belong to it; -1: it is not one that only reads. */
const takeOption = (rule: ReadingCommand, words: PlainCommand, at: number, found: Collected): number => {
  const word = words[at];
  const next = words[at + 1];
  if (word === undefined || word.glob) return -1;
  const add = (kind: string, value: PlainWord): void => {
    if (kind === "path") found.paths.push(value);
    if (kind === "pattern") found.patterns.push(value.text);
  };
  if (word.text.startsWith("--")) {
    const equals = word.text.indexOf("=");
    const name = equals < 0 ? word.text.slice(2) : word.text.slice(2, equals);
    found.options.add(name);
    const forms = (rule.long ?? "").split(" ");
    if (equals < 0 && forms.includes(name)) return 0;
    const kind = forms.find((form) => form.startsWith(`${name}=`))?.slice(name.length + 1);
    if (kind === undefined || name === "") return -1;
    if (equals >= 0) add(kind, { ...word, text: word.text.slice(equals + 1) });
    else if (next) add(kind, next);
    return equals < 0 ? (next ? 1 : -1) : 0;
  }
  for (let letter = 1; letter < word.text.length; letter++) {
    const option = word.text[letter] ?? "";
    found.options.add(option);
    if (rule.flags?.includes(option)) continue;
    const kind = kindOf(rule, option);
    if (kind === null) return -1;
    const attached = word.text.slice(letter + 1);
    if (attached !== "") add(kind, { ...word, text: attached });
    else if (next) add(kind, next);
    return attached === "" ? (next ? 1 : -1) : 0;
  }
  return 0;
};

const kindOf = (rule: ReadingCommand, option: string): "path" | "pattern" | "text" | null => {
  if (rule.paths?.includes(option)) return "path";
  if (rule.patterns?.includes(option)) return "pattern";
  return rule.values?.includes(option) ? "text" : null;
};

const operandsByRule = (
  name: string,
  rule: ReadingCommand,
  { paths, patterns, operands, options }: Collected,
): Files => {
  const tooMany: Files = { objection: ask("operands", l10n.t("{0} may write to one of its files.", name)) };
  const secret = patterns.find(namesSecret);
  if (secret !== undefined) return { objection: secretPattern(secret) };
  const shifting = rule.anyNames !== true && operands.some(({ text, glob }) => glob && /^[*?[]/.test(text));
  if (shifting)
    return { objection: ask("pattern", l10n.t("A pattern may name files that {0} takes for options.", name)) };
  switch (rule.operands) {
    case "nothing":
      return operands.length === 0 ? { paths } : tooMany;
    case "version":
      return operands.length === 0 && options.size === 1 ? { paths } : tooMany;
    case "one path":
      return operands.length <= 1 && operands.every(({ glob }) => !glob) ? { paths: [...paths, ...operands] } : tooMany;
    case "format":
      return operands.every(({ text, glob }) => text.startsWith("+") && !glob) ? { paths } : tooMany;
    case "pattern": {
      const given = ["e", "f", "regexp", "file", "files", "type-list"].some((option) => options.has(option));
      if (!given && operands[0]?.glob) return tooMany;
      return { paths: [...paths, ...(given ? operands : operands.slice(1))] };
    }
    default:
      return { paths: [...paths, ...operands] };
  }
};

const filesOfFind = (words: PlainCommand): Files => {
  const start = words.findIndex(({ text }) => /^[-(!]/.test(text));
  const paths = words.slice(0, start < 0 ? words.length : start);
  for (let at = paths.length; at < words.length; at++) {
    const { text, glob } = words[at] ?? { text: "", glob: false };
    if (/^[(),!]$/.test(text)) continue;
    const taken = findTests.get(text);
    if (taken === undefined || glob || words[at + taken] === undefined || (taken > 0 && words[at + 1]?.glob))
      return optionAsked("find", text);
    at += taken;
  }
  return { paths };
};

/** The one form of `sed` that only prints lines: `-n`, and ranges of line numbers with `p`. */
const filesOfSed = (words: PlainCommand): Files => {
  const range = /^\s*(\d+|\$)(\s*,\s*(\+?\d+|\$))?\s*p\s*$/;
  let silent = false;
  const scripts: string[] = [];
  const operands: PlainWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const { text } = words[at] ?? { text: "" };
    if (/^-[Ersu]*n[Ersu]*$|^--(quiet|silent)$/.test(text)) silent = true;
    else if (text === "-e") scripts.push(words[++at]?.text ?? "");
    else if (/^-n?[Ersu]*e./.test(text) || (text.startsWith("-") && text !== "-" && !/^-[Ersu]+$/.test(text)))
      return optionAsked("sed", text);
    else operands.push(...words.slice(at, at + 1));
  }
  if (scripts.length === 0) scripts.push(operands.shift()?.text ?? "");
  if (silent && scripts.every((script) => script.split(";").every((part) => range.test(part))))
    return { paths: operands };
  return { objection: ask("sed", l10n.t("Only `sed -n` with line numbers and `p` is known to only read.")) };
};

const fileObjection = (word: PlainWord, namesOnly: boolean, around: Surroundings): Objection | null => {
  if (word.text === "-" || word.text === "") return null;
  const path = word.home ? around.home + word.text.slice(1) : word.text;
  if (word.glob) return globObjection(path, namesOnly, around);
  const judged = pathObjection({ op: "read", path }, around);
  if (!judged || (namesOnly && judged.rule === "secret")) return null;
  return ask(judged.rule, judged.reason);
};

/** A pattern may name what begins with "-", and secrets; the part before it says where it looks. */
const globObjection = (path: string, namesOnly: boolean, around: Surroundings): Objection | null => {
  const parts = path.split("/");
  const first = parts.findIndex((part) => /[*?[]/.test(part));
  const behind = parts.slice(first);
  if (behind.includes("..")) return ask("pattern", l10n.t("The pattern {0} may name other files than it seems.", path));
  // A star at the beginning does not take names with a dot.
  const taken = (part: string, name: string) => !(name.startsWith(".") && /^[*?]/.test(part)) && matches(part, name);
  const secret = behind.some((part) => isSecret(part) || secretSamples.some((name) => taken(part, name)));
  if (secret && !namesOnly) return secretPattern(path);
  const folder = parts.slice(0, first).join("/");
  const judged = pathObjection(
    { op: "read", path: folder === "" ? (path.startsWith("/") ? "/" : ".") : folder },
    around,
  );
  return judged && ask(judged.rule, judged.reason);
};

const secretPattern = (pattern: string): Objection =>
  ask("secret", l10n.t("The pattern {0} may name secrets.", pattern));

/** Whether a program's own pattern may name a secret; one that only leaves files out does not. */
const namesSecret = (pattern: string): boolean => {
  if (pattern.startsWith("!")) return false;
  const last = pattern.split("/").at(-1) ?? "";
  const [, before = last, inside = "", behind = ""] = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(last) ?? [];
  const forms = inside.split(",", 32).map((form) => before + form + behind);
  return forms.some((form) => /[{}]/.test(form) || isSecret(form) || secretSamples.some((name) => matches(form, name)));
};

/** Whether a pattern of the shell takes a name; brackets take any one character. Linear in both, but for each star. */
const matches = (pattern: string, name: string): boolean => {
  const signs = pattern.replace(/\[[^\]]*\]/g, "?");
  let at = 0;
  let star = -1;
  let from = 0;
  for (let sign = 0; at < name.length; ) {
    if (signs[sign] === "*") {
      star = sign++;
      from = at;
    } else if (signs[sign] === "?" || signs[sign] === name[at]) {
      sign++;
      at++;
    } else if (star >= 0) {
      sign = star + 1;
      at = ++from;
    } else return false;
    if (at >= name.length) return /^\**$/.test(signs.slice(sign));
  }
  return name === "";
};
