/** A schema that is an object. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The narrowest type of JSON Schema that the value has. */
export const typeOfValue = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
};

const constantsOf = (schema: Fields): readonly unknown[] | null => {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  return Array.isArray(schema["enum"]) ? schema["enum"] : null;
};

/** Integers are numbers: nothing here tells the two apart. */
const typesOf = (schema: Fields): readonly unknown[] | null => {
  const types =
    constantsOf(schema)?.map(typeOfValue) ?? (Object.hasOwn(schema, "type") ? [schema["type"]].flat() : null);
  return types?.map((type) => (type === "integer" ? "number" : type)) ?? null;
};

const haveNoneInCommon = (left: readonly unknown[] | null, right: readonly unknown[] | null): boolean =>
  left !== null && right !== null && !left.some((one) => right.includes(one));

/** The schemas of the keys that an object must have. */
const requiredOf = (schema: Fields): ReadonlyMap<string, unknown> => {
  const { properties, required } = schema;
  if (schema["type"] !== "object" || !isFields(properties) || !Array.isArray(required)) return new Map();
  return new Map(Object.entries(properties).filter(([name]) => required.includes(name)));
};

const excludes = (left: unknown, right: unknown): boolean => {
  if (!isFields(left) || !isFields(right)) return false;
  if (haveNoneInCommon(typesOf(left), typesOf(right))) return true;
  const texts = (schema: Fields) => constantsOf(schema)?.map((value) => JSON.stringify(value)) ?? null;
  if (haveNoneInCommon(texts(left), texts(right))) return true;
  const others = requiredOf(right);
  return [...requiredOf(left)].some(([name, schema]) => excludes(schema, others.get(name)));
};

/**
 * Whether no value suits two of the schemas, as far as can be told by their types, their constants and those of the
 * keys that they require. `resolve` gives what a reference points to; references inside properties are not followed.
 */
export const areDisjoint = (schemas: readonly unknown[], resolve: (schema: unknown) => unknown): boolean => {
  const resolved = schemas.map(resolve);
  return resolved.every((schema, i) => resolved.slice(i + 1).every((other) => excludes(schema, other)));
};
