// Blocks of lines to find and lines to put there, between markers, in three spellings.
import { type Block, type EditProblem, type FileEdit, type ParsedEdits, problem } from "../edit.ts";
import { modelLines } from "../text-lines.ts";
import { replaceBlock } from "./block.ts";
import { pathAbove, usualFence } from "./path-line.ts";

/**
 * aider: `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`, the path on a line above. cline: `------- SEARCH`, `=======`,
 * `+++++++ REPLACE`; the last block of a finished message may lack its end. roo: as aider, with `:start_line:` and escapes.
 */
export type Spelling = "aider" | "cline" | "roo";

interface Markers {
  readonly search: RegExp;
  readonly divider: RegExp;
  readonly end: RegExp;
  /** Spaces around a marker do not matter. */
  readonly trimmed: boolean;
  /** A second divider ends the block; otherwise it is an error. */
  readonly dividerEnds: boolean;
  /** Markers without a block around them are an error; otherwise they are prose. */
  readonly strayIsError: boolean;
  readonly endOptional: boolean;
}

const spellings: Readonly<Record<Spelling, Markers>> = {
  aider: {
    ...{ search: /^<{5,9} SEARCH>?$/, divider: /^={5,9}$/, end: /^>{5,9} REPLACE$/, trimmed: true },
    ...{ dividerEnds: true, strayIsError: false, endOptional: false },
  },
  cline: {
    ...{ search: /^(-{3,}|<{3,}) SEARCH>?$/, divider: /^={3,}$/, end: /^(\+{3,}|>{3,}) REPLACE>?$/, trimmed: false },
    ...{ dividerEnds: false, strayIsError: true, endOptional: true },
  },
  roo: {
    ...{ search: /^<{7,9} SEARCH>?$/, divider: /^={7}$/, end: /^>{7,9} REPLACE$/, trimmed: true },
    ...{ dividerEnds: false, strayIsError: true, endOptional: false },
  },
};

/** A part of a message, in its order: a block, texts with their line breaks, or a command in a fenced block for a shell. */
export type MessagePart =
  | {
      readonly kind: "block";
      readonly path: string | null;
      readonly search: string;
      readonly replace: string;
      readonly line: number | null;
    }
  | { readonly kind: "command"; readonly text: string };

export type ParsedMessage = { readonly ok: true; readonly parts: readonly MessagePart[] } | EditProblem;

/** `fence`: what opens and closes code in the message. `line`: where blocks that do not say it are believed to be, from 1. */
export interface MessageOptions {
  readonly spelling: Spelling;
  readonly fence?: string;
  readonly line?: number;
}

const shells = ["bash", "sh", "shell", "cmd", "batch", "powershell", "ps1", "zsh", "fish", "ksh", "csh", "tcsh"];

/** All blocks of a message, or what is wrong with the first that is broken. Never throws, also on a message that is cut off. */
export const readMessage = (text: string, { spelling, fence = usualFence }: MessageOptions): ParsedMessage => {
  const lines = linesOf(text);
  const markers = spellings[spelling];
  const parts: MessagePart[] = [];
  let path: string | null = null;
  let after = 0;
  for (let at = 0; at < lines.length; ) {
    const kind = markerOf(lines[at] ?? "", markers);
    if (kind === "search") {
      // Right below another block there is no path.
      const above = at === after ? null : pathAbove(lines.slice(after, at), at - after, fence);
      path = above ?? path;
      if (path === null && spelling === "aider")
        return problem("path-missing", `Line ${at + 1}: no path of a file stands alone on the line above the block.`);
      const read = readBlock(lines, at, markers);
      if (!read.ok) return read;
      const { search, replace } = read;
      parts.push({
        kind: "block",
        path,
        ...(spelling === "roo" ? withLineNumber(search, replace) : { ...joined(search, replace), line: null }),
      });
      at = read.next;
      after = at;
      continue;
    }
    if (markers.strayIsError && (kind !== null || looksLikeMarker(lines[at] ?? "")))
      return problem(
        "malformed",
        `Line ${at + 1}: "${lines[at]?.trim()}" does not belong to a block that was begun rightly.`,
      );
    const end = spelling === "aider" ? commandEnd(lines, at, markers) : null;
    if (end !== null) parts.push({ kind: "command", text: lines.slice(at + 1, end).join("") });
    at = end === null ? at + 1 : end + 1;
  }
  return { ok: true, parts };
};

