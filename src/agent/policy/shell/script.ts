// What a command does, as far as its tree tells: every simple command in it, however deep, with the values of its words.
import type { ShellTree } from "./reader.ts";
import type { ShellNode } from "./tree.ts";

/** `exact` is false when something in it is only known when it runs; that part is left out of `text`. */
export interface ShellWord {
  readonly text: string;
  readonly exact: boolean;
  /** As it is written. */
  readonly source: string;
}

export interface ShellRedirection {
  readonly writes: boolean;
  readonly target: ShellWord;
}

export interface SimpleCommand {
  readonly words: readonly ShellWord[];
}

export interface ShellScript {
  readonly commands: readonly SimpleCommand[];
  readonly redirections: readonly ShellRedirection[];
  /** Texts that a command gets on its standard input. */
  readonly documents: readonly string[];
  /** Whether a function calls itself beside itself, or the script starts itself: a fork bomb. */
  readonly multiplies: boolean;
  /** Kinds of nodes, of named ones and of operators. */
  readonly kinds: ReadonlySet<string>;
}

type Variables = Map<string, string>;

const variable = /^\$\{?([A-Za-z_]\w*)(?:[:?+\-#%/^,@].*)?\}?$/s;

/** `home` and `cwd` stand for the variables that always hold them. */
export const scriptOf = ({ nodes }: ShellTree, { home, cwd }: { home: string; cwd: string }): ShellScript => {
  const variables: Variables = new Map([
    ...[["HOME", home] as const, ["PWD", cwd] as const, ["IFS", " "] as const],
    ["OLDPWD", cwd],
  ]);
  const commands: SimpleCommand[] = [];
  const redirections: ShellRedirection[] = [];
  const documents: string[] = [];
  for (const node of nodes) {
    if (node.type === "variable_assignment") assign(node, variables, home);
    if (node.type === "command") {
      const words = node.children.filter(isWord).map((child) => wordOf(child, variables, home));
      const name = words[0];
      // A variable may hold a command with its arguments: the shell splits it.
      const split = name?.source.startsWith("$") && name.exact ? name.text.split(/\s+/).filter(Boolean) : null;
      commands.push({
        words: split ? [...split.map((text) => ({ text, exact: true, source: text })), ...words.slice(1)] : words,
      });
    }
    if (node.type === "file_redirect") redirections.push(redirectionOf(node, variables, home));
    if (node.type === "heredoc_body") documents.push(node.text);
    if (node.type === "herestring_redirect")
      documents.push(...node.children.filter(isWord).map((child) => wordOf(child, variables, home).text));
  }
  const kinds = new Set(nodes.map(({ type }) => type));
  return { commands, redirections, documents, kinds, multiplies: multiplies(nodes) };
};

const wordKinds = new Set([
  ...["command_name", "word", "string", "raw_string", "ansi_c_string", "translated_string", "number", "concatenation"],
  ...["simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion"],
  ...["brace_expression", "extglob_pattern", "regex"],
]);

const isWord = ({ type }: ShellNode): boolean => wordKinds.has(type);

const assign = (node: ShellNode, variables: Variables, home: string): void => {
  const name = node.children.find(({ type }) => type === "variable_name");
  const value = node.children.find(isWord);
  if (!name) return;
  const word = value ? wordOf(value, variables, home) : { text: "", exact: true };
  if (word.exact) variables.set(name.text, word.text);
  else variables.delete(name.text);
};

const redirectionOf = (node: ShellNode, variables: Variables, home: string): ShellRedirection => {
  const operator = node.children.find(({ type }) => /^[&<>|]+-?$/.test(type))?.type ?? ">";
  const target = node.children.findLast(isWord);
  const word = target ? wordOf(target, variables, home) : { text: "", exact: false, source: "" };
  return { writes: operator.includes(">") && !(operator === ">&" && /^\d+$/.test(word.text)), target: word };
};

const wordOf = (node: ShellNode, variables: Variables, home: string): ShellWord => {
  const pieces: string[] = [];
  let exact = true;
  const add = (part: ShellNode): void => {
    const value = partValue(part, variables);
    if (value === null) exact = false;
    else pieces.push(value);
  };
  const open = [node];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.type === "command_name" || part.type === "concatenation") open.push(...part.children.toReversed());
    else if (part.type === "string") addString(part, pieces, add);
    else add(part);
  }
  const text = pieces.join("");
  const isHome = /^~(?=\/|$)/.test(node.text);
  return { text: isHome ? home + text.slice(1) : text, exact, source: node.text };
};

/** Between its parts a string has text that is no node of its own. */
const addString = (node: ShellNode, pieces: string[], add: (part: ShellNode) => void): void => {
  let at = node.start + 1;
  const between = (end: number): void => {
    pieces.push(node.text.slice(at - node.start, end - node.start).replace(/\\([$`"\\])|\\\n/g, "$1"));
  };
  for (const part of node.children) {
    if (part.type === '"' || part.type === "string_content") continue;
    between(part.start);
    if (part.type !== "$") add(part);
    at = part.end;
  }
  between(node.end - (node.text.endsWith('"') && node.end - node.start > 1 ? 1 : 0));
};

/** Null: only known when it runs. */
const partValue = ({ type, text }: ShellNode, variables: Variables): string | null => {
  switch (type) {
    case "raw_string":
      return text.slice(1, -1);
    case "ansi_c_string":
      return unescaped(text.slice(2, -1));
    case "simple_expansion":
    case "expansion":
      return variables.get(variable.exec(text)?.[1] ?? "") ?? null;
    case "word":
    case "number":
    case "regex":
    case "{":
    case "}":
      return text.replace(/\\\n/g, "").replace(/\\(.)/gs, "$1");
    default:
      return null;
  }
};

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", e: "\u001b", a: "\u0007" };

/** As in `$'…'`. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([\da-f]{1,2})|u([\da-f]{1,4})|([0-7]{1,3})|(.))/gis, (_, hex, unicode, octal, letter) => {
    if (letter !== undefined) return letters[letter] ?? letter;
    return String.fromCharCode(octal === undefined ? Number.parseInt(hex ?? unicode, 16) : Number.parseInt(octal, 8));
  });

/** How far a call may stand below the function that it calls. */
const deepest = 64;

/** Whether something starts itself beside itself. */
const multiplies = (nodes: readonly ShellNode[]): boolean => {
  if (!nodes.some(({ type }) => isParallel(type))) return false;
  const names = nodes.filter(({ type }) => type === "command_name");
  return names.some((name) => /^["']?(\.\/)?\$\{?0\}?["']?$/.test(name.text) || callsAround(name));
};

const isParallel = (type: string): boolean => type === "&" || type === "|" || type === "|&";

const callsAround = (name: ShellNode): boolean => {
  let parallel = false;
  for (let node = name.parent, depth = 0; node && depth < deepest; node = node.parent, depth++) {
    parallel ||= node.children.some(({ type }) => isParallel(type));
    if (parallel && node.type === "function_definition" && node.children.some(({ text }) => text === name.text))
      return true;
  }
  return false;
};
