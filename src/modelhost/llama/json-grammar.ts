import type { JsonSchema, ToolSpec } from "../../protocol/model-host.ts";
import { nonNegativeNumber, numberRange, Unsupported } from "./number-grammar.ts";

/** GBNF text, or why the schema cannot be enforced while decoding. */
export type GrammarText = { ok: true; grammar: string } | { ok: false; reason: string };

type Fields = Readonly<Record<string, unknown>>;
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
const json = (value: unknown): string => JSON.stringify(JSON.stringify(value));

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown, key: string): readonly unknown[] => {
  if (!Array.isArray(value) || value.length === 0) throw new Unsupported(`${key} must be a list with something in it`);
  return value;
};

const addRule = (scope: Scope, text: string): string => {
  const name = `r${scope.rules.size}`;
  scope.rules.set(name, text);
  return name;
};

/** Refuses what would be ignored: a grammar that allows more than the schema is worse than none. */
const onlyKeys = (schema: Fields, allowed: readonly string[], path: string): void => {
  const unknown = Object.keys(schema).find((key) => !annotations.has(key) && !allowed.includes(key));
  if (unknown !== undefined) throw new Unsupported(`${path || "schema"}: ${unknown} cannot be enforced`);
};

/** A GBNF expression that stands alone: alternatives come as a rule's name. */
const compile = (schema: unknown, path: string, scope: Scope): string => {
  if (schema === true) return "value";
  if (!isFields(schema)) throw new Unsupported(`${path || "schema"} is no schema`);
  const alternatives = (parts: readonly unknown[]): string =>
    addRule(scope, parts.map((part) => compile(part, path, scope)).join(" | "));

  if ("$ref" in schema) return reference(schema["$ref"], path, scope);
  if ("const" in schema) return json(schema["const"]);
  if ("enum" in schema) return addRule(scope, listOf(schema["enum"], "enum").map(json).join(" | "));
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    if (!(key in schema)) continue;
    onlyKeys(schema, [key], path);
    const parts = listOf(schema[key], key);
    if (key === "allOf" && parts.length > 1) throw new Unsupported(`${path || "schema"}: allOf cannot be enforced`);
    return alternatives(parts);
  }
  const { type } = schema;
  if (Array.isArray(type)) return alternatives(type.map((one) => ({ ...schema, type: one })));
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
      throw new Unsupported(`${path || "schema"}: type ${String(type)} is unknown`);
  }
};

/** References become named rules, so that a schema may refer to itself. */
const reference = (pointer: unknown, path: string, scope: Scope): string => {
  if (typeof pointer !== "string" || !/^#(\/[^/]+)*$/.test(pointer))
    throw new Unsupported(`${path || "schema"}: $ref outside the schema`);
  let target: unknown = scope.root;
  for (const part of pointer.split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    target = isFields(target) ? target[key] : undefined;
  }
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
    if (!(String(name) in properties))
      throw new Unsupported(`${path || "schema"}: ${String(name)} is required, but not described`);
  const entries = Object.entries(properties).map(([name, value]) => ({
    name,
    value: compile(value, path ? `${path}.${name}` : name, scope),
    required: required.has(name),
  }));
  if (entries.length > 0) return addRule(scope, objectText(entries, scope));
  const others = schema["additionalProperties"];
  if (others === false) return '"{}"';
  if (!(schema["propertyNames"] === undefined || isPlainString(schema["propertyNames"])))
    throw new Unsupported(`${path || "schema"}: propertyNames cannot be enforced`);
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
  if (typeof value !== "number" || value < 0 || value > longestRepetition)
    throw new Unsupported(`${path || "schema"}: ${key} over ${longestRepetition} cannot be enforced`);
  return value;
};

const repeated = (text: string, least: number, most: number | undefined): string => `${text}{${least},${most ?? ""}}`;

const stringText = (schema: Fields, path: string): string => {
  onlyKeys(schema, ["type", "minLength", "maxLength"], path);
  const least = count(schema, "minLength", path) ?? 0;
  const most = count(schema, "maxLength", path);
  if (least === 0 && most === undefined) return "string";
  return `"\\"" ${repeated("char", least, most)} "\\""`;
};

const arrayText = (schema: Fields, path: string, scope: Scope): string => {
  onlyKeys(schema, ["type", "items", "prefixItems", "minItems", "maxItems"], path);
  const least = count(schema, "minItems", path) ?? 0;
  const most = count(schema, "maxItems", path);
  if ("prefixItems" in schema) {
    const items = listOf(schema["prefixItems"], "prefixItems").map((item) => compile(item, `${path}[]`, scope));
    // What may follow these is never written, which suits a schema that does not ask for more.
    if (least > items.length || (most ?? items.length) < items.length)
      throw new Unsupported(`${path || "schema"}: prefixItems of another number than minItems and maxItems`);
    return addRule(scope, `"[" ${items.join(' "," space ')} "]"`);
  }
  const item = schema["items"] === undefined ? "value" : compile(schema["items"], `${path}[]`, scope);
  if (most === 0) return '"[]"';
  const items = `${item} ${repeated(`("," space ${item})`, Math.max(least - 1, 0), most && most - 1)}`;
  return addRule(scope, least === 0 ? `"[" (${items})? "]"` : `"[" ${items} "]"`);
};
