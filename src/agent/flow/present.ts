import type { Prompt } from "../../protocol/session.ts";
import type { Skill } from "../prompt/skill-word.ts";
import { calculatorAnswer, chatAnswer, explainAnswer, fixAnswer } from "./starter-checks.ts";

/** Text on its way from the model to the user. */
export interface AnswerText {
  add(text: string): void;
  end(): void;
}

/** The starter model's skills: each answer is checked, and made readable, as a whole. */
const checks: Record<Skill, (raw: string, prompt: Prompt) => string> = {
  calc: calculatorAnswer,
  fix: fixAnswer,
  explain: explainAnswer,
  chat: chatAnswer,
};

/** Passes text on as it comes; what the starter model says is held back until it is whole. */
export const presentAnswer = (skill: Skill | null, prompt: Prompt, emit: (text: string) => void): AnswerText => {
  if (skill === null) return { add: emit, end: () => undefined };
  let raw = "";
  return {
    add: (text) => {
      raw += text;
    },
    end: () => {
      if (raw !== "") emit(checks[skill](raw, prompt));
    },
  };
};
