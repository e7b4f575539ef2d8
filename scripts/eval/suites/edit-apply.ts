// Edits in the formats of many agents, through the parsers and the matching that every edit of a file goes through.
import * as z from "zod/mini";
import { type Applied, applyEdit } from "../../../src/agent/edits/apply.ts";
import type { FileEdit, ParsedEdits } from "../../../src/agent/edits/edit.ts";
import { chunkLines, chunksEdit, readApplyPatch } from "../../../src/agent/edits/formats/apply-patch.ts";
import { readFindReplace } from "../../../src/agent/edits/formats/find-replace.ts";
import { readLazyEdit } from "../../../src/agent/edits/formats/lazy.ts";
import { readSearchReplace, type Spelling } from "../../../src/agent/edits/formats/search-replace.ts";
import { readUnifiedDiff } from "../../../src/agent/edits/formats/unified-diff.ts";
import { readWholeFile } from "../../../src/agent/edits/formats/whole-file.ts";
import { findText } from "../../../src/agent/edits/plain-text.ts";
import { shareOf } from "../scores.ts";
import { type Answered, defineSuite, type Metric } from "../suite.ts";

const Options = z.object({
  fuzzy_threshold: z.optional(z.nullable(z.number())),
  start_line_arg: z.optional(z.nullable(z.number())),
  all: z.optional(z.boolean()),
});

const Case = z.object({
  kind: z.string(),
  format: z.string(),
  original: z.optional(z.nullable(z.string())),
  edit_text: z.unknown(),
  options: z.optional(z.nullable(Options)),
  expected: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
});
type Case = z.infer<typeof Case>;

interface Match {
  readonly startIndex: number;
  readonly endIndex: number;
}

type Output =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: true; readonly match: readonly Match[] }
  | { readonly ok: false; readonly error: string };

const Pair = z.object({ search: z.string(), replace: z.string() });

const Chunk = z.object({
  changeContext: z.nullable(z.string()),
  oldLines: z.array(z.string()),
  newLines: z.array(z.string()),
  isEndOfFile: z.boolean(),
});

const inBlocks =
  (spelling: Spelling) =>
  ({ edit_text: text, options }: Case): ParsedEdits => {
    const line = options?.start_line_arg ?? null;
    return readSearchReplace(z.parse(z.string(), text), { spelling, ...(line === null ? {} : { line }) });
  };

const inChunks = ({ edit_text: value }: Case): ParsedEdits => {
  const chunks = z.parse(z.array(Chunk), value).map(({ changeContext, oldLines, newLines, isEndOfFile }) => ({
    ...{ after: changeContext, lines: chunkLines(oldLines, newLines), atEnd: isEndOfFile },
  }));
  return { ok: true, edits: [chunksEdit(null, null, chunks)] };
};

/** The parts of one block, as a message would have them. */
const inPair = ({ edit_text: value }: Case): ParsedEdits => {
  const { search, replace } = z.parse(Pair, value);
  const text = `file.txt\n<<<<<<< SEARCH\n${ended(search)}=======\n${ended(replace)}>>>>>>> REPLACE\n`;
  return readSearchReplace(text, { spelling: "aider" });
};

const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

const readers: Readonly<Record<string, (one: Case) => ParsedEdits>> = {
  "cline-search-replace": inBlocks("cline"),
  "roo-search-replace": inBlocks("roo"),
  "aider-chunk": inPair,
  "find-replace": ({ edit_text: value }) => readFindReplace(value, null),
  "multi-find-replace": ({ edit_text: value }) => readFindReplace(value, null),
  apply_patch: ({ edit_text: text }) => readApplyPatch(z.parse(z.string(), text)),
  "apply_patch-chunks": inChunks,
  "unified-diff": ({ edit_text: text }) => readUnifiedDiff(z.parse(z.string(), text)),
  "lazy-edit": ({ edit_text: text, original }) => readLazyEdit(z.parse(z.string(), text), original ?? "", null),
  "full-rewrite-diff": ({ edit_text: text }) => readWholeFile(z.parse(z.string(), text), null),
};

