import type * as z from "zod/mini";
import { parseJson } from "../../../protocol/rpc.ts";
import type { ToolCall } from "../../inference/engine.ts";

/** What a model answered to one task. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

/** Models like to put a fence around what was asked for; every reader of their answers takes it off. */
export const withoutFence = (text: string): string =>
  /^\s*```[\w-]*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text.trim();

export const isJsonOf = (schema: z.ZodMiniType, text: string): boolean => parseJson(schema, withoutFence(text)).ok;

/** The last number of the text is the result; what comes before may be the way to it. Thousands may be marked with commas. */
export const endsInNumber = (text: string, expected: number): boolean => {
  const numbers = text.replace(/(\d),(?=\d{3}\b)/g, "$1").match(/-?\d+(?:\.\d+)?/g) ?? [];
  return Number(numbers.at(-1)) === expected;
};

/** One search/replace block, as models are asked to write it. */
const block = /^<{5,9} ?SEARCH[^\n]*\n([\s\S]*?)^={5,9}[^\n]*\n([\s\S]*?)^>{5,9} ?REPLACE/m;

/** The file after the first block of the answer; null when there is none, or what it searches is not there exactly once. */
export const applyBlock = (file: string, answer: string): string | null => {
  const [, search, replacement] = block.exec(answer) ?? [];
  if (search === undefined || replacement === undefined || search === "") return null;
  const at = file.indexOf(search);
  if (at === -1 || file.includes(search, at + 1)) return null;
  return file.slice(0, at) + replacement + file.slice(at + search.length);
};
