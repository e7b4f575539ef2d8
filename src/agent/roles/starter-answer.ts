import type { Prompt } from "../../protocol/session.ts";
import type { Skill } from "../prompt/skill-word.ts";
import { calculatorAnswer, chatAnswer, explainAnswer, fixAnswer } from "./starter-checks.ts";

const checks: Record<Skill, (raw: string, prompt: Prompt) => string> = {
  calc: calculatorAnswer,
  fix: fixAnswer,
  explain: explainAnswer,
  chat: chatAnswer,
};

/** What the starter model said, checked and made readable as a whole. */
export const starterAnswer = (skill: Skill, raw: string, prompt: Prompt): string =>
  raw === "" ? "" : checks[skill](raw, prompt);
