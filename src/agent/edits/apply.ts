// A file's text with an edit made: all of its blocks, or none.
import { type Block, type EditProblem, type FileEdit, problem } from "./edit.ts";
import { indenterOf } from "./indentation.ts";
import { anchorsOf, type Place, placeOf, searchOf } from "./place.ts";
import { replacePlain, replaceSpaced } from "./plain-text.ts";
import { isBlank, joinLines, type Line, splitLines, usualEnding, withoutMark } from "./text-lines.ts";

/** `text` null: the file is to be removed. */
export type Applied = { readonly ok: true; readonly text: string | null } | EditProblem;

/** `threshold` from 0 to 1: the share of characters that must agree where no line matches; 1 forgives spacing alone. */
export interface ApplyOptions {
  readonly threshold?: number;
}

const usualThreshold = 0.9;

/** More is no edit but a flood, and each block costs a walk through the file. */
const mostBlocks = 1000;
/** What a model is told at once. */
const mostProblems = 10;

/**
 * `original` null: there is no such file. What is not changed keeps its bytes: byte order mark, line endings, also mixed ones,
 * and a missing final line break; new lines get the endings of the lines around them.
 */
export const applyEdit = (original: string | null, edit: FileEdit, options: ApplyOptions = {}): Applied => {
  if (edit.kind === "delete")
    return original === null ? problem("file-missing", `There is no file ${edit.path}.`) : { ok: true, text: null };
  if (edit.kind === "write") return { ok: true, text: rewritten(original, edit.text) };
  if (original === null && !edit.blocks.every((block) => searchOf(block).length === 0))
    return problem("file-missing", `There is no file ${edit.path ?? "of that name"}.`);
  const { mark, text } = withoutMark(original ?? "");
  const changed = applyBlocks(text, edit, options.threshold ?? usualThreshold);
  if (!changed.ok) return changed;
  if (changed.text === text && edit.moveTo === null)
    return problem("no-change", "The edit leaves the file as it is: search and replacement are the same.");
  return { ok: true, text: mark + changed.text };
};

/** A text that replaces a file takes over its mark and its line endings. */
const rewritten = (original: string | null, text: string): string => {
  if (original === null) return text;
  const { mark, text: before } = withoutMark(original);
  const ending = usualEnding(splitLines(before));
  const after = splitLines(withoutMark(text).text).map((line) => (line.ending === "" ? line : { ...line, ending }));
  return mark + joinLines(after);
};

type Change = Extract<FileEdit, { kind: "change" }>;
type Changed = { readonly ok: true; readonly text: string } | EditProblem;

/** What the blocks so far have made of the file. */
interface State {
  readonly lines: readonly Line[];
  readonly from: number;
  readonly moved: number;
}

const applyBlocks = (text: string, edit: Change, threshold: number): Changed => {
  if (edit.blocks.length > mostBlocks)
    return problem("malformed", `The edit has more than ${mostBlocks} parts. Write the whole file instead.`);
  let state: State = { lines: splitLines(text), from: 0, moved: 0 };
  const problems: EditProblem[] = [];
  for (const [at, block] of edit.blocks.entries()) {
    const next = applyBlock(state, block, { edit, threshold });
    if ("lines" in next) state = next;
    else problems.push(edit.blocks.length === 1 ? next : { ...next, hint: `Block ${at + 1}: ${next.hint}` });
    if (problems.length === mostProblems) break;
  }
  const [first] = problems;
  if (first) return { ...first, hint: problems.map(({ hint }) => hint).join("\n\n") };
  return { ok: true, text: joinLines(edit.finalNewline === "write" ? endedLines(state.lines) : state.lines) };
};

const endedLines = (lines: readonly Line[]): readonly Line[] => {
  const last = lines.at(-1);
  return last?.ending === "" ? [...lines.slice(0, -1), { ...last, ending: usualEnding(lines) }] : lines;
};

interface Asked {
  readonly edit: Change;
  readonly threshold: number;
}

