/** One line of a block. `keep`: a diff's context, the file's bytes stay; `same`: a line that search and replacement share. */
export interface BlockLine {
  readonly op: "keep" | "same" | "remove" | "add";
  readonly text: string;
}

/**
 * One change in one place. `keep`, `same` and `remove` lines together are what the file must hold, without line endings.
 * `after`: a line that must stand before the place. `line`: where the model believes it to be, from 1; it only chooses between
 * places that match equally well. `atEnd`: the block ends the file. `plain`: first look for this as a run of characters.
 */
export interface Block {
  readonly lines: readonly BlockLine[];
  readonly after: string | null;
  readonly line: number | null;
  readonly atEnd: boolean;
  readonly plain: PlainReplacement | null;
}

export interface PlainReplacement {
  readonly search: string;
  readonly replace: string;
  readonly all: boolean;
}

/**
 * What happens to one file; `path` null where the format names none. `inOrder`: blocks stand in the file's order, which tells
 * equal places apart. `emptySearch`: what a block that looks for nothing does in a file that has text. `finalNewline`: formats
 * that list whole lines write the last one whole too.
 */
export type FileEdit =
  | {
      readonly kind: "change";
      readonly path: string | null;
      readonly moveTo: string | null;
      readonly blocks: readonly Block[];
      readonly inOrder: boolean;
      readonly emptySearch: "refuse" | "append" | "prepend";
      readonly finalNewline: "keep" | "write";
    }
  | { readonly kind: "write"; readonly path: string | null; readonly text: string }
  | { readonly kind: "delete"; readonly path: string };

/** Why an edit was refused. All but `file-missing` and `file-exists` are the message's own fault and can be written again. */
export type EditProblemCode =
  | "malformed"
  | "cut-off"
  | "no-edits"
  | "path-missing"
  | "file-missing"
  | "file-exists"
  | "not-found"
  | "ambiguous"
  | "empty-search"
  | "no-change"
  | "indentation";

/** `hint` is for the model that wrote the edit: what is wrong, the nearest lines with their numbers, what to do. */
export interface EditProblem {
  readonly ok: false;
  readonly code: EditProblemCode;
  readonly hint: string;
}

export type ParsedEdits = { readonly ok: true; readonly edits: readonly FileEdit[] } | EditProblem;

export const problem = (code: EditProblemCode, hint: string): EditProblem => ({ ok: false, code, hint });
