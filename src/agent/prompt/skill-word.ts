import * as l10n from "@vscode/l10n";
import type { Attachment, Prompt } from "../../protocol/session.ts";
import { fenced, fenceName } from "./attachments.ts";
import type { PromptParts } from "./prompt-part.ts";

/** What the starter model was trained to do; the word is its whole system message. */
export type Skill = "explain" | "fix" | "calc" | "chat";

export interface SkillChoice {
  readonly skill: Skill;
  /** The fact that decided, in words. */
  readonly reason: string;
}

const fixWords = /\b(fix|bug|bugs|error|wrong|broken|mistake|repair|correct|fails?|failing|crash(es)?)\b/i;
const questionOfNumber =
  /\b(how (many|much|far|long)|what (is|are)|what's|calculate|compute|total|sum|average|percent|add|subtract|multiply|divide)\b/i;

/** Chooses the skill by simple rules: code decides between explain and fix, numbers make it arithmetic, else chat. */
export const chooseSkill = (prompt: Prompt): SkillChoice => {
  const code = prompt.attachments.length > 0 || prompt.text.includes("```");
  if (code && fixWords.test(prompt.text)) return { skill: "fix", reason: "code, and words that ask for a fix" };
  if (code) return { skill: "explain", reason: "code, and no word that asks for a fix" };
  const numbers = prompt.text.match(/\d+(\.\d+)?/g)?.length ?? 0;
  const operator = /\d\s*[-+*/x×÷^%]\s*\(?\d/.test(prompt.text);
  if (operator || (numbers >= 2 && questionOfNumber.test(prompt.text)))
    return { skill: "calc", reason: "numbers, and words that ask for a result" };
  return { skill: "chat", reason: "neither code nor arithmetic" };
};

const defaultWords: Record<Skill, string> = {
  explain: "Explain this function:",
  fix: "Fix this function:",
  calc: "",
  chat: "",
};

const codeOf = (attachment: Attachment): string => {
  if (attachment.kind === "selection") return fenced(dedent(attachment.text), fenceName(attachment.languageId));
  return attachment.text.includes("```") ? attachment.text.trim() : fenced(attachment.text, "");
};

/** The starter model saw functions that start at the margin. */
const dedent = (text: string): string => {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(least)).join("\n");
};

/** The prompt as the starter model was trained on it: the skill's word, then the words and the code alone. */
export const skillParts = (skill: Skill, prompt: Prompt): Pick<PromptParts, "system" | "history" | "parts"> => {
  const words = prompt.text.trim() || defaultWords[skill];
  const text = [words, ...prompt.attachments.map(codeOf)].filter((part) => part !== "").join("\n");
  const part = {
    name: l10n.t("the request"),
    kind: "prompt",
    text,
    frame: ["", ""],
    priority: 0,
    cut: "never",
  } as const;
  return { system: skill, history: [], parts: [part] };
};