const applyBlock = (state: State, block: Block, { edit, threshold }: Asked): State | EditProblem => {
  if (searchOf(block).length === 0) return inserted(state, block, edit);
  if (block.plain !== null) {
    const replaced = replacePlain(joinLines(state.lines), block.plain);
    if (replaced !== null) return replaced.ok ? { ...state, lines: splitLines(replaced.text) } : replaced;
  }
  const texts = state.lines.map(({ text }) => text);
  const place = placeOf(texts, block, { threshold, from: edit.inOrder ? state.from : 0, moved: state.moved });
  if (!place.ok) {
    const respaced =
      block.plain && place.code === "not-found" ? replaceSpaced(joinLines(state.lines), block.plain) : null;
    if (respaced === null) return place;
    return respaced.ok ? { ...state, lines: splitLines(respaced.text) } : respaced;
  }
  const lines = replacedLines(state.lines, place);
  if ("ok" in lines) return lines;
  return spliced(state, lines, { at: place.start, removed: searchOf(place.block).length });
};

const spliced = (state: State, lines: readonly Line[], where: { at: number; removed: number }): State => ({
  lines: state.lines.toSpliced(where.at, where.removed, ...lines),
  from: where.at + lines.length,
  moved: state.moved + lines.length - where.removed,
});

/** A block that looks for nothing: the text of an empty file, or lines below a line that is named, or at the end. */
const inserted = (state: State, block: Block, edit: Change): State | EditProblem => {
  const texts = state.lines.map(({ text }) => text);
  const added = block.lines.map(({ text }) => text);
  if (texts.every(isBlank)) {
    const text = block.plain?.replace ?? added.map((line) => `${line}\n`).join("");
    return { ...state, lines: splitLines(text) };
  }
  const ending = usualEnding(state.lines);
  const lines = added.map((text) => ({ text, ending }));
  if (block.after !== null) {
    const anchors = anchorsOf(texts, block.after, edit.inOrder ? state.from : 0);
    const [anchor, other] = anchors;
    if (anchor === undefined) return problem("not-found", `The line after @@ is not in the file:\n${block.after}`);
    if (other !== undefined) return problem("ambiguous", `The line after @@ stands in ${anchors.length} places.`);
    const before = { ...state, lines: state.lines.with(anchor, ended(state.lines[anchor], ending)) };
    return spliced(before, lines, { at: anchor + 1, removed: 0 });
  }
  if (edit.emptySearch === "refuse")
    return problem("empty-search", "The search is empty, but the file is not. Say which lines are to be replaced.");
  if (edit.emptySearch === "prepend")
    return {
      ...state,
      lines: splitLines((block.plain?.replace ?? "").replaceAll(/\r?\n/g, ending) + joinLines(state.lines)),
    };
  return spliced({ ...state, lines: endedLines(state.lines) }, lines, { at: texts.length, removed: 0 });
};

const ended = (line: Line | undefined, ending: string): Line => ({
  text: line?.text ?? "",
  ending: line?.ending || ending,
});

/** The lines that take the place of those that were found. */
const replacedLines = (all: readonly Line[], { block, start, strictness }: Place): Line[] | EditProblem => {
  const search = searchOf(block);
  const found = all.slice(start, start + search.length);
  const keepsIndentation = strictness === "exact" || strictness === "line-ends";
  const texts = found.map(({ text }) => text);
  const indenter = keepsIndentation ? (line: string) => line : indenterOf(search, texts);
  if (indenter === null)
    return problem(
      "indentation",
      `The lines are indented otherwise than in the file, in a way that does not fit it. Repeat them as they are:\n${texts.join("\n")}`,
    );
  const ending = found.find((line) => line.ending !== "")?.ending ?? usualEnding(all);
  // Under looser readings a shared line is written as the model has it: its spacing may be what is meant.
  const rewrites = strictness === "spacing" || strictness === "similar";
  const lines: Line[] = [];
  let at = 0;
  for (const { op, text } of block.lines) {
    const old = op === "add" ? undefined : found[at++];
    if (op === "add") lines.push({ text: indenter(text), ending });
    else if (old && (op === "keep" || (op === "same" && !rewrites))) lines.push(ended(old, ending));
    else if (old && op === "same") lines.push({ text: indenter(text), ending: old.ending || ending });
  }
  return withLastEnding(lines, found.at(-1)?.ending ?? "");
};

const withLastEnding = (lines: Line[], ending: string): Line[] => {
  const last = lines.at(-1);
  return last && ending === "" ? lines.with(-1, { ...last, ending }) : lines;
};
