// One pass over a message: thoughts, frames and calls are found by their marks, the rest is content.
import type { ToolSpec } from "../../../protocol/model-host.ts";
import type { CallFamily, CallForm, ParsedCall, ReadContext, ThoughtMarks } from "./family.ts";
import { markFinder } from "./find-marks.ts";
import { skipBlank } from "./syntax/lenient-json.ts";

/** A message in its parts. */
export interface ParsedMessage {
  readonly content: string;
  readonly reasoning: string;
  readonly calls: readonly ParsedCall[];
}

export interface ParseOptions {
  /** What the model was offered; [] where that is not known. */
  readonly tools: readonly ToolSpec[];
  /** More text may come: what may still become a mark or a call is held back. */
  readonly partial: boolean;
  /** "kept": thoughts stay in the content with their marks. */
  readonly thoughts: "apart" | "kept";
  /** What the template itself wrote of the message. null: unknown; then a thought may end that never began. */
  readonly written: string | null;
}

/** Calls, thoughts and content of a message, or of its beginning. Never throws; takes time linear in the text. */
export const parseCalls = (text: string, family: CallFamily, options: ParseOptions): ParsedMessage => {
  const read = scan((options.written ?? "") + text, family, options);
  const opening = options.written === null && endsUnbegun(text, family, read.firstCall) ? family.opening : "";
  const begun = opening === "" ? read : scan(opening + text, family, options);
  return messageOf(withoutThought(begun) ?? begun);
};

/** Models forget to end a thought before they call: then it was none. null: it did end, or holds no call. */
const withoutThought = ({ text, family, options, unended }: Scan): Scan | null => {
  if (unended === null || options.partial) return null;
  const plain = scan(text.slice(0, unended.at) + text.slice(unended.from), { ...family, thoughts: [] }, options);
  return plain.calls.length > 0 ? plain : null;
};

/** A thought that the template began ends before any call: calls that were shown must not become thoughts. */
const endsUnbegun = (text: string, { thoughts: [usual], opening }: CallFamily, firstCall: number): boolean => {
  if (!usual || opening === "") return false;
  const end = text.indexOf(usual.close);
  return end !== -1 && end < firstCall && text.lastIndexOf(usual.open, end) === -1;
};

interface Scan {
  readonly text: string;
  readonly family: CallFamily;
  readonly options: ParseOptions;
  readonly context: ReadContext;
  readonly content: string[];
  readonly reasoning: string[];
  readonly calls: ParsedCall[];
  at: number;
  /** Where the first call stands, or what may become it. */
  firstCall: number;
  /** Where a thought begins that never ends, and where its text does. */
  unended: { readonly at: number; readonly from: number } | null;
  /** Where each close was found last: no part of the text is searched twice. */
  readonly nextClose: Map<string, number>;
  /** Whether the last mark was left out: blanks behind it say nothing. */
  marked: boolean;
  /** Whether nothing but blanks was said since the beginning, the last call or the last thought. */
  quiet: boolean;
}

const messageOf = (read: Scan): ParsedMessage => {
  const { content, reasoning, calls } = read;
  if (!read.options.partial) endText(read);
  const said = content.join("");
  return { content: said.trim() === "" ? "" : said, reasoning: reasoning.join("\n"), calls };
};

const scan = (text: string, family: CallFamily, options: ParseOptions): Scan => {
  const tools = new Map(options.tools.map((tool) => [tool.name, tool]));
  const state: Scan = {
    ...{ text, family, options, context: { tools, partial: options.partial } },
    ...{ content: [], reasoning: [], calls: [], nextClose: new Map(), at: 0, firstCall: Number.POSITIVE_INFINITY },
    ...{ unended: null, marked: false, quiet: true },
  };
  const finder = markFinder(text, family, options.thoughts);
  while (state.at < text.length) {
    if (state.quiet && readQuietMark(state)) continue;
    const mark = finder.next(state.at);
    say(state, mark ?? (options.partial ? finder.mayBegin(state.at) : text.length));
    if (mark === null) break;
    if (!readMark(state, mark)) say(state, mark + 1);
  }
  return state;
};

/** The text up to `end` is content. */
const say = (state: Scan, end: number): void => {
  const text = state.text.slice(state.at, end);
  const said = state.quiet && state.marked ? text.trimStart() : text;
  state.at = end;
  if (said === "") return;
  state.content.push(said);
  if (said.trim() !== "") state.quiet = false;
};

/** No more is said: blanks behind what was said are none of it. */
const endText = ({ content, quiet }: Scan): void => {
  if (!quiet) content.push(content.pop()?.trimEnd() ?? "");
};

