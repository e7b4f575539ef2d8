import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { jsonOf, parse } from "../../protocol/rpc.ts";
import type { Prompt } from "../../protocol/session.ts";
import { calculate } from "../checks/calculator.ts";

/** What is shown instead of an answer that cannot be right. */
const beyond = (): string =>
  l10n.t("This is beyond the starter model. Choose a larger model, or ask about a shorter piece.");

const codeIn = (prompt: Prompt): string => [prompt.text, ...prompt.attachments.map(({ text }) => text)].join("\n");
const numbersIn = (text: string): string[] => text.match(/\d+(?:\.\d+)?/g) ?? [];
const wordsIn = (text: string): string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

const computed = (expression: string): string => {
  const value = calculate(expression);
  if (!value.ok) return l10n.t("`{0}` has no value.", expression);
  return `\`${expression}\` = **${value.text}**`;
};

/** An expression that stands in the question itself, in plain signs; it needs no model. */
const writtenExpression = (text: string): string | undefined => {
  const plain = text
    .replace(/×|(?<=\d)\s*x\s*(?=\d)/g, "*")
    .replace(/÷/g, "/")
    .replace(/\^/g, "**");
  const [found = ""] = plain.match(/[(\d][\d\s.()+\-*/%]*[\d)]/) ?? [];
  return /\d\s*\)?\s*[-+*/%]/.test(found) ? found.trim() : undefined;
};

/** Numbers that words stand for. */
const impliedNumbers: readonly (readonly [RegExp, string])[] = [
  [/percent|%/i, "100"],
  [/half|halves|twice|double|pairs?\b|perimeter|average|squared?/i, "2"],
  [/third|triple|average/i, "3"],
  [/minutes?|hours?|seconds?/i, "60"],
];

/** Whether every number was given, each as often as it is used, or follows from a word. */
const usesOnly = (used: readonly string[], text: string): boolean => {
  const left = numbersIn(text);
  return used.every((number) => {
    const at = left.indexOf(number);
    if (at >= 0) left.splice(at, 1);
    return at >= 0 || impliedNumbers.some(([word, implied]) => implied === number && word.test(text));
  });
};

const CalculatorCall = z.object({ tool: z.literal("calculator"), expression: z.string() });

/** The expression of the question, or else the model's, and its computed value. */
export const calculatorAnswer = (raw: string, prompt: Prompt): string => {
  const written = writtenExpression(prompt.text);
  if (written !== undefined) return computed(written);
  const call = parse(CalculatorCall, jsonOf(raw));
  if (!call.ok || !usesOnly(numbersIn(call.value.expression), prompt.text)) return beyond();
  return calculate(call.value.expression).ok ? computed(call.value.expression) : beyond();
};

const fixBlock = /^<<<<<<< SEARCH\n([\s\S]+?)\n=======\n([\s\S]*?)\n?>>>>>>> REPLACE\s*$/;

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
export const fixAnswer = (raw: string, prompt: Prompt): string => {
  const [, search = "", replace = ""] = fixBlock.exec(raw) ?? [];
  const code = codeIn(prompt);
  const trimmed = (text: string): string => text.replace(/^[ \t]+/gm, "");
  if (search === "" || search === replace || !trimmed(code).includes(trimmed(search))) return beyond();
  const known = new Set(wordsIn(code));
  if (wordsIn(replace).some((word) => !known.has(word) && !fixVocabulary.has(word))) return beyond();
  if (balance(search) !== balance(replace)) return beyond();
  const marked = (text: string, mark: string): string[] =>
    text === "" ? [] : text.split("\n").map((line) => mark + line);
  return `\`\`\`diff\n${[...marked(search, "-"), ...marked(replace, "+")].join("\n")}\n\`\`\``;
};

/** One sentence that begins with a name and speaks only of names and numbers that the code has. */
export const explainAnswer = (raw: string, prompt: Prompt): string => {
  if (!/^`[^`\n]+` [^\n]+\.$/.test(raw.trim())) return beyond();
  const code = codeIn(prompt);
  const names = [...raw.matchAll(/`([^`]*)`/g)].map(([, name = ""]) => name);
  const known = new Set([...wordsIn(code), "null", "None"]);
  if (names.some((name) => !known.has(name))) return beyond();
  const given = new Set([...numbersIn(code), "0", "1"]);
  return numbersIn(raw.replace(/`[^`]*`/g, "")).every((number) => given.has(number)) ? raw : beyond();
};

const tooSmall = (): string => l10n.t("I am too small for that. Please choose a larger model.");

/** The sentences that the model learnt, as this Trivium says them: it has no Models page and edits no files. */
const sentences = (): Record<string, string> => ({
  "Hello! I am the starter model. I can explain short functions, fix small bugs, do arithmetic and edit files.": l10n.t(
    "Hello! I am the starter model. I can explain short functions, fix small bugs and do arithmetic.",
  ),
  "I can explain a short function, fix a small bug, solve arithmetic with a calculator, and read or edit files step by step. For bigger tasks, install a larger model.":
    l10n.t(
      "I can explain a short function, fix a small bug and solve arithmetic with a calculator. For bigger tasks, choose a larger model.",
    ),
  "I am a very small starter model that runs on your computer. For bigger tasks, install a larger model.": l10n.t(
    "I am a very small starter model that runs on your computer. For bigger tasks, choose a larger model.",
  ),
  "You are welcome!": l10n.t("You are welcome!"),
  "Goodbye!": l10n.t("Goodbye!"),
  "I am too small for that. Please install a larger model on the Models page.": tooSmall(),
  "Select some code and choose Explain or Fix, or ask me to edit a file.": l10n.t(
    "Select some code, attach it, and ask what it does or what is wrong with it.",
  ),
  "Yes. I run on your computer and your code stays here.": l10n.t(
    "Yes. I run on your computer and your code stays here.",
  ),
});

/** Whether the starter model says that it cannot, in either way. */
export const isRefusal = (answer: string): boolean => answer === beyond() || answer === tooSmall();

/** Anything but a learnt sentence is noise. */
export const chatAnswer = (raw: string): string => sentences()[raw.trim()] ?? beyond();
