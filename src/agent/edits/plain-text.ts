// Replacing a run of characters, wherever in a line it begins and ends.
import { type EditProblem, type PlainReplacement, problem } from "./edit.ts";
import { indentOf, isBlank, splitLines, usualEnding } from "./text-lines.ts";

type Replaced = { readonly ok: true; readonly text: string } | EditProblem;

/**
 * Null when the characters are not in the text. Line endings may differ between search and file; new lines get the file's.
 * More than one place is refused, unless all are wanted.
 */
export const replacePlain = (text: string, { search, replace, all }: PlainReplacement): Replaced | null => {
  const ending = text.includes("\r\n") ? usualEnding(splitLines(text)) : "\n";
  const inFile = (part: string): string => part.replaceAll(/\r?\n/g, ending);
  for (const wanted of new Set([search, inFile(search)])) {
    const places = placesOf(text, wanted);
    if (places.length === 0) continue;
    if (!all && places.length > 1)
      return problem(
        "ambiguous",
        `The text to replace stands ${places.length} times in the file, in lines ${linesAt(text, places)}. Give more of the text around it, or replace all.`,
      );
    return { ok: true, text: text.split(wanted).join(inFile(replace)) };
  }
  return null;
};

/** Where it begins. Places may overlap: then it is as unclear which is meant. */
const placesOf = (text: string, search: string): number[] => {
  const places: number[] = [];
  if (search === "") return places;
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) places.push(at);
  return places;
};

const linesAt = (text: string, places: readonly number[]): string => {
  const shown = places.slice(0, 5).map((at) => text.slice(0, at).split("\n").length);
  return `${shown.join(", ")}${places.length > 5 ? ", …" : ""}`;
};

export interface TextPlace {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a text stands, to show it and not to change it: exactly, else without white space around it, in any case, with any white
 * space in it. Places do not overlap.
 */
export const findText = (text: string, search: string): TextPlace[] => {
  const wanted = search.trim();
  if (wanted === "") return [{ start: 0, end: 0 }];
  for (const exact of new Set([search, wanted])) {
    const starts = placesOf(text, exact);
    if (starts.length > 0) return apart(starts.map((start) => ({ start, end: start + exact.length })));
  }
  const anyCase = placesInAnyCase(text, wanted);
  return apart(anyCase.length > 0 ? anyCase : findWithoutSpace(text, wanted));
};

const placesInAnyCase = (text: string, search: string): TextPlace[] => {
  const lower = text.toLowerCase();
  // A few letters change their length with their case; then places would be wrong.
  if (lower.length !== text.length) return [];
  return placesOf(lower, search.toLowerCase()).map((start) => ({ start, end: start + search.length }));
};

const apart = (places: readonly TextPlace[]): TextPlace[] => {
  const kept: TextPlace[] = [];
  for (const place of places) if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
  return kept;
};

/** So few characters could stand anywhere. */
const leastPacked = 8;

/**
 * The replacement of a text of which all but the white space is there once, with whole words at both ends. Null when it is not
 * there. Further lines get the indentation of the first.
 */
export const replaceSpaced = (text: string, { search, replace }: PlainReplacement): Replaced | null => {
  if (search.replaceAll(/\s/g, "").length < leastPacked) return null;
  const places = findWithoutSpace(text, search).filter((place) => !cutsWord(text, place));
  const [place, other] = places;
  if (!place) return null;
  if (other)
    return problem(
      "ambiguous",
      `But for white space the text to replace stands ${places.length} times in the file, in lines ${linesAt(
        text,
        places.map(({ start }) => start),
      )}.`,
    );
  const lineStart = text.lastIndexOf("\n", place.start - 1) + 1;
  const before = text.slice(lineStart, place.start);
  const own = indentOf(search.trimEnd().replace(/^(?:[^\S\n]*\n)+/, ""));
  const ending = text.includes("\r\n") ? usualEnding(splitLines(text)) : "\n";
  const [first = "", ...rest] = replace.trim().split(/\r?\n/);
  const indented = rest.map((line) =>
    isBlank(before) && line.startsWith(own) ? before + line.slice(own.length) : line,
  );
  return { ok: true, text: text.slice(0, place.start) + [first, ...indented].join(ending) + text.slice(place.end) };
};

const cutsWord = (text: string, { start, end }: TextPlace): boolean =>
  /^\w\w$/.test(text.slice(start - 1, start + 1)) || /^\w\w$/.test(text.slice(end - 1, end + 1));

/** Places where the same characters stand in the same order with other white space between them. */
const findWithoutSpace = (text: string, search: string): TextPlace[] => {
  const wanted = search.replaceAll(/\s/g, "");
  if (wanted === "") return [];
  const { packed, at } = withoutSpace(text);
  return placesOf(packed, wanted).map((start) => ({
    ...{ start: at[start] ?? 0, end: (at[start + wanted.length - 1] ?? 0) + 1 },
  }));
};

/** The characters that are no white space, and where each stands. */
const withoutSpace = (text: string): { readonly packed: string; readonly at: Int32Array } => {
  const at = new Int32Array(text.length);
  const parts: string[] = [];
  let count = 0;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    parts.push(word);
    for (let offset = 0; offset < word.length; offset++) at[count++] = index + offset;
  }
  return { packed: parts.join(""), at };
};
