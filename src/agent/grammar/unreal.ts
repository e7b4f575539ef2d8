import * as z from "zod/mini";
import { type Source, sourceOf } from "./from-reality.ts";
import type { Reality } from "./reality.ts";
import { standsIn } from "./stands-in.ts";

/** A field whose value does not exist: `at` is its place, as `["steps", "0", "path"]`. */
interface Unreal {
  readonly at: readonly string[];
  readonly value: string | number;
}

/**
 * All marked fields of a parsed value that name what does not exist. For answers that were not decoded under a narrowed
 * grammar: those of servers, and those for which there was too much to list.
 */
export const unreal = (schema: z.ZodMiniType, value: unknown, reality: Reality): Unreal[] => {
  const found: Unreal[] = [];
  walk(schema, value, [], (source, one, at) => {
    if (!standsIn(source, one, reality)) found.push({ at, value: one });
  });
  return found;
};

/**
 * The value, with null for what does not exist where the schema takes that; else what does not exist. An answer that was
 * not decoded under a narrowed grammar takes the way out that its schema leaves, and is not asked for again.
 */
export const madeReal = <T>(
  schema: z.ZodMiniType<T>,
  value: T,
  reality: Reality,
): { ok: true; value: T } | { ok: false; missing: readonly Unreal[] } => {
  const missing = unreal(schema, value, reality);
  if (missing.length === 0) return { ok: true, value };
  const copy: unknown = structuredClone(value);
  for (const { at } of missing) setNull(copy, at);
  const read = z.safeParse(schema, copy);
  const isReal = read.success && unreal(schema, read.data, reality).length === 0;
  return isReal ? { ok: true, value: read.data } : { ok: false, missing };
};

const setNull = (holder: unknown, [key = "", ...rest]: readonly string[]): void => {
  if (typeof holder !== "object" || holder === null) return;
  if (rest.length === 0) Reflect.set(holder, key, null);
  else setNull(Reflect.get(holder, key), rest);
};

type Visit = (source: Source, value: string | number, at: readonly string[]) => void;

const walk = (schema: z.core.$ZodType, value: unknown, at: readonly string[], visit: Visit): void => {
  const source = sourceOf(schema);
  if (source) {
    if (typeof value === "string" || typeof value === "number") visit(source, value, at);
    return;
  }
  if (value === null || value === undefined) return;
  const { def } = (schema as z.core.$ZodTypes)._zod; // every schema of zod is one of these
  const each = (inner: z.core.$ZodType, values: object): void => {
    for (const [key, one] of Object.entries(values)) walk(inner, one, [...at, key], visit);
  };
  switch (def.type) {
    case "object": {
      const fields = new Map(Object.entries(value));
      for (const [key, inner] of Object.entries(def.shape)) walk(inner, fields.get(key), [...at, key], visit);
      return;
    }
    case "array":
      each(def.element, value);
      return;
    case "record":
      each(def.valueType, value);
      return;
    case "tuple":
      for (const [index, inner] of def.items.entries())
        walk(inner, Object.values(value)[index], [...at, String(index)], visit);
      return;
    case "union": {
      const fits = def.options.find((option) => z.safeParse(option, value).success);
      if (fits) walk(fits, value, at, visit);
      return;
    }
    case "lazy":
      walk(def.getter(), value, at, visit);
      return;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      walk(def.innerType, value, at, visit);
      return;
    default:
      return;
  }
};
