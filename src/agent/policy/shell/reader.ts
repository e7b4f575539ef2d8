import { Language, Parser } from "web-tree-sitter";
import { nodesOf, type ShellNode } from "./tree.ts";

/** The bytes of the parser and of the grammar for bash, both WebAssembly. */
export interface GrammarFiles {
  readonly runtime: Uint8Array;
  readonly bash: Uint8Array;
}

/** A command as the grammar sees it. `sound` is false when any of it was not understood. */
export interface ShellTree {
  readonly nodes: readonly ShellNode[];
  readonly sound: boolean;
}

/** Reads commands with bash's grammar; null: too long, too deep, or too much work. */
export interface ShellReader {
  readonly read: (command: string) => ShellTree | null;
}

/** Why there is none; then every command is asked. */
export interface NoReader {
  readonly problem: string;
}

const longest = 131_072;
/** The parser asks after each hundred steps whether to go on; a command of 100 kB takes about a thousand. */
const mostWork = 1_500;
/** Milliseconds, for what makes each step slow; a usual command of 10 kB takes two. */
const longestTime = 100;

/** Arrays of arrays take the parser a time that grows with the square of their depth. */
const deepest = 100;

/** How far the count of opening brackets runs ahead of closing ones, or behind them, wherever they stand. */
const nesting = (command: string): number => {
  let open = 0;
  let most = 0;
  for (const character of command) {
    if (character === "(" || character === "{" || character === "[") open++;
    else if (character === ")" || character === "}" || character === "]") open--;
    most = Math.max(most, Math.abs(open));
  }
  return most;
};

/** A reader from the grammar's files; never rejects. */
export const loadShellReader = async (readFiles: () => Promise<GrammarFiles>): Promise<ShellReader | NoReader> => {
  try {
    const { runtime, bash } = await readFiles();
    await Parser.init({ wasmBinary: runtime });
    const parser = new Parser().setLanguage(await Language.load(bash));
    return { read: (command) => read(parser, command) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

const read = (parser: Parser, command: string): ShellTree | null => {
  if (command.length > longest || nesting(command) > deepest) return null;
  let work = 0;
  const startedAt = performance.now();
  const progressCallback = (): boolean => ++work > mostWork || performance.now() - startedAt > longestTime;
  const tree = parser.parse(command, null, { progressCallback });
  if (!tree) {
    parser.reset();
    return null;
  }
  try {
    return { nodes: nodesOf(tree, command), sound: !tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
};
