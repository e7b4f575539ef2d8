import { type AnswerInput, answerParts, emptyAnswerInput } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

/** Answers the user where the answer is code. */
export const coder: Role<AnswerInput, string> = {
  name: "coder",
  temperature: null,
  maxTokens: null,
  system: roleTexts.coder,
  output: "text",
  smallest: emptyAnswerInput,
  parts: answerParts,
  skillPrompt: ({ prompt }) => prompt,
};
