import type * as z from "zod/mini";
import type { SourceDocs } from "./docs.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Words = Pick<SourceDocs, "fields" | "variants">;

const widest = 96;
const step = "  ";

/** What JSON Schema writes for whole numbers without limits. */
const unlimited = (value: number): boolean => Math.abs(value) === Number.MAX_SAFE_INTEGER;

const integer = ({ minimum, exclusiveMinimum, maximum }: JsonSchema): string => {
  const least = minimum ?? (typeof exclusiveMinimum === "number" ? exclusiveMinimum + 1 : undefined);
  const from = least === undefined || unlimited(least) ? "" : least;
  const to = maximum === undefined || unlimited(maximum) ? "" : maximum;
  return from === "" && to === "" ? "integer" : `integer /* ${from}..${to} */`;
};

const asObject = (schema: JsonSchema | boolean | undefined): JsonSchema => (typeof schema === "object" ? schema : {});

const fieldsOf = ({ properties = {}, required = [] }: JsonSchema): [string, JsonSchema][] =>
  Object.entries(properties).map(([name, field]) => [required.includes(name) ? name : `${name}?`, asObject(field)]);

const membersOf = ({ anyOf, oneOf }: JsonSchema): JsonSchema[] => (anyOf ?? oneOf ?? []).map(asObject);

/** The shape on one line. */
const inline = (schema: JsonSchema): string => {
  if (schema.$ref !== undefined) return schema.$ref.replace("#/$defs/", "");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return membersOf(schema).map(inline).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "integer") return integer(schema);
  if (schema.type === "array") {
    const item = inline(asObject(Array.isArray(schema.items) ? undefined : schema.items));
    return item.includes(" ") ? `(${item})[]` : `${item}[]`;
  }
  if (schema.type !== "object") return schema.type ?? "unknown";
  if (typeof schema.additionalProperties === "object") return `Record<string, ${inline(schema.additionalProperties)}>`;
  const fields = fieldsOf(schema).map(([name, field]) => `${name}: ${inline(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`;
};

const bare = (name: string): string => name.replace(/\?$/, "");

const variantDoc = (schema: JsonSchema, { variants }: Words): string | undefined =>
  Object.values(schema.properties ?? {})
    .map((field) => variants.get(String(asObject(field).const)))
    .find((doc) => doc !== undefined);

/** Whether the source says something about a part of this shape. */
const hasWords = (schema: JsonSchema, words: Words): boolean =>
  fieldsOf(schema).some(([name, field]) => words.fields.has(bare(name)) || hasWords(field, words)) ||
  membersOf(schema).some((member) => variantDoc(member, words) !== undefined || hasWords(member, words));

/** A line with its comment above it. */
const commented = (doc: string | undefined, indent: string, line: string): string[] => [
  ...(doc === undefined ? [] : [`${indent}// ${doc}`]),
  indent + line,
];

/** The shape over several lines where it is long or has comments in it. */
const write = (schema: JsonSchema, words: Words, indent: string): string => {
  const short = inline(schema);
  if (short.length + indent.length <= widest && !hasWords(schema, words)) return short;
  const deeper = indent + step;
  const members = schema.enum?.map((value) => ({ const: value })) ?? membersOf(schema);
  if (members.length > 0)
    return members
      .flatMap((member) => commented(variantDoc(member, words), deeper, `| ${write(member, words, deeper + step)}`))
      .reduce((text, line) => `${text}\n${line}`, "");
  const fields = fieldsOf(schema);
  if (fields.length === 0) return short;
  const lines = fields.flatMap(([name, field]) =>
    commented(words.fields.get(bare(name)), deeper, `${name}: ${write(field, words, deeper)};`),
  );
  return `{\n${lines.join("\n")}\n${indent}}`;
};

const withoutTrailingBlanks = (text: string): string => text.replace(/ +$/gm, "");

/**
 * `label` and a JSON schema as a TypeScript-like type, with the source's comments above fields and members of unions.
 * Named schemas appear in it by their names.
 */
export const writeShape = (label: string, schema: JsonSchema, words: Words): string =>
  withoutTrailingBlanks(`${label} ${write(schema, words, "")}`);

/** The schema that a reference to one of its own definitions stands for. */
export const resolveName = (schema: JsonSchema): JsonSchema =>
  (schema.$ref && schema.$defs?.[schema.$ref.replace("#/$defs/", "")]) || schema;
