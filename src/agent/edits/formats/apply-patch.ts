// Patches between *** Begin Patch and *** End Patch: files added, deleted and updated, places named by lines and not by numbers.
import { type Block, type BlockLine, type EditProblem, type FileEdit, type ParsedEdits, problem } from "../edit.ts";
import { diffBlock, replaceBlock } from "./block.ts";

/** Lines of a file that is updated; `after` stands after @@. */
export interface PatchChunk {
  readonly after: string | null;
  readonly lines: readonly BlockLine[];
  readonly atEnd: boolean;
}

export type PatchFile =
  | { readonly kind: "add"; readonly path: string; readonly text: string }
  | { readonly kind: "delete"; readonly path: string }
  | {
      readonly kind: "update";
      readonly path: string;
      readonly moveTo: string | null;
      readonly chunks: readonly PatchChunk[];
    };

export type ParsedPatch =
  | { readonly ok: true; readonly files: readonly PatchFile[]; readonly patch: string }
  | EditProblem;

const begin = "*** Begin Patch";
const end = "*** End Patch";
const endOfFile = "*** End of File";

/** The files of a patch and the patch itself without what is around it: a heredoc, a fence, spaces. Never throws. */
export const readPatch = (text: string): ParsedPatch => {
  const lines = unwrapped(text);
  if (lines[0]?.trim() !== begin) return problem("malformed", `The first line of the patch must be "${begin}".`);
  if (lines.at(-1)?.trim() !== end) return problem("cut-off", `The last line of the patch must be "${end}".`);
  const files: PatchFile[] = [];
  for (let at = 1; at < lines.length - 1; ) {
    const read = readFile(lines, at);
    if (!read.ok) return read;
    files.push(read.file);
    at = read.next;
  }
  return { ok: true, files, patch: lines.join("\n") };
};

/** Edits of the files of a patch. */
export const readApplyPatch = (text: string): ParsedEdits => {
  const patch = readPatch(text);
  if (!patch.ok) return patch;
  if (patch.files.length === 0) return problem("no-edits", "The patch names no file.");
  return { ok: true, edits: patch.files.map(editOf) };
};

const editOf = (file: PatchFile): FileEdit => {
  if (file.kind === "add") return { kind: "write", path: file.path, text: file.text };
  if (file.kind === "delete") return file;
  return chunksEdit(file.path, file.moveTo, file.chunks);
};

/** The edit that the chunks of one file make. */
export const chunksEdit = (path: string | null, moveTo: string | null, chunks: readonly PatchChunk[]): FileEdit => ({
  ...{ kind: "change", path, moveTo, inOrder: true, emptySearch: "append", finalNewline: "write" },
  blocks: chunks.map(({ lines, after, atEnd }): Block => diffBlock(lines, { after, atEnd })),
});

/** The lines of a chunk from what is to be found and what is to be there instead. */
export const chunkLines = (old: readonly string[], fresh: readonly string[]): readonly BlockLine[] =>
  replaceBlock(old, fresh).lines.map(({ op, text }) => ({ op: op === "same" ? "keep" : op, text }));

const unwrapped = (text: string): string[] => {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const word = /^(?:\S+ )?<<-?(['"]?)(\w+)\1$/.exec(lines[0]?.trim() ?? "")?.[2];
  const inner = word !== undefined && lines.at(-1)?.trim() === word ? lines.slice(1, -1) : lines;
  const fenced = inner[0]?.startsWith("```") && inner.at(-1)?.trim() === "```" ? inner.slice(1, -1) : inner;
  return fenced.join("\n").trim().split("\n");
};

type ReadFile = { readonly ok: true; readonly file: PatchFile; readonly next: number } | EditProblem;

const readFile = (lines: readonly string[], at: number): ReadFile => {
  const line = lines[at]?.trim() ?? "";
  const path = line.slice(line.indexOf(":") + 1).trim();
  if (path === "" && line.startsWith("*** "))
    return problem("path-missing", `Line ${at + 1}: a path is missing after "${line}".`);
  if (line.startsWith("*** Delete File:")) return { ok: true, file: { kind: "delete", path }, next: at + 1 };
  if (line.startsWith("*** Add File:")) {
    let next = at + 1;
    while (lines[next]?.startsWith("+")) next++;
    const text = lines.slice(at + 1, next).map((added) => `${added.slice(1)}\n`);
    return { ok: true, file: { kind: "add", path, text: text.join("") }, next };
  }
  if (line.startsWith("*** Update File:")) return readUpdate(lines, at, path);
  return problem(
    "malformed",
    `Line ${at + 1}: "${line}" is no header. Use *** Add File: PATH, *** Delete File: PATH or *** Update File: PATH.`,
  );
};

const readUpdate = (lines: readonly string[], start: number, path: string): ReadFile => {
  let at = start + 1;
  const moved = /^\s*\*\*\* Move to:(.*)$/.exec(lines[at] ?? "");
  const moveTo = moved?.[1]?.trim() ?? null;
  if (moved) at++;
  const chunks: PatchChunk[] = [];
  while (at < lines.length - 1 && !isFileHeader(lines[at] ?? "")) {
    if (lines[at]?.trim() === "" && chunks.length > 0) {
      at++;
      continue;
    }
    const read = readChunk(lines, at, chunks.length === 0);
    if (!read.ok) return read;
    chunks.push(read.chunk);
    at = read.next;
  }
  if (chunks.length === 0 && moveTo === null)
    return problem("malformed", `Line ${start + 1}: the update of ${path} changes nothing.`);
  return { ok: true, file: { kind: "update", path, moveTo, chunks }, next: at };
};

const isFileHeader = (line: string): boolean => /^\s*\*\*\* (Add|Delete|Update) File:/.test(line);

type ReadChunk = { readonly ok: true; readonly chunk: PatchChunk; readonly next: number } | EditProblem;

const ops = { " ": "keep", "-": "remove", "+": "add" } as const;

/** Only the first chunk of a file may do without @@. */
const readChunk = (lines: readonly string[], start: number, isFirst: boolean): ReadChunk => {
  const header = /^\s*@@(?: (.*))?\s*$/.exec(lines[start] ?? "");
  if (!header && !isFirst)
    return problem(
      "malformed",
      `Line ${start + 1}: a part of an update must begin with @@, not with "${lines[start]}".`,
    );
  const body: BlockLine[] = [];
  let at = header ? start + 1 : start;
  let atEnd = false;
  for (; at < lines.length - 1; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === endOfFile) {
      atEnd = true;
      at++;
      break;
    }
    const sign = line[0];
    const op = line === "" ? "keep" : sign === " " || sign === "-" || sign === "+" ? ops[sign] : null;
    if (op === null) break;
    body.push({ op, text: line.slice(1) });
  }
  if (body.length === 0)
    return problem("malformed", `Line ${at + 1}: a line of an update must begin with a space, + or -.`);
  return { ok: true, chunk: { after: header?.[1] || null, lines: body, atEnd }, next: at };
};
