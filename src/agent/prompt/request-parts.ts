import * as l10n from "@vscode/l10n";
import type { Attachment, Prompt } from "../../protocol/session.ts";
import { fenceFor, fenceName } from "./attachments.ts";
import type { PromptPart } from "./prompt-part.ts";

/** What is cut or left out first: the lowest. History lies below all of these. */
export const priorities = { result: 50, attachment: 60, judged: 70, hint: 80, task: 90, words: 100 } as const;

/** The user's own words, which are never cut. */
const wordsPart = (text: string): PromptPart => ({
  name: l10n.t("your words"),
  kind: "prompt",
  text: text.trim(),
  frame: ["", ""],
  priority: priorities.words,
  cut: "never",
});

/** A name that could hold anything, as one line: it stands outside of the fence. */
export const oneLine = (name: string): string => name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 300);

/** What a model or a check has said, as a quotation: data, of which no line can pass for an instruction. */
export const quoted = (lines: readonly string[]): string => lines.map((line) => `> ${oneLine(line)}`).join("\n");

/**
 * Text that is not an instruction, such as a file or a result, under a heading and in a fence that it cannot end. Its
 * middle is cut when there is no room.
 */
export const dataPart = (
  part: Pick<PromptPart, "name" | "kind" | "text" | "priority">,
  heading: string,
  language = "",
): PromptPart => {
  const text = part.text.replace(/\n$/, "");
  const fence = fenceFor(text);
  return { ...part, text, frame: [`${oneLine(heading)}:\n${fence}${language}\n`, `\n${fence}`], cut: "ends" };
};

/** A line or two of Trivium's own, all or none of it. */
export const wordPart = (part: Pick<PromptPart, "name" | "kind" | "text" | "priority">): PromptPart => ({
  ...part,
  frame: ["", ""],
  cut: "whole",
});

/** What the model is to do with all the rest: without it the prompt would make no sense. */
export const taskPart = (name: string, text: string): PromptPart => ({
  ...wordPart({ name, kind: "plan", text, priority: priorities.task }),
  cut: "never",
});

const attachmentPart = (attachment: Attachment): PromptPart => {
  const { text } = attachment;
  const common = { kind: "attachment", text, priority: priorities.attachment } as const;
  if (attachment.kind === "text") return dataPart({ ...common, name: attachment.name }, attachment.name);
  const { path, range, languageId } = attachment;
  const name = l10n.t("{0}, lines {1}-{2}", path, range.startLine, range.endLine);
  return dataPart({ ...common, name }, `${path}, lines ${range.startLine}-${range.endLine}`, fenceName(languageId));
};

/** The request as every role reads it: the user's words, then what was sent along, each named. */
export const requestParts = ({ text, attachments }: Prompt): PromptPart[] => [
  ...(text.trim() === "" ? [] : [wordsPart(text)]),
  ...attachments.map(attachmentPart),
];

/** What the user said while the turn ran. */
export const steeringParts = (steering: readonly string[]): PromptPart[] =>
  steering.map((text) => ({ ...wordsPart(text), frame: ["The user adds: ", ""] }));

const partText = ({ text, frame: [before, after] }: PromptPart): string => before + text + after;

/** The user's message that the parts make. */
export const messageOf = (parts: readonly PromptPart[]): string => parts.map(partText).join("\n\n");

/** An earlier request, with the same bytes as when it was made. */
export const userMessage = (prompt: Prompt): string => messageOf(requestParts(prompt));
