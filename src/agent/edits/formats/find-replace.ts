// Edits as arguments of a tool: the old text and the new one.
import * as z from "zod/mini";
import { type ParsedEdits, problem } from "../edit.ts";
import { plainBlock } from "./block.ts";

const Replacement = z.object({
  old_string: z.string(),
  new_string: z.string(),
  replace_all: z.optional(z.boolean()),
});

/** One replacement or several, made one after the other. */
const FindReplace = z.union([Replacement, z.array(Replacement)]);

/** Takes parsed arguments, whatever they are. An empty old text stands at the start of the file. */
export const readFindReplace = (value: unknown, path: string | null): ParsedEdits => {
  const parsed = z.safeParse(FindReplace, value);
  if (!parsed.success) return problem("malformed", "An edit needs old_string and new_string, both texts.");
  const replacements = Array.isArray(parsed.data) ? parsed.data : [parsed.data];
  if (replacements.length === 0) return problem("no-edits", "There is no edit in the list.");
  const same = replacements.findIndex(({ old_string, new_string }) => old_string === new_string);
  if (same !== -1) return problem("no-change", `Edit ${same + 1}: old_string and new_string are the same.`);
  const blocks = replacements.map(({ old_string, new_string, replace_all }) =>
    plainBlock({ search: old_string, replace: new_string, all: replace_all === true }),
  );
  const how = { moveTo: null, inOrder: false, emptySearch: "prepend", finalNewline: "keep" } as const;
  return { ok: true, edits: [{ kind: "change", path, blocks, ...how }] };
};
