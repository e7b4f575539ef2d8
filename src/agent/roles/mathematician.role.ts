import { type AnswerInput, answerParts, emptyAnswerInput } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

/** Answers the user where something is to be calculated; its lines `expression = value` can be checked. */
export const mathematician: Role<AnswerInput, string> = {
  name: "mathematician",
  temperature: null,
  maxTokens: null,
  system: roleTexts.mathematician,
  output: "text",
  smallest: emptyAnswerInput,
  parts: answerParts,
  skillPrompt: ({ prompt }) => prompt,
};
