// Diffs as `diff -u` and git print them, and as models write them: line numbers may be wrong or missing.
import { type Block, type BlockLine, type FileEdit, type ParsedEdits, problem } from "../edit.ts";
import { isBlank } from "../text-lines.ts";
import { diffBlock } from "./block.ts";

/** A run of changes with the lines around it. */
export interface Hunk {
  readonly path: string | null;
  readonly from: string | null;
  readonly lines: readonly BlockLine[];
  readonly line: number | null;
  /** The file's new last line has no line break. */
  readonly unended: boolean;
}

const header = /^@@+(?: -(\d{1,9})(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})?)?/;

/** Hunks in their order, in fenced blocks or bare. Text between diffs is passed over. Never throws. */
export const readHunks = (text: string): Hunk[] => {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const hunks: Hunk[] = [];
  let files: { from: string | null; path: string | null } = { from: null, path: null };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const below = lines[at + 1] ?? "";
    if (line.startsWith("--- ") && below.startsWith("+++ ")) {
      const from = pathOf(line);
      files = { from, path: pathOf(below) };
      at += 2;
    } else if (line.startsWith("@@")) {
      const number = header.exec(line)?.[1];
      const { end, ...hunk } = readLines(lines, at + 1);
      if (hunk.lines.length > 0) hunks.push({ ...files, ...hunk, line: number === undefined ? null : Number(number) });
      at = end;
    } else at++;
  }
  return hunks;
};

/** Edits of the files of a diff. `path`: the file that it is for whatever it says. */
export const readUnifiedDiff = (text: string, path: string | null = null): ParsedEdits => {
  const hunks = readHunks(text).filter(({ lines }) => lines.some(({ op }) => op !== "keep"));
  if (hunks.length === 0)
    return problem("no-edits", "There is no hunk with changes in the diff: a hunk begins with @@.");
  const files = new Map<string | null, Hunk[]>();
  for (const hunk of hunks) {
    const file = path ?? hunk.path ?? hunk.from;
    files.set(file, [...(files.get(file) ?? []), hunk]);
  }
  return { ok: true, edits: [...files].map(([file, own]) => editOf(file, own)) };
};

const editOf = (path: string | null, hunks: readonly Hunk[]): FileEdit => {
  const [first] = hunks;
  if (path !== null && first?.path === null && first.from !== null && first.lines.every(({ op }) => op === "remove"))
    return { kind: "delete", path };
  const blocks = hunks.map(({ lines, line }): Block => diffBlock(lines, { line }));
  const finalNewline = hunks.some(({ unended }) => unended) ? "keep" : "write";
  return { kind: "change", path, moveTo: null, blocks, inOrder: true, emptySearch: "refuse", finalNewline };
};

/** Null for /dev/null; without git's a/ and b/ and without the time that diff adds. */
const pathOf = (line: string): string | null => {
  const path = (line.slice(4).split("\t")[0] ?? "").trim();
  if (path === "/dev/null" || path === "") return null;
  return path.replace(/^[ab]\/(?=.)/, "");
};

const ops = { " ": "keep", "-": "remove", "+": "add" } as const;

const readLines = (all: readonly string[], from: number) => {
  const lines: BlockLine[] = [];
  let unended = false;
  let at = from;
  for (; at < all.length; at++) {
    const line = all[at] ?? "";
    if (line.startsWith("--- ") && (all[at + 1] ?? "").startsWith("+++ ")) break;
    if (line.startsWith("\\")) {
      if (lines.at(-1)?.op !== "remove") unended = true;
      continue;
    }
    // A model often leaves out the space of an empty line.
    const op = line === "" ? "keep" : line[0] === " " || line[0] === "-" || line[0] === "+" ? ops[line[0]] : null;
    if (op === null) break;
    lines.push({ op, text: line.slice(1) });
  }
  // Empty lines at the end belong to what comes after the diff.
  while (lines.length > 0 && all[from + lines.length - 1] === "" && isBlank(lines.at(-1)?.text ?? "")) lines.pop();
  return { lines, unended, end: at };
};