/** Formats of which the score counts; the rest are told. */
const counted = [
  ...["cline-search-replace", "roo-search-replace", "aider-chunk", "find-replace", "multi-find-replace"],
  ...["apply_patch", "unified-diff"],
];

const answer = (one: Case): Output => {
  if (one.kind === "locate") return located(one);
  const reader = readers[one.format];
  if (one.kind !== "apply" || !reader) return { ok: false, error: `not an edit to apply: ${one.kind} ${one.format}` };
  const edits = reader(one);
  if (!edits.ok) return { ok: false, error: edits.hint };
  const [edit, other] = edits.edits;
  if (!edit || other) return { ok: false, error: "The edit is not of one file." };
  const applied = appliedTo(one, edit);
  return applied.ok ? applied : { ok: false, error: applied.hint };
};

const appliedTo = ({ original, options }: Case, edit: FileEdit): Applied =>
  applyEdit(
    original ?? null,
    edit,
    typeof options?.fuzzy_threshold === "number" ? { threshold: options.fuzzy_threshold } : {},
  );

const located = ({ original, edit_text: search, options }: Case): Output => {
  const places = findText(original ?? "", z.parse(z.string(), search));
  const match = places.map(({ start, end }) => ({ startIndex: start, endIndex: end }));
  if (match.length === 0) return { ok: false, error: "Not found." };
  return { ok: true, match: options?.all === true ? match : match.slice(0, 1) };
};

export const editApplySuite = defineSuite({
  name: "edit-apply",
  casesFile: "edit_cases.public.jsonl",
  schema: Case,
  open: async () => ({ answer }),
  score: (answered) => [...ofEdits(answered), ...ofLocations(answered)],
});

type All = readonly Answered<Case, Output>[];

const shouldFail = ({ error, expected }: Case): boolean =>
  error !== null && error !== undefined && typeof expected !== "string";

const isRight = ({ case: one, output }: All[number]): boolean =>
  shouldFail(one) ? !output.ok : output.ok && "text" in output && output.text === one.expected;

const ofEdits = (all: All): Metric[] => {
  const edits = all.filter(
    ({ case: { kind, expected, error } }) => kind === "apply" && (expected ?? error ?? null) !== null,
  );
  const of = (formats: readonly string[]) => edits.filter(({ case: { format } }) => formats.includes(format));
  // An edit that is made and is not the expected one: worse than a refusal.
  const silent = of(counted).filter((one) => one.output.ok && !isRight(one)).length;
  const others = Object.keys(readers).filter((format) => !counted.includes(format));
  return [
    { name: "right", value: shareOf(of(counted), isRight), better: "higher", tolerance: 0.001 },
    { name: "silent wrong edits", value: silent, better: "lower", tolerance: 0 },
    ...counted.map(
      (name): Metric => ({ name, value: shareOf(of([name]), isRight), better: "higher", tolerance: null }),
    ),
    ...others.map((name): Metric => ({ name, value: shareOf(of([name]), isRight), better: "higher", tolerance: null })),
  ];
};

const Expected = z.union([z.array(z.object({ startIndex: z.number(), endIndex: z.number() })), z.null()]);

const ofLocations = (all: All): Metric[] => {
  const searches = all.filter(({ case: { kind, expected } }) => kind === "locate" && expected !== undefined);
  const right = shareOf(searches, ({ case: { expected }, output }) => {
    const wanted = z.parse(Expected, expected === null || Array.isArray(expected) ? expected : [expected]) ?? [];
    const match = "match" in output ? output.match : [];
    return (
      match.length === wanted.length &&
      match.every(
        ({ startIndex, endIndex }, at) => startIndex === wanted[at]?.startIndex && endIndex === wanted[at].endIndex,
      )
    );
  });
  return [{ name: "located", value: right, better: "higher", tolerance: null }];
};
