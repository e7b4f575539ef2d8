// Calls as Python writes them: [f(a=1), g(b="x")], and f{a:1} with marks for strings.
import type { CallReader, ParsedCall } from "../family.ts";
import { callOf } from "./call-json.ts";
import { type Dialect, matchEnd, python, readValue, skipBlank } from "./lenient-json.ts";

const nameOf = /[A-Za-z_][\w.-]{0,199}/y;
const longestName = 200;
const keyOf = /([A-Za-z_]\w{0,199})\s*=(?!=)\s*/y;

/** What there is of one call's arguments. */
interface Given {
  readonly call: ParsedCall;
  /** null: the text ends, or goes wrong, before the closing parenthesis. */
  readonly end: number | null;
}

const readArguments = (name: string, text: string, from: number): Given => {
  const given: [string, unknown][] = [];
  const written = (): string => JSON.stringify(Object.fromEntries(given));
  const broken = (rest: string): Given => {
    const beginning = written().slice(0, -1) + (rest && given.length > 0 ? "," : "") + rest;
    return { call: { id: null, name, arguments: null, text: beginning }, end: null };
  };
  let at = skipBlank(text, from);
  while (at < text.length) {
    if (text[at] === ")")
      return { call: { id: null, name, arguments: Object.fromEntries(given), text: written() }, end: at + 1 };
    keyOf.lastIndex = at;
    const key = keyOf.exec(text);
    if (!key?.[1]) return broken("");
    const value = readValue(text, at + key[0].length, python);
    if (value.kind !== "done") return broken(`${JSON.stringify(key[1])}: `);
    given.push([key[1], value.value]);
    at = skipBlank(text, value.end);
    if (text[at] === ",") at = skipBlank(text, at + 1);
    else if (at < text.length && text[at] !== ")") return broken("");
  }
  return broken("");
};

const pythonReader =
  (onlyKnown: boolean): CallReader =>
  (text, header, { tools }) => {
    const calls: ParsedCall[] = [];
    let at = skipBlank(text, header.index + header[0].length);
    for (;;) {
      const nameEnd = matchEnd(nameOf, text, at);
      const name = text.slice(at, nameEnd);
      const known = !onlyKnown || tools.size === 0 || tools.has(name);
      if (nameEnd === text.length && calls.length === 0)
        return { kind: nameEnd - at < longestName ? "open" : "none", end: at };
      if (nameEnd === at || text[nameEnd] !== "(" || !known) break;
      const { call, end } = readArguments(name, text, nameEnd + 1);
      calls.push(call);
      if (end === null) return { kind: "calls", calls, end: text.length };
      at = skipBlank(text, end);
      if (text[at] !== ",") break;
      at = skipBlank(text, at + 1);
    }
    return calls.length > 0 ? { kind: "calls", calls, end: at } : { kind: "none", end: at };
  };

/** Behind a mark of calls. */
export const readPythonCalls: CallReader = pythonReader(false);

/** Where no mark announces them: the first name, where tools are known, is one of theirs. */
export const readBarePythonCalls: CallReader = pythonReader(true);

/** `name.call(a=1)` behind a mark; the parenthesis stands in the header. */
export const readOnePythonCall: CallReader = (text, header) => {
  const { call, end } = readArguments(header.groups?.["name"] ?? "", text, header.index + header[0].length);
  return { kind: "calls", calls: [call], end: end ?? text.length };
};

/** `name{key:value}` with strings between marks. The name stands in the header, the brace does not. */
export const bracedCall =
  (dialect: Dialect): CallReader =>
  (text, header) => {
    const at = header.index + header[0].length;
    const read = readValue(text, at, dialect);
    const call = callOf(header.groups?.["name"] ?? "", text, at, read);
    return { kind: "calls", calls: [call], end: read.end, broken: read.kind === "wrong" };
  };

/** What a tool for code gets when a model writes the code alone: up to the mark, or the end. */
export const bareCode =
  (endMark: string | null): CallReader =>
  (text, header, { partial }) => {
    const from = header.index + header[0].length;
    const to = endMark === null ? -1 : text.indexOf(endMark, from);
    const code = text.slice(from, to === -1 ? text.length : to);
    const name = header.groups?.["name"] ?? "python";
    const written = JSON.stringify({ code });
    const call =
      to === -1 && partial
        ? { id: null, name, arguments: null, text: written.slice(0, -2) }
        : { id: null, name, arguments: { code }, text: written };
    return { kind: "calls", calls: [call], end: from + code.length };
  };
