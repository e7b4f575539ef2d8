// What tool authors call the types of JSON: the words of Python, Java and JavaScript, and their generics.

type JsonType = "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";

const names: Readonly<Record<JsonType, string>> = {
  object: "object dict dictionary map hashmap hashtable record mapping json struct",
  array: "array list tuple set arraylist sequence iterable vector queue stack",
  string: "string str text char character date datetime time uuid url uri path file bytes enum",
  integer: "integer int long short byte bigint int32 int64 uint uint32 uint64",
  number: "number float double decimal real numeric float32 float64",
  boolean: "boolean bool",
  null: "null none nil void undefined",
};

const byName = new Map(
  Object.entries(names).flatMap(([type, list]) => list.split(" ").map((name): [string, string] => [name, type])),
);

const anyType = new Set(["any", "unknown", "mixed", "*", ""]);

/** Longer is no name of a type. */
const longestName = 200;

/** A type's name as a schema with strict types; {} for any type, null for a name that says nothing. */
export const schemaOfType = (name: string, depth = 0): Record<string, unknown> | null => {
  const said = name.trim().replace(/\s*,\s*optional$/i, "");
  if (said.length > longestName || depth > 8) return null;
  const small = said.toLowerCase();
  if (anyType.has(small)) return {};
  const known = byName.get(small);
  if (known !== undefined) return { type: known };
  const parts = split(said, "|");
  if (parts.length > 1) return oneOfTypes(parts, depth);
  if (said.endsWith("[]")) return listOf(said.slice(0, -2), depth);
  const generic = /^([A-Za-z_.]+)\s*[[<](.*)[\]>]$/.exec(said);
  const [, outer = "", inside = ""] = generic ?? [];
  const inner = split(inside, ",");
  const [last = ""] = inner.slice(-1);
  switch (outer.toLowerCase().replace(/^typing\./, "")) {
    case "":
      return null;
    case "optional":
      return oneOfTypes([inside, "null"], depth);
    case "union":
      return oneOfTypes(inner, depth);
    case "literal":
      return { enum: inner.map((one) => one.trim().replace(/^(["'])(.*)\1$/, "$2")) };
    default: {
      const base = byName.get(outer.toLowerCase());
      if (base === "array")
        return inner.length === 1 || last.trim() === "..." ? listOf(inner[0] ?? "", depth) : { type: base };
      const value = base === "object" ? schemaOfType(last, depth + 1) : null;
      return base === "object" ? { type: base, ...(value && { additionalProperties: value }) } : null;
    }
  }
};

const listOf = (name: string, depth: number): Record<string, unknown> => {
  const items = schemaOfType(name, depth + 1);
  return { type: "array", ...(items && Object.keys(items).length > 0 && { items }) };
};

const oneOfTypes = (parts: readonly string[], depth: number): Record<string, unknown> | null => {
  const schemas = parts.map((part) => schemaOfType(part, depth + 1));
  const known = schemas.filter((schema) => schema !== null);
  if (known.length < schemas.length) return null;
  const isAny = known.some((schema) => Object.keys(schema).length === 0);
  return isAny ? {} : { anyOf: known };
};

/** Splits at the mark, but not inside of brackets. */
const split = (text: string, mark: string): string[] => {
  const parts: string[] = [];
  let level = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === "[" || char === "<") level++;
    if (char === "]" || char === ">") level--;
    if (i < text.length && (char !== mark || level > 0)) continue;
    parts.push(text.slice(from, i));
    from = i + 1;
  }
  return parts;
};
