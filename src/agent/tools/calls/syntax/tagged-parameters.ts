// Calls whose arguments stand one by one between tags, as plain text: what a value is, the tool's schema says.
import type { CallReader, ParsedCall, ReadContext } from "../family.ts";
import { wholeValue } from "./call-json.ts";
import { skipBlank } from "./lenient-json.ts";

/** The tags of a parameter. `open`: sticky, groups `key` and, where the tag says it, `string` ("true": it is text). */
interface ParameterTags {
  readonly open: RegExp;
  readonly close: string;
  /** Ends the call. */
  readonly end: readonly string[];
}

/** Long enough for every tag that is not a mistake. */
const longestTag = 300;

const typesOf = (schema: unknown): readonly unknown[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const { type, enum: values, anyOf, oneOf } = schema as Record<string, unknown>; // read key by key below
  if (type !== undefined) return [type].flat();
  if (Array.isArray(values)) return values.map((value) => (value === null ? "null" : typeof value));
  const several = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : [];
  return several.flatMap(typesOf);
};

/** The text of a parameter as the value that its schema asks for. */
const asAsked = (text: string, schema: unknown): unknown => {
  const types = typesOf(schema);
  const plain = text.trim();
  if (types.includes("string")) {
    if (plain === "null" && types.includes("null")) return null;
    const others = types.filter((type) => type !== "string" && type !== "null");
    const value = others.length === 0 ? undefined : wholeValue(plain);
    return value === undefined || typeof value === "string" ? text : value;
  }
  const value = wholeValue(plain);
  return value === undefined ? text : value;
};

const schemaOf = (name: string, key: string, { tools }: ReadContext): unknown => {
  const properties = tools.get(name)?.parameters["properties"];
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, key)
    ? (properties as Record<string, unknown>)[key] // hasOwn
    : undefined;
};

/** Without the line breaks that only set the tags apart; `indented`: and without the indentation. */
const unpadded = (text: string, indented: boolean): string =>
  indented ? text.trim() : text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");

const isIndented = (text: string, at: number): boolean => /\n[ \t]+$/.test(text.slice(Math.max(0, at - 64), at));

export const taggedParameters =
  ({ open, close, end }: ParameterTags): CallReader =>
  (text, header, context) => {
    const name = header.groups?.["name"]?.trim() ?? "";
    const given: [string, unknown][] = [];
    const written = (): string => JSON.stringify(Object.fromEntries(given));
    const ended = (complete: boolean, at: number, rest = ""): ReturnType<CallReader> => {
      const call: ParsedCall = {
        ...{ id: null, name, arguments: complete ? Object.fromEntries(given) : null },
        text: complete ? written() : `${written().slice(0, -1)}${rest}`,
      };
      return { kind: "calls", calls: [call], end: at };
    };
    let at = header.index + header[0].length;
    for (;;) {
      at = skipBlank(text, at);
      const tag = end.find((one) => text.startsWith(one, at));
      if (tag !== undefined) return ended(true, at + tag.length);
      open.lastIndex = at;
      const parameter = open.exec(text);
      if (!parameter) return ended(false, text.length - at < longestTag ? text.length : at);
      const from = at + parameter[0].length;
      const { key: rawKey = "", string } = parameter.groups ?? {};
      const key = rawKey.trim();
      const to = text.indexOf(close, from);
      if (to === -1) return ended(false, text.length, `${given.length > 0 ? "," : ""}${JSON.stringify(key)}:`);
      const value = unpadded(text.slice(from, to), isIndented(text, at));
      const schema =
        string === undefined ? schemaOf(name, key, context) : { type: string === "true" ? "string" : undefined };
      given.push([key, asAsked(value, schema)]);
      at = to + close.length;
    }
  };
