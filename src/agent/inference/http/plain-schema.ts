import type { JsonSchema } from "../../../protocol/model-host.ts";

/** Servers refuse longer ones, and each value is paid for with every request. */
const mostValues = 250;

/** Their values are data, in which any key may stand. */
const data: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);

/**
 * The schema as servers know it: without the model host's own keywords for excerpts and new paths, and without long
 * enumerations of what has a type. What a server writes then is checked by the parse, and by `unreal`.
 */
export const plainSchema = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !isOurs(key, value) && !(key === "enum" && "type" in schema && isLong(value)))
      .map(([key, value]) => [key, data.has(key) ? value : plainValue(value)]),
  );

const plainValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainValue);
  const isSchema = typeof value === "object" && value !== null;
  return isSchema ? plainSchema({ ...value }) : value;
};

/** A property of this name has a schema, which is no list. */
const isOurs = (key: string, value: unknown): boolean => (key === "spans" || key === "below") && Array.isArray(value);

const isLong = (value: unknown): boolean => Array.isArray(value) && value.length > mostValues;
