import type { JsonSchema, ToolSpec } from "../../protocol/model-host.ts";
import { areDisjoint, type Fields, isFields, typeOfValue } from "./json-types.ts";
import { type AddRule, literal, nameBelow, oneOf, runOfLines } from "./literal-grammar.ts";
import { nonNegativeNumber, numberRange, Unsupported } from "./number-grammar.ts";

/** GBNF text, or why the schema cannot be enforced while decoding. */
export type GrammarText = { ok: true; grammar: string } | { ok: false; reason: string };

type Property = { readonly name: string; readonly value: string; readonly required: boolean };

/** llama.cpp refuses longer repetitions. */
const longestRepetition = 2000;

const annotations = new Set(
  "title description default examples format deprecated readOnly writeOnly $schema $id $comment $defs definitions".split(
    " ",
  ),
);

const primitives = [
  `space ::= " "?`,
  `char ::= [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4})`,
  `string ::= "\\"" char* "\\""`,
  `number ::= "-"? ${nonNegativeNumber}`,
  `boolean ::= "true" | "false"`,
  `value ::= string | number | boolean | "null" | object | array`,
  `member ::= string ":" space value`,
  `object ::= "{" (member ("," space member)*)? "}"`,
  `array ::= "[" (value ("," space value)*)? "]"`,
];

/** A grammar for JSON that the schema accepts: keys in the schema's order, optional ones may be left out. */
export const jsonGrammar = (schema: JsonSchema): GrammarText =>
  build((rules) => compile(schema, "", { rules, root: schema, id: 0 }));

/** A grammar for `{"name": …, "arguments": …}` with one of the tools and arguments that it accepts. */
export const callGrammar = (tools: readonly ToolSpec[]): GrammarText =>
  build((rules) => {
    if (tools.length === 0) throw new Unsupported("there are no tools");
    const calls = tools.map(({ name, parameters }, id) => {
      const scope: Scope = { rules, root: parameters, id };
      const call = [
        { name: "name", value: json(name), required: true },
        { name: "arguments", value: compile(parameters, name, scope), required: true },
      ];
      return objectText(call, scope);
    });
    return calls.join(" | ");
  });

const build = (root: (rules: Map<string, string>) => string): GrammarText => {
  const rules = new Map<string, string>();
  try {
    const expression = root(rules);
    const own = [...rules].map(([name, text]) => `${name} ::= ${text}`);
    return { ok: true, grammar: [`root ::= ${expression}`, ...own, ...primitives].join("\n") };
  } catch (error) {
    // Thrown out of the recursion, a value from here on.
    if (error instanceof Unsupported) return { ok: false, reason: error.message };
    throw error;
  }
};

interface Scope {
  readonly rules: Map<string, string>;
  /** What "#" in a reference means, and a number for it: it differs from tool to tool. */
  readonly root: unknown;
  readonly id: number;
}

/** A JSON value as a GBNF literal. */
const json = (value: unknown): string => literal(JSON.stringify(value));

const refuse = (path: string, why: string): never => {
  throw new Unsupported(`${path || "schema"}: ${why}`);
};

const listOf = (schema: Fields, key: string, path: string): readonly unknown[] => {
  const value = schema[key];
  return Array.isArray(value) && value.length > 0 ? value : refuse(path, `${key} must be a list with something in it`);
};

const addRule = (scope: Scope, text: string): string => {
  const name = `r${scope.rules.size}`;
  scope.rules.set(name, text);
  return name;
};

/** Refuses what would be ignored: a grammar that allows more than the schema is worse than none. */
const onlyKeys = (schema: Fields, allowed: readonly string[], path: string): void => {
  const unknown = Object.keys(schema).find((key) => !annotations.has(key) && !allowed.includes(key));
  if (unknown !== undefined) refuse(path, `${unknown} cannot be enforced`);
};

/** The values of `const` or `enum` as JSON. */
const constants = (schema: Fields, key: "const" | "enum", path: string): string[] => {
  onlyKeys(schema, ["type", key], path);
  const values = key === "const" ? [schema[key]] : listOf(schema, key, path);
  const types = Object.hasOwn(schema, "type") ? [schema["type"]].flat() : null;
  const suits = (value: unknown): boolean =>
    !types || types.includes(typeOfValue(value)) || (typeof value === "number" && types.includes("number"));
  if (!values.every(suits)) refuse(path, `${key} has a value of another type`);
  return values.map((value) => JSON.stringify(value));
};

