import { type AnswerInput, answerParts, emptyAnswerInput } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

/** Answers the user, alone or from the results of a plan. */
export const answerer: Role<AnswerInput, string> = {
  name: "answerer",
  temperature: null,
  maxTokens: null,
  system: roleTexts.answerer,
  output: "text",
  smallest: emptyAnswerInput,
  parts: answerParts,
  skillPrompt: ({ prompt }) => prompt,
};
