// A file with parts left out: "... existing code ..." stands for what stays. Best effort, and only where it is clear.
import { type Block, type ParsedEdits, problem } from "../edit.ts";
import { isBlank, modelLines, splitLines, withoutMark } from "../text-lines.ts";
import { replaceBlock } from "./block.ts";
import { readWholeFile } from "./whole-file.ts";

const marker = /^(?:[/#*<!{;%-]|\s)*(?:\.{3}|…).*\b(?:existing|rest|remaining|unchanged|same|previous|other|keep)\b/i;
const longestMarker = 200;

const isMarker = (line: string): boolean => line.length <= longestMarker && marker.test(line);

/** `original`: the file as it is, in which each part that is written is given its place. */
export const readLazyEdit = (text: string, original: string, path: string | null): ParsedEdits => {
  const lines = modelLines(text);
  const old = splitLines(withoutMark(original).text).map((line) => line.text);
  const whole =
    !lines.some(isMarker) && [old.find(isWritten), old.findLast(isWritten)].every((line) => lines.includes(line ?? ""));
  if (whole) return readWholeFile(text, path);
  const blocks: Block[] = [];
  const counts = new Map<string, number>();
  for (const line of old) counts.set(line, (counts.get(line) ?? 0) + 1);
  const stands = (line: string): boolean => counts.get(line) === 1 && /\w{2}/.test(line);
  let from = 0;
  for (const part of partsOf(lines)) {
    const range = rangeOf(old, part, { from, stands });
    if (range === null)
      return problem(
        "not-found",
        `It is not clear where in the file this part belongs:\n${part.slice(0, 5).join("\n")}`,
      );
    blocks.push(replaceBlock(old.slice(range.start, range.end), part, { line: range.start + 1 }));
    from = range.end;
  }
  if (blocks.length === 0) return problem("no-edits", "Nothing is written but what stays.");
  const how = { moveTo: null, inOrder: true, emptySearch: "refuse", finalNewline: "keep" } as const;
  return { ok: true, edits: [{ kind: "change", path, blocks, ...how }] };
};

const isWritten = (line: string): boolean => !isBlank(line);

/** The runs of lines between markers, without blank lines around them. */
const partsOf = (lines: readonly string[]): string[][] => {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (isMarker(line)) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts
    .map((part) => part.slice(part.findIndex(isWritten), part.findLastIndex(isWritten) + 1))
    .filter((part) => part.some(isWritten));
};

interface Search {
  readonly from: number;
  /** Whether a line stands in the file once, and says something. */
  readonly stands: (line: string) => boolean;
}

/** From the first line of the part that is in the file once to the last line of the part, where it next stands. */
const rangeOf = (old: readonly string[], part: readonly string[], { from, stands }: Search) => {
  const known = part.filter(stands).map((line) => old.indexOf(line, from));
  const [first] = known;
  const last = part.at(-1);
  if (first === undefined || last === undefined || known.includes(-1)) return null;
  if (known.some((at, index) => at < (known[index - 1] ?? 0))) return null;
  const end = old.indexOf(last, known.at(-1));
  return end === -1 ? null : { start: first, end: end + 1 };
};
