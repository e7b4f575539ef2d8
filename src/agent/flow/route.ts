import * as l10n from "@vscode/l10n";
import type { Routing } from "../../protocol/run-event.ts";
import type { Prompt } from "../../protocol/session.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { chooseSkill, type Skill } from "../prompt/skill-word.ts";

/** A routing decision with the skill as the type that prompts are made from. */
export interface Decision {
  readonly routing: Routing;
  readonly skill: Skill | null;
}

/** Why this model answers, and with which skill. With one role every request takes the simple path. */
export const route = (prompt: Prompt, model: ChosenModel): Decision => {
  const choice = model.promptStyle === "skill-word" ? chooseSkill(prompt) : null;
  const routing: Routing = {
    path: "simple",
    role: "answerer",
    model: model.ref,
    source: model.source,
    reasons: choice ? [...model.why, l10n.t("skill {0}: {1}", choice.skill, choice.reason)] : [...model.why],
    skill: choice?.skill ?? null,
  };
  return { routing, skill: choice?.skill ?? null };
};