/** Our own keywords for strings that stand in the context: see `narrowed` of the agent, which writes them. */
const literals: Readonly<Record<"spans" | "below", (texts: readonly string[], add: AddRule) => string>> = {
  spans: runOfLines,
  below: nameBelow,
};

const literalText = (schema: Fields, key: "spans" | "below", path: string, scope: Scope): string => {
  onlyKeys(schema, ["type", key], path);
  const texts = listOf(schema, key, path);
  if (schema["type"] !== "string") refuse(path, `${key} is for strings`);
  const isTexts = (values: readonly unknown[]): values is string[] => values.every((one) => typeof one === "string");
  if (!isTexts(texts)) return refuse(path, `${key} must be a list of texts`);
  if (key === "spans" && texts.every((text) => text.trim() === "")) refuse(path, "spans has blank lines alone");
  return addRule(
    scope,
    literals[key](texts, (text) => addRule(scope, text)),
  );
};

/** A GBNF expression that stands alone: alternatives come as a rule's name. */
const compile = (schema: unknown, path: string, scope: Scope): string => {
  if (schema === true) return "value";
  if (!isFields(schema)) throw new Unsupported(`${path || "schema"} is no schema`);
  const alternatives = (parts: readonly unknown[]): string =>
    addRule(scope, parts.map((part) => compile(part, path, scope)).join(" | "));

  if (Object.hasOwn(schema, "$ref")) return reference(schema, path, scope);
  if (Object.hasOwn(schema, "const")) return constants(schema, "const", path).map(literal).join("");
  if (Object.hasOwn(schema, "enum"))
    return addRule(
      scope,
      oneOf(constants(schema, "enum", path), (text) => addRule(scope, text)),
    );
  for (const key of ["spans", "below"] as const)
    if (Object.hasOwn(schema, key)) return literalText(schema, key, path, scope);
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    if (!Object.hasOwn(schema, key)) continue;
    onlyKeys(schema, [key], path);
    const parts = listOf(schema, key, path);
    if (key === "allOf" && parts.length > 1) refuse(path, "allOf cannot be enforced");
    if (key === "oneOf" && !areDisjoint(parts, (part) => withoutReference(part, path, scope)))
      refuse(path, "oneOf cannot be enforced where one value may suit two of its schemas");
    return alternatives(parts);
  }
  const { type } = schema;
  if (Array.isArray(type)) return alternatives(listOf(schema, "type", path).map((one) => ({ ...schema, type: one })));
  switch (type) {
    case "object":
      return objectRule(schema, path, scope);
    case "array":
      return arrayText(schema, path, scope);
    case "string":
      return stringText(schema, path);
    case "number":
    case "integer":
      onlyKeys(schema, ["type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], path);
      return addRule(scope, numberRange(schema, type, path));
    case "boolean":
    case "null":
      onlyKeys(schema, ["type"], path);
      return type === "null" ? '"null"' : "boolean";
    case undefined:
      onlyKeys(schema, [], path);
      return "value";
    default:
      return refuse(path, `type ${String(type)} is unknown`);
  }
};

const decoded = (pointer: string): string | undefined => {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return undefined;
  }
};

