// Which of the places that match a block is meant. One that cannot be told from another is none.
import { type Block, type EditProblem, problem } from "./edit.ts";
import { findPlaces, findSimilarPlaces, isSameLine, type Strictness } from "./match.ts";
import { nearestLines, numbered } from "./nearest-lines.ts";
import { isBlank } from "./text-lines.ts";

export interface Place {
  readonly ok: true;
  readonly strictness: Strictness;
  /** Index of the first line that `block` stands for. */
  readonly start: number;
  /** The block, perhaps without blank lines around it and without line numbers that do not belong to the file. */
  readonly block: Block;
}

/** `from`: the first line that the block may stand on. `moved`: how many lines were added above since the model saw the file. */
export interface Sought {
  readonly threshold: number;
  readonly from: number;
  readonly moved: number;
}

/** How near a given line number must be to choose among equal places, and how much nearer than to any other. */
const nearEnough = 10;
const timesNearer = 3;

export const searchOf = (block: Block): string[] =>
  block.lines.filter(({ op }) => op !== "add").map(({ text }) => text);

/** Looks for what the block says first, then for readings of it that forgive what models add: blank lines and line numbers. */
export const placeOf = (lines: readonly string[], block: Block, sought: Sought): Place | EditProblem => {
  for (const variant of variantsOf(block)) {
    const found = findPlaces(lines, searchOf(variant));
    if (found) return chosen(lines, variant, { ...found, sought });
  }
  const found = findSimilarPlaces(lines, searchOf(block), sought.threshold);
  if (found) return chosen(lines, block, { ...found, sought });
  const search = searchOf(block);
  return problem("not-found", `These lines are not in the file:\n${quoted(search)}\n${nearestLines(lines, search)}`);
};

const quoted = (search: readonly string[]): string => {
  const shown = search.slice(0, 8).join("\n");
  return search.length > 8 ? `${shown}\n… (${search.length} lines)` : shown;
};

const variantsOf = (block: Block): Block[] => {
  const others = [withoutBlankEdges(block), withoutNumbers(block)].flatMap((other) => other ?? []);
  return [block, ...others.filter((other) => searchOf(other).some((line) => !isBlank(line)))];
};

const withoutBlankEdges = (block: Block): Block | null => {
  const lines = trimmedStart(trimmedStart(block.lines).toReversed()).toReversed();
  return lines.length === block.lines.length ? null : { ...block, lines };
};

/** Drops blank lines of the search at the start, with as many of the replacement. */
const trimmedStart = (lines: Block["lines"]): Block["lines"] => {
  const first = lines.findIndex(({ op, text }) => op !== "add" && !isBlank(text));
  if (first === -1) return lines;
  const blanks = lines.slice(0, first).filter(({ op }) => op !== "add").length;
  if (blanks === 0) return lines;
  let added = lines.slice(0, first).filter(({ op }) => op === "remove").length;
  const rest = lines.slice(first).filter(({ op, text }) => !(op === "add" && isBlank(text) && added-- > 0));
  return [...lines.slice(0, first).filter(({ op }) => op === "add"), ...rest];
};

const numbering = /^\s*(\d{1,7}) ?\| ?/;

/** Lines as they were shown, `12 | text`, where every line of the search has such a number. */
const withoutNumbers = (block: Block): Block | null => {
  const search = searchOf(block);
  if (search.length === 0 || !search.every((line) => numbering.test(line))) return null;
  const line = block.line ?? Number(numbering.exec(search[0] ?? "")?.[1]);
  return { ...block, line, lines: block.lines.map(({ op, text }) => ({ op, text: text.replace(numbering, "") })) };
};

interface Found {
  readonly strictness: Strictness;
  readonly starts: readonly number[];
  readonly sought: Sought;
}

const chosen = (lines: readonly string[], block: Block, { strictness, starts, sought }: Found): Place | EditProblem => {
  const length = searchOf(block).length;
  const possible = narrowed(lines, block, { strictness, starts, sought });
  if ("ok" in possible) return possible;
  const [start, ...others] = possible;
  if (start !== undefined && others.length === 0) return { ok: true, strictness, start, block };
  if (start === undefined)
    return problem("not-found", `The lines stand only above an earlier part of the edit:\n${quoted(searchOf(block))}`);
  const places = possible.slice(0, 3).map((at) => numbered(lines, Math.max(0, at - 2), at + Math.min(length, 4) + 1));
  return problem(
    "ambiguous",
    `The lines match ${possible.length} places. Give more lines around them.\n${places.join("\n…\n")}`,
  );
};

const narrowed = (
  lines: readonly string[],
  block: Block,
  { starts, sought }: Found,
): readonly number[] | EditProblem => {
  const length = searchOf(block).length;
  const allowed = starts.filter((start) => start >= sought.from);
  const last = allowed.filter((start) => start + length === lines.length);
  const ending = block.atEnd && last.length > 0 ? last : allowed;
  const following = block.after === null ? ending : belowAnchor(lines, block.after, { ending, from: sought.from });
  if ("ok" in following) return following;
  if (following.length < 2 || block.line === null) return following;
  return byNumber(following, block.line - 1 + sought.moved);
};

/** The first place below the line that is named, for each place where that line stands. */
const belowAnchor = (
  lines: readonly string[],
  after: string,
  { ending, from }: { readonly ending: readonly number[]; readonly from: number },
): readonly number[] | EditProblem => {
  const anchors = anchorsOf(lines, after, from);
  if (anchors.length === 0)
    return problem("not-found", `The line after @@ is not in the file:\n${after}\n${nearestLines(lines, [after])}`);
  const firsts = anchors.flatMap((anchor) => ending.find((start) => start >= anchor) ?? []);
  return [...new Set(firsts)];
};

/** Where that line stands: the same, else the same but for spacing. */
export const anchorsOf = (lines: readonly string[], after: string, from: number): number[] => {
  const at = (same: (line: string) => boolean): number[] =>
    lines.flatMap((line, index) => (index >= from && same(line) ? [index] : []));
  const exact = at((line) => line === after);
  return exact.length > 0 ? exact : at((line) => isSameLine(line, after));
};

/** The number decides only where it is nearly right and no other place comes close. */
const byNumber = (starts: readonly number[], wanted: number): readonly number[] => {
  const [nearest, next] = starts.toSorted((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted));
  if (nearest === undefined || next === undefined) return starts;
  const distance = Math.abs(nearest - wanted);
  const clear = distance === 0 || (distance <= nearEnough && Math.abs(next - wanted) >= timesNearer * distance);
  return clear ? [nearest] : starts;
};
