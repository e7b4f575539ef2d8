import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { parse } from "../../protocol/rpc.ts";
import type { Skill } from "../prompt/skill-word.ts";
import { evaluate, formatNumber } from "./arithmetic.ts";

/** Text on its way from the model to the user. */
export interface AnswerText {
  add(text: string): void;
  end(): void;
}

const CalculatorCall = z.object({ tool: z.literal("calculator"), expression: z.string() });

/** What a calculator call says to people: the expression, then its computed value. */
export const calculatorAnswer = (raw: string): string => {
  const call = parse(CalculatorCall, jsonOf(raw));
  if (!call.ok) return raw;
  const { expression } = call.value;
  const value = evaluate(expression);
  if (value === undefined) return l10n.t("`{0}` has no value.", expression);
  return `\`${expression}\` = **${formatNumber(value)}**`;
};

/** The starter model's skills answer in their own forms: sums as calculator calls, fixes as search/replace blocks. */
const whole: Partial<Record<Skill, (raw: string) => string>> = {
  calc: calculatorAnswer,
  fix: (raw) => (raw.startsWith("<<<<<<< SEARCH") ? `\`\`\`diff\n${diffOf(raw)}\n\`\`\`` : raw),
};

/** A search/replace block as removed and added lines. */
const diffOf = (block: string): string => {
  const [search = "", replace = ""] = block
    .replace(/^<<<<<<< SEARCH\n/, "")
    .replace(/\n>>>>>>> REPLACE\s*$/, "")
    .split(/\n?=======\n/);
  const marked = (text: string, mark: string): string[] =>
    text === "" ? [] : text.split("\n").map((line) => mark + line);
  return [...marked(search, "-"), ...marked(replace, "+")].join("\n");
};

/** Passes text on as it comes, except for skills whose answer makes sense only as a whole. */
export const presentAnswer = (skill: Skill | null, emit: (text: string) => void): AnswerText => {
  const present = skill === null ? undefined : whole[skill];
  if (!present) return { add: emit, end: () => undefined };
  let raw = "";
  return {
    add: (text) => {
      raw += text;
    },
    end: () => {
      if (raw !== "") emit(present(raw));
    },
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
