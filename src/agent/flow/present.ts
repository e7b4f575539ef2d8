import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { parse } from "../../protocol/rpc.ts";
import type { Prompt } from "../../protocol/session.ts";
import type { Skill } from "../prompt/skill-word.ts";
import { evaluate, formatNumber } from "./arithmetic.ts";

/** Text on its way from the model to the user. */
export interface AnswerText {
  add(text: string): void;
  end(): void;
}

const CalculatorCall = z.object({ tool: z.literal("calculator"), expression: z.string() });

const numbersIn = (text: string): string[] => text.match(/\d+(?:\.\d+)?/g) ?? [];

/** Numbers that word problems use without naming them: halves, thirds, minutes, percent. */
const impliedNumbers = ["2", "3", "60", "100"];

/** Whether every number was given, each as often as it is used, or is one that goes without saying. */
const usesOnly = (used: readonly string[], given: readonly string[]): boolean => {
  const left = [...given];
  return used.every((number) => {
    const at = left.indexOf(number);
    if (at >= 0) left.splice(at, 1);
    return at >= 0 || impliedNumbers.includes(number);
  });
};

/** The expression and its computed value; a number that the question does not have makes it a guess. */
const calculatorAnswer = (raw: string, prompt: Prompt): string => {
  const call = parse(CalculatorCall, jsonOf(raw));
  if (!call.ok) return beyond();
  const { expression } = call.value;
  if (!usesOnly(numbersIn(expression), numbersIn(prompt.text))) return beyond();
  const value = evaluate(expression);
  if (value === undefined) return l10n.t("`{0}` has no value.", expression);
  return `\`${expression}\` = **${formatNumber(value)}**`;
};

const fixBlock = /^<<<<<<< SEARCH\n([\s\S]+?)\n=======\n([\s\S]*?)\n?>>>>>>> REPLACE\s*$/;

const wordsIn = (text: string): string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** Words that a fix may bring in although the code does not have them. */
const fixVocabulary = new Set(
  "await break const else f false False i if in is length len let new None not null of raise return self this true True undefined var".split(
    " ",
  ),
);

/** Opening less closing brackets of each kind. */
const balance = (text: string): string =>
  ["()", "[]", "{}"].map(([open = "", close = ""]) => text.split(open).length - text.split(close).length).join();

/**
 * The fix as removed and added lines; only when it is whole, its old lines stand in the question, and its new lines
 * differ from them, close what they open and name nothing that the code does not name.
 */
const fixAnswer = (raw: string, prompt: Prompt): string => {
  const [, search = "", replace = ""] = fixBlock.exec(raw) ?? [];
  const code = [prompt.text, ...prompt.attachments.map(({ text }) => text)].join("\n");
  const trimmed = (text: string): string => text.replace(/^[ \t]+/gm, "");
  if (search === "" || search === replace || !trimmed(code).includes(trimmed(search))) return beyond();
  const known = new Set(wordsIn(code));
  if (wordsIn(replace).some((word) => !known.has(word) && !fixVocabulary.has(word))) return beyond();
  if (balance(search) !== balance(replace)) return beyond();
  const marked = (text: string, mark: string): string[] =>
    text === "" ? [] : text.split("\n").map((line) => mark + line);
  return `\`\`\`diff\n${[...marked(search, "-"), ...marked(replace, "+")].join("\n")}\n\`\`\``;
};

const beyond = (): string =>
  l10n.t("This is beyond the starter model. Choose a larger model, or ask about a shorter piece.");

/** The starter model learnt fixed sentences; these parts of them name what this Trivium does not have. */
const notHere: readonly (readonly [string, string])[] = [
  [" on the Models page", ""],
  ["install a larger model", "choose a larger model"],
  [", do arithmetic and edit files.", " and do arithmetic."],
  [
    ", solve arithmetic with a calculator, and read or edit files step by step.",
    " and solve arithmetic with a calculator.",
  ],
  [
    " and choose Explain or Fix, or ask me to edit a file.",
    ", attach it, and ask what it does or what is wrong with it.",
  ],
];

const chatAnswer = (raw: string): string => notHere.reduce((text, [from, to]) => text.replace(from, to), raw);

/** Skills of the starter model whose answer is checked and made readable as a whole. */
const whole: Partial<Record<Skill, (raw: string, prompt: Prompt) => string>> = {
  calc: calculatorAnswer,
  fix: fixAnswer,
  chat: chatAnswer,
};

/** Passes text on as it comes, except for skills whose answer makes sense only as a whole. */
export const presentAnswer = (skill: Skill | null, prompt: Prompt, emit: (text: string) => void): AnswerText => {
  const present = skill === null ? undefined : whole[skill];
  if (!present) return { add: emit, end: () => undefined };
  let raw = "";
  return {
    add: (text) => {
      raw += text;
    },
    end: () => {
      if (raw !== "") emit(present(raw, prompt));
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
