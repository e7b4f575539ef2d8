// Schemas as tool authors and servers write them become strict JSON Schema, from which a grammar can be made.
import type { JsonSchema } from "../../../protocol/model-host.ts";
import { schemaOfType } from "./type-names.ts";

/** `unenforced`: what the strict schema leaves out, as `path: keyword`; arguments must be checked for it afterwards. */
export type StrictSchema =
  | { readonly ok: true; readonly schema: JsonSchema; readonly unenforced: readonly string[] }
  | { readonly ok: false; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

const deepest = 40;
const mostSchemas = 5000;

/** Thrown out of the recursion, and a value from `strictSchema` on. */
class Refused extends Error {}

interface Progress {
  readonly unenforced: string[];
  count: number;
}

/** The parameters of a tool as a strict schema of one object, or why there is none. */
export const strictSchema = (parameters: unknown): StrictSchema => {
  const progress: Progress = { unenforced: [], count: 0 };
  try {
    const schema = strict(asParameters(parameters), { path: "", depth: 0 }, progress);
    if (schema["type"] !== "object" && !schema["$ref"]) return { ok: false, reason: "the parameters are no object" };
    return { ok: true, schema, unenforced: progress.unenforced };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    throw error;
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const looksLikeSchema = (value: unknown): boolean =>
  isFields(value) && ["type", "description", "enum", "anyOf", "$ref"].some((key) => Object.hasOwn(value, key));

/** Some leave out the frame, and list the parameters alone. */
const asParameters = (given: unknown): Fields => {
  if (!isFields(given) || Object.keys(given).length === 0) return { type: "object", additionalProperties: false };
  const isFramed = ["type", "properties", "$ref", "anyOf", "oneOf", "allOf"].some(
    (key) => typeof given[key] !== "undefined",
  );
  if (!isFramed && Object.values(given).every(looksLikeSchema)) return { type: "object", properties: given };
  const { type, properties } = given;
  if (type === undefined || type === null || (isFields(properties) && typeof type !== "string"))
    return given["$ref"] || given["anyOf"] || given["oneOf"] || given["allOf"] ? given : { ...given, type: "object" };
  return given;
};

interface Place {
  readonly path: string;
  readonly depth: number;
}

const below = ({ path, depth }: Place, name: string): Place => ({
  ...{ path: path ? `${path}.${name}` : name, depth: depth + 1 },
});

const annotations = ["title", "description", "default", "examples", "format"];
const limits = ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"] as const;
const exclusive = ["exclusiveMinimum", "exclusiveMaximum"] as const;
/** What is understood below, or says nothing that could be enforced. */
const understood = new Set<string>([
  ...[
    ...annotations,
    ...limits,
    ...exclusive,
    "type",
    "properties",
    "required",
    "items",
    "prefixItems",
    "enum",
    "const",
  ],
  ...["anyOf", "oneOf", "allOf", "additionalProperties", "$ref", "$defs", "definitions", "nullable", "optional"],
  ...["$schema", "$id", "$comment", "id", "deprecated", "readOnly", "writeOnly", "example", "name", "in", "strict"],
  ...["additionalItems", "propertyNames", "x-order", "order"],
]);

const pick = (schema: Fields, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.filter((key) => Object.hasOwn(schema, key)).map((key) => [key, schema[key]]));

const strict = (given: unknown, place: Place, progress: Progress): Record<string, unknown> => {
  if (place.depth > deepest || ++progress.count > mostSchemas)
    throw new Refused(`${place.path || "schema"}: too deep or too large`);
  if (typeof given === "string") return schemaOfType(given) ?? refuse(place, `type ${given} is unknown`);
  if (given === true || given === undefined || given === null) return {};
  if (!isFields(given)) return refuse(place, "is no schema");
  for (const key of Object.keys(given))
    if (!understood.has(key) && !key.startsWith("x-")) progress.unenforced.push(`${place.path || "schema"}: ${key}`);
  const schema = { ...pick(given, annotations), ...bodyOf(given, place, progress) };
  const definitions = ["$defs", "definitions"].filter((key) => isFields(given[key]));
  for (const key of definitions) schema[key] = mapped(given[key], below(place, key), progress);
  return isNullable(given) ? orNull(schema) : schema;
};

const refuse = ({ path }: Place, why: string): never => {
  throw new Refused(`${path || "schema"}: ${why}`);
};

const mapped = (schemas: unknown, place: Place, progress: Progress): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(isFields(schemas) ? schemas : {}).map(([name, schema]) => [
      ...[name, strict(schema, below(place, name), progress)],
    ]),
  );

const isNullable = (schema: Fields): boolean =>
  schema["nullable"] === true || (Object.hasOwn(schema, "default") && schema["default"] === null);

/** The schema, or null. What describes the value stays outside. */
const orNull = (schema: Record<string, unknown>): Record<string, unknown> => {
  const { type } = schema;
  const kept = pick(schema, [...annotations, "$defs", "definitions"]);
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => !Object.hasOwn(kept, key)));
  if (Object.keys(rest).length === 0 || type === "null") return schema;
  const choices = Array.isArray(rest["anyOf"]) ? rest["anyOf"] : [rest];
  if (choices.some((choice) => isFields(choice) && choice["type"] === "null")) return schema;
  return { ...kept, anyOf: [...choices, { type: "null" }] };
};

