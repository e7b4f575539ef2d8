import * as z from "zod/mini";
import type { JsonSchema } from "../../protocol/model-host.ts";
import { type Source, sourceOf } from "./from-reality.ts";
import type { Reality } from "./reality.ts";
import { known } from "./stands-in.ts";

/** Of one field. A grammar of more would take longer to read than it saves. */
const mostValues = 2000;
const mostCharacters = 64 * 1024;
/** Of all fields together. */
const mostCharactersInAll = 128 * 1024;
/** Of the whole schema: a field that stands in many places is written as often. */
const longestSchema = 2 * mostCharactersInAll;

/** What a narrowed field keeps of its schema: the rest speaks of values, which are listed now. */
const kept: ReadonlySet<string> = new Set(["type", "title", "description", "default"]);

type FieldSchema = z.core.JSONSchema.BaseSchema;

/**
 * The schema as JSON Schema for an engine. Marked fields (`fromReality`) get what exists: an `enum` of the values that
 * they accept, or one of two keywords of our own that the model host understands: `spans`, texts of which the value is a
 * run of whole lines, and `below`, folders for a plain new file name. A field stays as it is where nothing is known, and
 * where there is too much for a grammar. Lengths of excerpts and new paths are left to the parse. Never fails.
 */
export const narrowed = (schema: z.ZodMiniType, reality: Reality | null): JsonSchema => {
  const plain = (): JsonSchema => ({ ...z.toJSONSchema(schema) });
  if (!reality) return plain();
  let left = mostCharactersInAll;
  const result = z.toJSONSchema(schema, {
    override: ({ zodSchema, jsonSchema }) => {
      const source = sourceOf(zodSchema);
      const found = source && constraintOf(source, zodSchema, jsonSchema, reality);
      if (!found || found.characters > left) return;
      left -= found.characters;
      for (const key of Object.keys(jsonSchema)) if (!kept.has(key)) delete jsonSchema[key];
      Object.assign(jsonSchema, found.constraint);
    },
  });
  return JSON.stringify(result).length > longestSchema ? plain() : { ...result };
};

interface Found {
  readonly constraint: FieldSchema;
  readonly characters: number;
}

const constraintOf = (source: Source, field: z.core.$ZodType, schema: FieldSchema, reality: Reality): Found | null => {
  const values = known(source, reality);
  if (source === "excerpt") {
    const lines = values.reduce((sum, text) => sum + text.split("\n").length, 0);
    return lines > mostValues || !values.some((text) => text.trim() !== "") ? null : fitting({ spans: values }, values);
  }
  if (source === "new-path") return values.length > mostValues ? null : fitting({ below: values }, values);
  const near = values.length > mostValues && source === "path" ? mentioned(values, reality.names) : values;
  const written: readonly (string | number)[] = schema["type"] === "string" ? near : numbersOf(near);
  const isFree = schema["type"] !== "integer" && Object.keys(schema).every((key) => kept.has(key));
  const suitable = isFree ? written : written.filter((value) => z.safeParse(field, value).success);
  return suitable.length > mostValues ? null : fitting({ enum: [...suitable] }, suitable);
};

const numbersOf = (values: readonly string[]): number[] => [
  ...new Set(values.map(Number).filter((value) => Number.isFinite(value))),
];

/** Of too many paths those whose file name is made of words of the context. */
const mentioned = (paths: readonly string[], names: readonly string[]): string[] => {
  const words = new Set(names.flatMap((name) => [name, ...name.split("_")]).map((word) => word.toLowerCase()));
  return paths.filter((path) => {
    const [stem = ""] = path.slice(path.lastIndexOf("/") + 1).split(".", 1);
    const parts = stem.toLowerCase().split(/[^\p{L}\p{N}$]+/u);
    return words.has(stem.toLowerCase()) || parts.every((part) => words.has(part));
  });
};

const fitting = (constraint: FieldSchema, values: readonly (string | number)[]): Found | null => {
  const characters = values.reduce((sum: number, value) => sum + String(value).length, 0);
  return values.length === 0 || characters > mostCharacters ? null : { constraint, characters };
};
