import * as z from "zod/mini";

/**
 * What a field may name. path: a file that exists. new-path: a plain new name below a folder that exists. excerpt: a run
 * of whole lines of one text, the first of which is not blank. number: for strings, as it is written, and for numbers.
 */
export type Source = "path" | "new-path" | "name" | "number" | "excerpt" | "tool" | "step" | "model";

const sources = z.registry<{ readonly source: Source }>();

/**
 * The schema, marked: where a request's reality is known, its values can only be what exists there (`narrowed`), and
 * what does not can be found (`unreal`). It parses as before. Checks that are added later keep the mark.
 */
export const fromReality = <T extends z.ZodMiniType<string> | z.ZodMiniType<number>>(schema: T, source: Source): T => {
  // A copy: the schema that was given may stand elsewhere too, without the mark.
  const marked = z.clone(schema, schema._zod.def) as T; // a clone is what it was made from
  sources.add(marked, { source });
  return marked;
};

/** Where the field's values come from; null: it is free. */
export const sourceOf = (schema: z.core.$ZodType): Source | null => sources.get(schema)?.source ?? null;
