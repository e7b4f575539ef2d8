import type { Attachment, Prompt } from "../../protocol/session.ts";

/** Names of languages as models know them in code fences; others keep the editor's identifier. */
const fenceNames: Record<string, string> = {
  typescript: "ts",
  typescriptreact: "tsx",
  javascript: "js",
  javascriptreact: "jsx",
  python: "py",
  shellscript: "sh",
  csharp: "cs",
  plaintext: "",
};

export const fenceName = (languageId: string): string => fenceNames[languageId] ?? languageId;

/** A fence longer than any run of back-ticks inside, so that the text cannot end it. */
export const fenced = (text: string, language: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
};

const describe = (attachment: Attachment): string => {
  if (attachment.kind === "text") return `${attachment.name}:\n${fenced(attachment.text, "")}`;
  const { path, range, languageId, text } = attachment;
  return `${path}, lines ${range.startLine}-${range.endLine}:\n${fenced(text, fenceName(languageId))}`;
};

/** The prompt as a chat model reads it: the user's words, then what was sent along, each part named. */
export const userMessage = (prompt: Prompt): string =>
  [prompt.text.trim(), ...prompt.attachments.map(describe)].filter((part) => part !== "").join("\n\n");