/** Everything of the schema but what describes it. */
const bodyOf = (given: Fields, place: Place, progress: Progress): Record<string, unknown> => {
  if (typeof given["$ref"] === "string") return { $ref: given["$ref"] };
  if (Object.hasOwn(given, "const")) return { const: given["const"] };
  for (const key of ["anyOf", "oneOf"]) {
    const choices = given[key];
    if (!Array.isArray(choices) || choices.length === 0) continue;
    if (isFields(given["properties"])) {
      progress.unenforced.push(`${place.path || "schema"}: ${key}`);
      break;
    }
    return { anyOf: choices.map((choice) => strict(choice, place, { ...progress })) };
  }
  if (Array.isArray(given["allOf"])) return bodyOf(merged(given, place), place, progress);
  const { type } = given;
  if (Array.isArray(type)) {
    const types = type.map((one) => bodyOf({ ...given, type: one }, place, progress));
    return types.length === 1 ? (types[0] ?? {}) : { anyOf: types };
  }
  return typed(given, place, progress);
};

/** Objects that must all hold are one object with the keys of all. */
const merged = (given: Fields, place: Place): Fields => {
  const { allOf, ...own } = given;
  let result: Fields = own;
  for (const part of Array.isArray(allOf) ? allOf : []) {
    if (!isFields(part) || Object.hasOwn(part, "$ref"))
      return refuse(place, "allOf with references cannot be enforced");
    const properties = { ...asFields(result["properties"]), ...asFields(part["properties"]) };
    const required = [...asList(result["required"]), ...asList(part["required"])];
    result = { ...part, ...result, ...(Object.keys(properties).length > 0 && { properties, required }) };
  }
  const { allOf: _, ...rest } = result;
  return rest;
};

const asFields = (value: unknown): Fields => (isFields(value) ? value : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const impliedType = (given: Fields): string => {
  if (isFields(given["properties"])) return "object";
  if (given["items"] !== undefined || given["prefixItems"] !== undefined) return "array";
  return "any";
};

const typed = (given: Fields, place: Place, progress: Progress): Record<string, unknown> => {
  const name = given["type"] ?? impliedType(given);
  if (isFields(name)) return strict(name, place, progress);
  const base = schemaOfType(String(name)) ?? refuse(place, `type ${String(name)} is unknown`);
  const values = asList(given["enum"]);
  const { type } = base;
  if (type === "array") return { ...base, ...arrayOf(given, place, progress) };
  if (values.length > 0) return { enum: enumOf(values, type, given["default"]) };
  if (type === "object") return { ...base, ...objectOf(given, place, progress) };
  if (type === "string") return { ...base, ...pick(given, ["minLength", "maxLength"]) };
  if (type === "integer" || type === "number") return { ...base, ...bounds(given) };
  return base;
};

/** The listed values, as numbers where the type asks for them, and the default, which no author means to forbid. */
const enumOf = (values: readonly unknown[], type: unknown, fallback: unknown): readonly unknown[] => {
  const isNumber = type === "integer" || type === "number";
  const numbers = values.map((value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value));
  const listed = isNumber && numbers.every((value) => Number.isFinite(value)) ? numbers : values;
  const isNew = fallback !== undefined && fallback !== null && !listed.includes(fallback);
  return [...new Set(isNew && typeof fallback === typeof listed[0] ? [...listed, fallback] : listed)];
};

/** Before its sixth draft JSON Schema said with `true` that a limit is exclusive. */
const bounds = (given: Fields): Record<string, unknown> => {
  const result = pick(given, ["minimum", "maximum"]);
  for (const [key, plain] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof given[key] === "number") result[key] = given[key];
    if (given[key] !== true || typeof given[plain] !== "number") continue;
    result[key] = given[plain];
    delete result[plain];
  }
  return result;
};

const arrayOf = (given: Fields, place: Place, progress: Progress): Record<string, unknown> => {
  const { items, prefixItems } = given;
  const size = pick(given, ["minItems", "maxItems"]);
  const list = asList(prefixItems).length > 0 ? prefixItems : items;
  if (Array.isArray(list) && list.length > 0)
    return { prefixItems: list.map((item, i) => strict(item, below(place, String(i)), progress)) };
  const values = asList(given["enum"]);
  // Values that are listed for a list are those of its items, unless they are lists.
  if (values.length > 0 && !values.some(Array.isArray)) return { items: { enum: [...new Set(values)] }, ...size };
  return {
    ...(items !== undefined && !Array.isArray(items) && { items: strict(items, below(place, "items"), progress) }),
    ...size,
  };
};

const objectOf = (given: Fields, place: Place, progress: Progress): Record<string, unknown> => {
  const properties = mapped(given["properties"], place, progress);
  const marked = Object.entries(asFields(given["properties"])).filter(
    ([, one]) => isFields(one) && one["required"] === true,
  );
  const listed = asList(given["required"]).filter((name) => typeof name === "string");
  const required = [...new Set([...listed, ...marked.map(([name]) => name)])];
  // A name that is required and not described may have any value.
  const undescribed = required.filter((name) => !Object.hasOwn(properties, name)).map((name) => [name, {}]);
  const all = { ...properties, ...Object.fromEntries(undescribed) };
  const others = given["additionalProperties"];
  if (Object.keys(all).length > 0) return { properties: all, required, additionalProperties: false };
  if (others === false || (isFields(given["properties"]) && others === undefined))
    return { properties: {}, additionalProperties: false };
  return isFields(others) ? { additionalProperties: strict(others, below(place, "*"), progress) } : {};
};
