// Calls of functions made from lists of possible values, and the same calls made wrong. In such a list "" says that the argument
// may be left out, and a list with nothing in it is the value itself; the members of an object have lists of their own.
import type { JsonSchema } from "../../src/protocol/model-host.ts";

/** A call as a model would write it. */
export interface ToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

type Schemas = ReadonlyMap<string, JsonSchema>;
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const propertiesOf = (schema: unknown): Fields =>
  fieldsOf(
    choices(schema)
      .map((one) => one["properties"])
      .find(isFields),
  );

/** The schema, or those that it chooses from. */
const choices = (schema: unknown): Fields[] => {
  const { anyOf } = fieldsOf(schema);
  return Array.isArray(anyOf) ? anyOf.flatMap(choices) : [fieldsOf(schema)];
};

const requiredOf = (schema: unknown): readonly string[] => {
  const required =
    choices(schema)
      .map((one) => one["required"])
      .find(Array.isArray) ?? [];
  return required.map(String);
};

/** The values of an argument, undefined for none: first the one that calls have when another argument is looked at. */
const valuesOf = (possible: unknown, schema: unknown, isRequired: boolean): unknown[] => {
  const list = Array.isArray(possible) ? possible : [possible];
  if (list.length === 0) return [[]];
  const isLeftOut = (value: unknown): boolean => value === "" || (value === null && !isRequired && !allowsNull(schema));
  const some = list
    .filter((value) => !isLeftOut(value) || (value === "" && isRequired))
    .map((value) => plain(value, schema));
  return list.some(isLeftOut) && !isRequired ? [...some, undefined] : some;
};

const allowsNull = (schema: unknown): boolean => choices(schema).some((one) => one["type"] === "null");

/** Without the lists of possible values inside of objects. */
const plain = (value: unknown, schema: unknown): unknown => {
  if (Array.isArray(value)) {
    const items = choices(schema)
      .map((one) => one["items"])
      .find(isFields);
    return value.map((one) => plain(one, items));
  }
  // The truth of JavaScript names a variable where an object belongs: an object stands in for it.
  if (typeof value === "string" && choices(schema).every((one) => one["type"] === "object")) return {};
  if (!isFields(value)) return value;
  const properties = propertiesOf(schema);
  const required = requiredOf(schema);
  const members = Object.entries(value).map(([key, possible]) => {
    const [first] = Array.isArray(possible) ? valuesOf(possible, properties[key], required.includes(key)) : [possible];
    return [key, first] as const;
  });
  return Object.fromEntries(members.filter(([, one]) => one !== undefined));
};

const withoutAbsent = (args: Fields): Fields =>
  Object.fromEntries(Object.entries(args).filter(([, one]) => one !== undefined));

/** Every possible value once, beside the first ones of the other arguments. Without a truth, an example of each function. */
export const rightCalls = (truth: readonly Readonly<Record<string, Fields>>[], schemas: Schemas): ToolCall[] => {
  if (truth.length === 0) return [...schemas].map(([name, schema]) => ({ name, args: fieldsOf(exampleOf(schema)) }));
  return truth.flatMap((one) => Object.entries(one).flatMap(([name, args]) => callsOf(name, args, schemas.get(name))));
};

const callsOf = (name: string, possible: Fields, schema: unknown): ToolCall[] => {
  const required = requiredOf(schema);
  const values = Object.entries(possible).map(([key, list]) => {
    return [key, valuesOf(list, propertiesOf(schema)[key], required.includes(key))] as const;
  });
  const first = Object.fromEntries(values.map(([key, [one]]) => [key, one]));
  const others = values.flatMap(([key, [, ...more]]) => more.map((one) => ({ ...first, [key]: one })));
  return [first, ...others].map((args) => ({ name, args: withoutAbsent(args) }));
};

const exampleOf = (schema: unknown): unknown => {
  const [one = {}] = choices(schema);
  if (Array.isArray(one["enum"])) return one["enum"][0];
  switch (one["type"]) {
    case "object":
      return Object.fromEntries(Object.entries(propertiesOf(one)).map(([key, value]) => [key, exampleOf(value)]));
    case "array":
      return one["prefixItems"] ? fieldsOf(one)["prefixItems"] : [exampleOf(one["items"])];
    case "integer":
    case "number":
      return 3;
    case "boolean":
      return true;
    default:
      return "text";
  }
};

/** The call, each time without another of the required arguments. */
export const missingOne = ({ name, args }: ToolCall, schema: JsonSchema): ToolCall[] =>
  requiredOf(schema)
    .filter((key) => Object.hasOwn(args, key))
    .map((key) => ({ name, args: withoutAbsent({ ...args, [key]: undefined }) }));

/** The call, each time with another argument of a type that its schema does not know. */
export const ofWrongType = ({ name, args }: ToolCall, schema: JsonSchema): ToolCall[] =>
  Object.keys(args).flatMap((key) => {
    const wrong = wrongValue(propertiesOf(schema)[key]);
    return wrong === undefined ? [] : [{ name, args: { ...args, [key]: wrong } }];
  });

const typesOf = (schema: unknown): unknown[] =>
  choices(schema).flatMap((one) =>
    Array.isArray(one["enum"]) ? one["enum"].map((value) => typeof value) : [one["type"]],
  );

/** undefined: the schema takes every type. */
const wrongValue = (schema: unknown): unknown => {
  const types = typesOf(schema);
  if (types.includes(undefined)) return undefined;
  if (!types.includes("string")) return "a word";
  return types.includes("number") || types.includes("integer") ? { not: "this" } : 12;
};

/** The call as JSON, with keys in the order of the schema: a grammar knows one order. */
export const callText = ({ name, args }: ToolCall, schema: JsonSchema): string =>
  JSON.stringify({ name, arguments: inOrder(args, schema) });

const inOrder = (value: unknown, schema: unknown): unknown => {
  if (Array.isArray(value)) {
    const items = choices(schema)
      .map((one) => one["items"])
      .find(isFields);
    return value.map((one) => inOrder(one, items));
  }
  if (!isFields(value)) return value;
  const properties = propertiesOf(schema);
  const keys = [...new Set([...Object.keys(properties), ...Object.keys(value)])].filter((key) =>
    Object.hasOwn(value, key),
  );
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key], properties[key])]));
};