/** What only counts where nothing was said yet. */
const readQuietMark = (state: Scan): boolean => {
  const at = skipBlank(state.text, state.at);
  const { thoughts, forms } = state.family;
  const { partial } = state.options;
  const rest = state.text.slice(at, at + 64);
  for (const marks of thoughts) {
    if (state.text.startsWith(marks.open, at)) return readThought(state, at, marks);
    if (partial && rest !== "" && marks.open.startsWith(rest)) return hold(state);
  }
  // Headers of such forms often begin with a blank, which templates leave out.
  const starting = forms.filter(({ where }) => where === "start");
  return starting.some((form) => readForm(state, at, form) === "read" || readForm(state, state.at, form) === "read");
};

const readThought = (state: Scan, at: number, { open, close, spoken }: ThoughtMarks): boolean => {
  const { text, options } = state;
  const from = at + open.length;
  const end = text.indexOf(close, from);
  const to = end === -1 ? text.length - (options.partial ? cutMark(text, close) : 0) : end;
  const next = end === -1 ? text.length : end + close.length;
  if (end === -1) state.unended = { at, from };
  if (options.thoughts === "kept") state.content.push(text.slice(state.at, next));
  else {
    const thought = text.slice(spoken ? at : from, Math.max(to, from)).trim();
    if (thought !== "") state.reasoning.push(thought);
    else if (end === -1) return hold(state);
  }
  state.at = next;
  state.marked = options.thoughts === "apart";
  state.quiet = true;
  return true;
};

/** How many characters at the end of the text may be the beginning of the mark. */
const cutMark = (text: string, mark: string): number => {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
};

/** Nothing can be told of the rest yet. */
const hold = (state: Scan): boolean => {
  state.at = state.text.length;
  return true;
};

const isLineStart = (text: string, at: number): boolean => /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 64), at));

const readMark = (state: Scan, at: number): boolean => {
  const { text, family, options } = state;
  let mayGrow = false;
  for (const form of family.forms) {
    if (form.where === "start" || !form.starts.some((start) => text.startsWith(start, at))) continue;
    if (form.where === "line" && !state.quiet && !isLineStart(text, at)) continue;
    const result = readForm(state, at, form);
    if (result === "read") return true;
    mayGrow ||= result === "open";
  }
  if (mayGrow) {
    state.firstCall = Math.min(state.firstCall, at);
    return hold(state);
  }
  if (family.thinksBetween)
    for (const marks of family.thoughts) if (text.startsWith(marks.open, at)) return readThought(state, at, marks);
  const frames = options.thoughts === "apart" ? [...family.frames, ...(family.answerMarks ?? [])] : family.frames;
  const frame = frames.find((one) => text.startsWith(one, at));
  if (frame === undefined) return false;
  state.at = at + frame.length;
  return true;
};

/** An opening longer than this is none; over several lines it is shorter. */
const longestOpening = { oneLine: 400, lines: 60 } as const;

const mayGoOn = (text: string, at: number, until: string | null): boolean => {
  const rest = text.slice(at, at + longestOpening.oneLine + 1);
  if (rest.length > longestOpening.oneLine || (until !== null && rest.includes(until))) return false;
  return rest.length <= longestOpening.lines || !rest.includes("\n");
};

/** "open": more text may make it a call. */
const readForm = (state: Scan, at: number, form: CallForm): "read" | "open" | "none" => {
  const { text, options, context } = state;
  form.header.lastIndex = at;
  const header = form.header.exec(text);
  if (!header) return options.partial && form.where !== "start" && mayGoOn(text, at, form.until) ? "open" : "none";
  const read = form.read(text, header, context);
  if (read.kind === "none") return "none";
  if (read.kind === "open") return options.partial ? "open" : "none";
  if (read.kind === "text") state.content.push(read.text);
  else {
    state.firstCall = Math.min(state.firstCall, at);
    endText(state);
    state.calls.push(...read.calls);
  }
  const end = read.kind === "calls" && read.broken ? closeBehind(state, read.end, form.closes) : read.end;
  state.at = afterCloses(text, end, form.closes);
  state.marked = true;
  state.quiet = true;
  return "read";
};

/** Where the rest of a broken call ends: at its nearest close, else where it broke, or at the end of what came so far. */
const closeBehind = ({ text, options, nextClose }: Scan, end: number, closes: readonly string[]): number => {
  for (const close of closes) {
    if ((nextClose.get(close) ?? -1) >= end) continue;
    const at = text.indexOf(close, end);
    nextClose.set(close, at === -1 ? Number.POSITIVE_INFINITY : at);
  }
  const nearest = Math.min(...closes.map((close) => nextClose.get(close) ?? Number.POSITIVE_INFINITY));
  if (nearest !== Number.POSITIVE_INFINITY) return nearest;
  return options.partial ? text.length : end;
};

const afterCloses = (text: string, end: number, closes: readonly string[]): number => {
  let at = end;
  for (const close of closes) {
    const from = skipBlank(text, at);
    if (text.startsWith(close, from)) at = from + close.length;
    else if (from < text.length && close.startsWith(text.slice(from, from + 64))) return text.length;
  }
  return at;
};