/** Edits of the files that a message names. `path`: the file that blocks without one are for. */
export const readSearchReplace = (text: string, options: MessageOptions, path: string | null = null): ParsedEdits => {
  const message = readMessage(text, options);
  if (!message.ok) return message;
  const files = new Map<string | null, Block[]>();
  for (const part of message.parts) {
    if (part.kind === "command") continue;
    const file = path ?? part.path;
    const block = replaceBlock(modelLines(part.search), modelLines(part.replace), {
      line: part.line ?? options.line ?? null,
    });
    files.set(file, [...(files.get(file) ?? []), block]);
  }
  if (files.size === 0) return problem("no-edits", "There is no SEARCH/REPLACE block in the message.");
  const how = { kind: "change", moveTo: null, inOrder: false, emptySearch: "refuse", finalNewline: "keep" } as const;
  return { ok: true, edits: [...files].map(([file, blocks]): FileEdit => ({ path: file, blocks, ...how })) };
};

/** With their line breaks; the last line has one too. */
const linesOf = (text: string): string[] => {
  const lines: string[] = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const last = lines.at(-1);
  return last?.endsWith("\n") === false ? lines.with(-1, `${last}\n`) : lines;
};

type Marker = "search" | "divider" | "end";

const markerOf = (line: string, { search, divider, end, trimmed }: Markers): Marker | null => {
  const text = trimmed ? line.trim() : line.replace(/\r?\n$/, "");
  if (search.test(text)) return "search";
  if (divider.test(text)) return "divider";
  return end.test(text) ? "end" : null;
};

/** Nearly a marker: signs, then the word. */
const looksLikeMarker = (line: string): boolean => /^[<>+=-]{2,20} ?(SEARCH|REPLACE)>?$/.test(line.trim().slice(0, 40));

type ReadBlock =
  | { readonly ok: true; readonly search: string[]; readonly replace: string[]; readonly next: number }
  | EditProblem;

const readBlock = (lines: readonly string[], start: number, markers: Markers): ReadBlock => {
  const divider = nextMarker(lines, start + 1, markers);
  if (divider === null) return problem("cut-off", `The block from line ${start + 1} on has no =======.`);
  if (divider.marker !== "divider" && !markers.dividerEnds)
    return problem("malformed", `Line ${divider.at + 1}: ======= is missing before "${lines[divider.at]?.trim()}".`);
  const middle = markers.dividerEnds ? nextMarker(lines, start + 1, markers, ["divider"]) : divider;
  if (middle === null) return problem("cut-off", `The block from line ${start + 1} on has no =======.`);
  const search = lines.slice(start + 1, middle.at);
  const wanted: readonly Marker[] = markers.dividerEnds ? ["divider", "end"] : ["search", "divider", "end"];
  const end = nextMarker(lines, middle.at + 1, markers, wanted);
  if (end === null && markers.endOptional)
    return { ok: true, search, replace: lines.slice(middle.at + 1), next: lines.length };
  if (end === null) return problem("cut-off", `The block from line ${start + 1} on has no end marker with REPLACE.`);
  if (end.marker !== "end" && !markers.dividerEnds)
    return problem(
      "malformed",
      `Line ${end.at + 1}: "${lines[end.at]?.trim()}" before the block from line ${start + 1} on has ended.`,
    );
  return { ok: true, search, replace: lines.slice(middle.at + 1, end.at), next: end.at + 1 };
};

const nextMarker = (
  lines: readonly string[],
  from: number,
  markers: Markers,
  wanted: readonly Marker[] = ["search", "divider", "end"],
): { readonly at: number; readonly marker: Marker } | null => {
  for (let at = from; at < lines.length; at++) {
    const marker = markerOf(lines[at] ?? "", markers);
    if (marker !== null && wanted.includes(marker)) return { at, marker };
  }
  return null;
};

const joined = (search: readonly string[], replace: readonly string[]) => ({
  ...{ search: search.join(""), replace: replace.join("") },
});

/** `:start_line:12` and a ruler may open the lines to find; markers that belong to the file have a backslash before them. */
const withLineNumber = (search: readonly string[], replace: readonly string[]) => {
  let line: number | null = null;
  let at = 0;
  for (; at < search.length; at++) {
    const said = /^:(start|end)_line:\s*(\d{1,9})\s*$/.exec(search[at] ?? "");
    if (said === null) break;
    if (said[1] === "start") line = Number(said[2]);
  }
  if (/^-{7}\s*$/.test(search[at] ?? "")) at++;
  const plain = (text: string): string => text.replace(/^\\(?=[<>=]{7}|-{7}|:(start|end)_line:)/, "");
  return { ...joined(search.slice(at).map(plain), replace.map(plain)), line };
};

/** Where a fenced block for a shell ends that begins at this line; null where none does. */
const commandEnd = (lines: readonly string[], at: number, markers: Markers): number | null => {
  const opening = lines[at]?.trim() ?? "";
  if (!shells.some((shell) => opening.startsWith(usualFence + shell))) return null;
  if ([at + 1, at + 2].some((below) => markerOf(lines[below] ?? "", markers) === "search")) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end]?.trim().startsWith(usualFence)) end++;
  return end;
};
