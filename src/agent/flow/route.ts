import * as l10n from "@vscode/l10n";
import type { Routing } from "../../protocol/run-event.ts";
import type { Prompt } from "../../protocol/session.ts";
import type { ChosenModel } from "../models/choose-model.ts";
import { chooseSkill, type Skill } from "../prompt/skill-word.ts";

/** A routing decision with the skill as the type that prompts are made from. */
export interface Decision {
  readonly routing: Routing;
  readonly skill: Skill | null;
}

/** Decides who answers. With one model at a time every request takes the simple path; the reasons say why this model. */
export const route = (prompt: Prompt, model: ChosenModel): Decision => {
  const why = model.bundled
    ? l10n.t("the bundled starter model: no other is chosen")
    : l10n.t("the model that you chose");
  const choice = model.promptStyle === "skill-word" ? chooseSkill(prompt) : null;
  const routing: Routing = {
    path: "simple",
    role: "answerer",
    model: model.ref,
    source: model.bundled ? "default" : "user",
    reasons: choice ? [why, l10n.t("skill {0}: {1}", choice.skill, choice.reason)] : [why],
    skill: choice?.skill ?? null,
  };
  return { routing, skill: choice?.skill ?? null };
};
