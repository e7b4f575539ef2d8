// Calls as JSON objects: one, several side by side, or a list of them.
import type { Arguments, CallReader, ParsedCall, ReadContext } from "../family.ts";
import { json, type Member, type Read, readValue, skipBlank } from "./lenient-json.ts";

const nameKeys = ["name", "tool_name", "tool", "function"];
const argumentKeys = ["arguments", "parameters", "args", "input", "tool_input"];
const idKeys = ["id", "tool_call_id", "call_id"];
const wrapperKeys = ["tool_call", "function_call", "tool_calls"];

/** What a call's arguments are, when they are complete. */
const argumentsOf = ({ kind, value }: Read): Arguments | null => {
  if (kind !== "done") return null;
  if (value === null) return {};
  if (typeof value !== "string") return asArguments(value);
  const inner = value.trim();
  return inner === "" ? {} : asArguments(wholeValue(inner));
};

const asArguments = (value: unknown): Arguments | null =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? // An object without a list's methods has only keys.
      (value as Arguments)
    : null;

/** The value that the whole text is; undefined: it is none. */
export const wholeValue = (text: string): unknown => {
  // The line break ends a number, which could go on otherwise.
  const read = readValue(`${text}\n`, 0);
  return read.kind === "done" && skipBlank(text, read.end) >= text.length ? read.value : undefined;
};

/** A call with arguments read at a place. `read` null: nothing of them is there. */
export const callOf = (name: string, text: string, at: number, read: Read | null): ParsedCall => {
  const value = read === null ? null : argumentsOf(read);
  return { id: null, name, arguments: value, text: value ? JSON.stringify(value) : text.slice(at, read?.end ?? at) };
};

const memberOf = (members: readonly Member[], keys: readonly string[]): Member | undefined =>
  members.find(({ key }) => keys.includes(key));

const textOf = (member: Member | undefined): string | null => {
  if (member?.value?.kind !== "done") return null;
  const { value } = member.value;
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
};

/** The calls in what was read; `sure`: what has a name alone is a call as well. */
type CallsIn = (text: string, read: Read, sure: boolean, context: ReadContext) => ParsedCall[];

const inObject: CallsIn = (text, read, sure, context) => {
  const members = read.members ?? [];
  const wrapped = memberOf(members, [...wrapperKeys, "function"])?.value;
  if (wrapped?.members || wrapped?.items) return callsIn(text, wrapped, true, context);
  const name = textOf(memberOf(members, nameKeys));
  if (name === null || name === "") return [];
  const given = memberOf(members, argumentKeys);
  if (!sure && !(given && isKnown(name, context) && /[{"]/.test(text[given.at] ?? ""))) return [];
  const id = textOf(memberOf(members, idKeys));
  if (given === undefined && read.kind === "done") return [{ id, name, arguments: {}, text: "{}" }];
  return [{ ...callOf(name, text, given?.at ?? 0, given?.value ?? null), id }];
};

const isKnown = (name: string, { tools }: ReadContext): boolean => tools.size === 0 || tools.has(name);

const callsIn: CallsIn = (text, read, sure, context) =>
  read.items ? read.items.flatMap((item) => inObject(text, item, sure, context)) : inObject(text, read, sure, context);

/** `{"f": {…}}`: the key is the name. */
const inNamed: CallsIn = (text, read) =>
  (read.items ?? [read]).flatMap(({ members = [] }) =>
    members.map(({ key, at, value }) => callOf(key, text, at, value)),
  );

const callKeys = new Set([...nameKeys, ...argumentKeys, ...idKeys, ...wrapperKeys, "type"]);

/** Whether an object, or the first of a list, begins as no call does. */
const isOther = ({ items, members }: Read): boolean => {
  if (items) return items[0] !== undefined && (items[0].members === undefined || isOther(items[0]));
  const key = members?.[0]?.key;
  return key !== undefined && !callKeys.has(key);
};

const reader =
  (calls: CallsIn, sure: boolean): CallReader =>
  (text, header, context) => {
    const found: ParsedCall[] = [];
    let at = header.index + header[0].length;
    for (;;) {
      const from = skipBlank(text, at);
      if (from === text.length) return found.length === 0 ? { kind: "open" } : { kind: "calls", calls: found, end: at };
      if (text[from] !== "{" && !(text[from] === "[" && found.length === 0)) break;
      const read = readValue(text, from, json);
      const more = calls(text, read, sure, context);
      found.push(...more);
      if (!sure && more.length === 0 && isOther(read)) break;
      if (read.kind === "open")
        return found.length > 0 ? { kind: "calls", calls: found, end: read.end } : { kind: "open" };
      at = more.length > 0 || found.length === 0 ? read.end : at;
      if (read.kind === "wrong" && found.length > 0)
        return { kind: "calls", calls: found, end: read.end, broken: true };
      if (more.length === 0 || read.kind === "wrong") break;
    }
    return found.length > 0 ? { kind: "calls", calls: found, end: at } : { kind: "none", end: at };
  };

/** Behind a mark of calls: whatever has a name is one. */
export const readMarkedJson: CallReader = reader(callsIn, true);

/** JSON that no mark announces: a call has arguments and, where tools are known, the name of one. */
export const readBareJson: CallReader = reader(callsIn, false);

export const readNamedJson: CallReader = reader(inNamed, true);

/** `{"response": "…"}` is the answer, everything else is read as bare JSON. */
export const readWrappedJson: CallReader = (text, header, context) => {
  const from = skipBlank(text, header.index + header[0].length);
  const read = readValue(text, from);
  const answer = read.members?.find(({ key }) => key === "response");
  if (answer?.value?.kind === "done" && typeof answer.value.value === "string" && read.kind === "done")
    return { kind: "text", text: answer.value.value, end: read.end };
  if (answer && read.kind === "open") return { kind: "open" };
  return readBareJson(text, header, context);
};

/** The name stands in the header, in the group `name` (and `id`); the arguments follow. */
export const readHeadedJson: CallReader = (text, header) => {
  const { name = "", id } = header.groups ?? {};
  const at = skipBlank(text, header.index + header[0].length);
  const read = at === text.length ? null : readValue(text, at);
  const call = callOf(name.trim(), text, at, read);
  const broken = read?.kind === "wrong";
  return { kind: "calls", calls: [{ ...call, id: id ?? null }], end: read?.end ?? text.length, broken };
};