/** What a reference points to; undefined when there is nothing. */
const targetOf = (pointer: unknown, path: string, scope: Scope): unknown => {
  const text = typeof pointer === "string" && /^#(\/[^/]+)*$/.test(pointer) ? decoded(pointer) : undefined;
  if (text === undefined) return refuse(path, "$ref outside the schema");
  let target: unknown = scope.root;
  for (const part of text.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    target = isFields(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target;
};

const withoutReference = (schema: unknown, path: string, scope: Scope): unknown =>
  isFields(schema) && Object.hasOwn(schema, "$ref") ? targetOf(schema["$ref"], path, scope) : schema;

/** References become named rules, so that a schema may refer to itself. */
const reference = (schema: Fields, path: string, scope: Scope): string => {
  onlyKeys(schema, ["$ref"], path);
  const pointer = String(schema["$ref"]);
  const target = targetOf(schema["$ref"], path, scope);
  const name = `ref-${scope.id}-${Buffer.from(pointer).toString("hex")}`;
  if (scope.rules.has(name)) return name;
  scope.rules.set(name, "");
  scope.rules.set(name, compile(target, pointer, scope));
  return name;
};

const objectRule = (schema: Fields, path: string, scope: Scope): string => {
  onlyKeys(schema, ["type", "properties", "required", "additionalProperties", "propertyNames"], path);
  const properties = isFields(schema["properties"]) ? schema["properties"] : {};
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  for (const name of required)
    if (!Object.hasOwn(properties, String(name))) refuse(path, `${String(name)} is required, but not described`);
  if (!(schema["propertyNames"] === undefined || isPlainString(schema["propertyNames"])))
    refuse(path, "propertyNames cannot be enforced");
  const entries = Object.entries(properties).map(([name, value]) => ({
    name,
    value: compile(value, path ? `${path}.${name}` : name, scope),
    required: required.has(name),
  }));
  if (entries.length > 0) return addRule(scope, objectText(entries, scope));
  const others = schema["additionalProperties"];
  if (others === false) return '"{}"';
  const value = others === undefined ? "value" : compile(others, path, scope);
  const member = `string ":" space ${value}`;
  return addRule(scope, `"{" (${member} ("," space ${member})*)? "}"`);
};

const isPlainString = (schema: unknown): boolean =>
  isFields(schema) && schema["type"] === "string" && Object.keys(schema).length === 1;

/** From the last key to the first: what may follow when a key was written before (`more`), and when none was (`first`). */
const objectText = (properties: readonly Property[], scope: Scope): string => {
  let more = "";
  let first = '""';
  for (const { name, value, required } of properties.toReversed()) {
    const member = `${json(name)} ":" space ${value}`;
    const started = `${member} ${more}`;
    first = required ? started : addRule(scope, `${started} | ${first}`);
    more = required ? `"," space ${started}` : `("," space ${member})? ${more}`;
  }
  return `"{" ${first} "}"`;
};

const count = (schema: Fields, key: string, path: string): number | undefined => {
  const value = schema[key];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    return refuse(path, `${key} must be a whole number from 0`);
  return value > longestRepetition ? refuse(path, `${key} over ${longestRepetition} cannot be enforced`) : value;
};

/** How often something may be repeated, from the schema's keys for the least and the most. */
const repetition = (schema: Fields, [leastKey, mostKey]: readonly [string, string], path: string) => {
  const least = count(schema, leastKey, path) ?? 0;
  const most = count(schema, mostKey, path);
  if (most !== undefined && least > most) refuse(path, `${leastKey} is over ${mostKey}`);
  return { least, most };
};

const repeated = (text: string, least: number, most: number | undefined): string => `${text}{${least},${most ?? ""}}`;

const stringText = (schema: Fields, path: string): string => {
  onlyKeys(schema, ["type", "minLength", "maxLength"], path);
  const { least, most } = repetition(schema, ["minLength", "maxLength"], path);
  if (least === 0 && most === undefined) return "string";
  return `"\\"" ${repeated("char", least, most)} "\\""`;
};

const arrayText = (schema: Fields, path: string, scope: Scope): string => {
  onlyKeys(schema, ["type", "items", "prefixItems", "minItems", "maxItems"], path);
  const { least, most } = repetition(schema, ["minItems", "maxItems"], path);
  if (Object.hasOwn(schema, "prefixItems")) {
    const items = listOf(schema, "prefixItems", path).map((item) => compile(item, `${path}[]`, scope));
    // What may follow these is never written, which suits a schema that does not ask for more.
    if (least > items.length || (most ?? items.length) < items.length)
      refuse(path, "prefixItems of another number than minItems and maxItems");
    return addRule(scope, `"[" ${items.join(' "," space ')} "]"`);
  }
  const item = schema["items"] === undefined ? "value" : compile(schema["items"], `${path}[]`, scope);
  if (most === 0) return '"[]"';
  const items = `${item} ${repeated(`("," space ${item})`, Math.max(least - 1, 0), most && most - 1)}`;
  return addRule(scope, least === 0 ? `"[" (${items})? "]"` : `"[" ${items} "]"`);
};
