import type { Block, BlockLine, PlainReplacement } from "../edit.ts";
import { modelLines } from "../text-lines.ts";

/** A block from lines with their marks, as diffs have them. */
export const diffBlock = (lines: readonly BlockLine[], rest: Partial<Omit<Block, "lines">> = {}): Block => ({
  ...{ lines, after: null, line: null, atEnd: false, plain: null },
  ...rest,
});

/** A block from lines to find and lines to put there. What both share at start and end is not touched in the file. */
export const replaceBlock = (
  search: readonly string[],
  replace: readonly string[],
  rest: Partial<Omit<Block, "lines">> = {},
): Block => {
  const most = Math.min(search.length, replace.length);
  let start = 0;
  while (start < most && search[start] === replace[start]) start++;
  let end = 0;
  while (end < most - start && search.at(-1 - end) === replace.at(-1 - end)) end++;
  const lines: BlockLine[] = [
    ...search.slice(0, start).map((text) => ({ op: "same" as const, text })),
    ...search.slice(start, search.length - end).map((text) => ({ op: "remove" as const, text })),
    ...replace.slice(start, replace.length - end).map((text) => ({ op: "add" as const, text })),
    ...search.slice(search.length - end).map((text) => ({ op: "same" as const, text })),
  ];
  return diffBlock(lines, rest);
};

/** A block from text to find wherever it stands, also within a line; as lines where the characters are not found. */
export const plainBlock = (plain: PlainReplacement): Block => {
  const search = modelLines(plain.search);
  // An empty text in place of part of a line leaves the line; in place of whole lines, with the last break, it takes them away.
  const emptied = plain.replace === "" && !plain.search.endsWith("\n") && plain.search !== "";
  return replaceBlock(search, emptied ? [""] : modelLines(plain.replace), { plain });
};
