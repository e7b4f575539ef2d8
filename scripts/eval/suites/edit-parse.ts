// Messages of models with edits in them, through the parsers that read every answer with edits.
import { isDeepStrictEqual } from "node:util";
import * as z from "zod/mini";
import { type PatchChunk, type PatchFile, readPatch } from "../../../src/agent/edits/formats/apply-patch.ts";
import { readMessage } from "../../../src/agent/edits/formats/search-replace.ts";
import { readHunks } from "../../../src/agent/edits/formats/unified-diff.ts";
import { unfenced } from "../../../src/agent/edits/formats/whole-file.ts";
import { shareOf } from "../scores.ts";
import { defineSuite } from "../suite.ts";

const Options = z.object({ fname: z.optional(z.nullable(z.string())), fence: z.optional(z.unknown()) });

const Case = z.object({
  kind: z.string(),
  format: z.string(),
  edit_text: z.unknown(),
  options: z.optional(z.nullable(Options)),
  expected: z.optional(z.unknown()),
});
type Case = z.infer<typeof Case>;

type Output = { readonly ok: true; readonly blocks: unknown } | { readonly ok: false; readonly error: string };

const ofMessage = (text: string, { options }: Case): Output => {
  const [fence] = z.safeParse(z.array(z.string()), options?.fence).data ?? [];
  const message = readMessage(text, { spelling: "aider", ...(fence === undefined ? {} : { fence }) });
  if (!message.ok) return { ok: false, error: message.hint };
  const blocks = message.parts.map((part) =>
    part.kind === "block" ? [part.path, part.search, part.replace] : [null, part.text],
  );
  return { ok: true, blocks };
};

const signs = { keep: " ", same: " ", remove: "-", add: "+" } as const;

const ofDiff = (text: string): Output => {
  const blocks = readHunks(text).map(({ path, lines }) => [
    path,
    lines.map((line) => `${signs[line.op]}${line.text}\n`),
  ]);
  return { ok: true, blocks };
};

const ofPatch = (text: string): Output => {
  const read = readPatch(text);
  if (!read.ok) return { ok: false, error: read.hint };
  return { ok: true, blocks: { hunks: read.files.map(hunkOf), patch: read.patch } };
};

const hunkOf = (file: PatchFile) => {
  if (file.kind === "add") return { type: "AddFile", path: file.path, contents: file.text };
  if (file.kind === "delete") return { type: "DeleteFile", path: file.path };
  return { type: "UpdateFile", path: file.path, movePath: file.moveTo, chunks: file.chunks.map(chunkOf) };
};

const chunkOf = ({ after, lines, atEnd }: PatchChunk) => ({
  changeContext: after,
  oldLines: lines.filter(({ op }) => op !== "add").map(({ text }) => text),
  newLines: lines.filter(({ op }) => op !== "remove").map(({ text }) => text),
  isEndOfFile: atEnd,
});

const readers: Readonly<Record<string, (text: string, one: Case) => Output>> = {
  "aider-editblock": ofMessage,
  "aider-udiff": ofDiff,
  apply_patch: ofPatch,
  "aider-strip-wrapping": (text, { options }) => ({ ok: true, blocks: unfenced(text, options?.fname ?? null) }),
};

export const editParseSuite = defineSuite({
  name: "edit-parse",
  casesFile: "edit_parse_real.public.jsonl",
  schema: Case,
  open: async () => ({
    answer(one: Case): Output {
      const reader = one.kind === "parse" ? readers[one.format] : undefined;
      return reader
        ? reader(z.parse(z.string(), one.edit_text), one)
        : { ok: false, error: `not a message to parse: ${one.kind} ${one.format}` };
    },
  }),
  score(answered) {
    const labelled = answered.filter(({ case: { kind, expected } }) => kind === "parse" && expected !== undefined);
    const right = shareOf(labelled, ({ case: { expected }, output }) =>
      expected === null ? !output.ok : output.ok && isDeepStrictEqual(output.blocks, expected),
    );
    return [{ name: "right", value: right, better: "higher", tolerance: 0.001 }];
  },
});
