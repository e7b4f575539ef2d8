import * as l10n from "@vscode/l10n";
import type { RoleName } from "../../protocol/profile.ts";
import type { RoutePath, Routing } from "../../protocol/routing.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { chooseSkill } from "../prompt/skill-word.ts";
import type { RouteDecision } from "../router/decision.ts";
import { isSkillModel } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/** How a road is shown when a model answers. */
export const routingOf =
  (
    decision: RouteDecision,
    { role, required }: { readonly role: RoleName; readonly required: Routing["requiredModels"] },
    work: TurnWork,
  ) =>
  (model: ChosenModel): Routing => {
    const choice = isSkillModel(model) ? chooseSkill(work.prompt) : null;
    const skill = choice ? [l10n.t("skill {0}: {1}", choice.skill, choice.reason)] : [];
    const { path, domain, probabilities, complexity, confidence, needsTools, tools, source, ms } = decision;
    return {
      ...{ path, domain, probabilities, complexity, confidence, needsTools, source, ms },
      role,
      model: model.ref,
      tools: [...tools],
      requiredModels: required.map((one) => (one.role === role ? { ...one, model: model.ref } : one)),
      actionPlan: actionPlan(path, model, required, work),
      // A continued turn brings its reasons along.
      reasons: [...new Set([...decision.reasons, ...model.why, ...skill])],
      skill: choice?.skill ?? null,
    };
  };

/** The first of a chain, and what it is needed for. */
export const needed = (role: RoleName, from: Chain, purpose: string): Routing["requiredModels"] => {
  const model = from.ok ? from.chain[0] : undefined;
  return model ? [{ role, model: model.ref, purpose }] : [];
};

/** Who is needed for a plan whose steps the models of this role do, as far as is known before there is one. */
export const planModels = async (specialist: RoleName, { chain }: TurnWork): Promise<Routing["requiredModels"]> => [
  ...needed("planner", await chain("planner"), l10n.t("makes the plan")),
  ...needed(specialist, await chain(specialist), l10n.t("does the steps")),
  ...needed("critic", await chain("critic"), l10n.t("looks at the plan and at each result")),
  ...needed("answerer", await chain("answerer"), l10n.t("writes the answer from the results")),
];

const actionPlan = (
  path: RoutePath,
  { ref }: ChosenModel,
  required: Routing["requiredModels"],
  { request, plan }: TurnWork,
): string[] => {
  const answers = l10n.t("{0} answers", ref.name);
  if (path === "simple") return [answers];
  if (path === "specialised")
    return [answers, l10n.t("the answer is checked"), l10n.t("if it does not hold: once more, then the next model")];
  const planner = required.find(({ role }) => role === "planner")?.model.name ?? ref.name;
  const plans = [l10n.t("{0} makes a plan", planner), l10n.t("the plan is checked and judged")];
  if (request.turn.mode === "plan" && plan === null) return [...plans, l10n.t("the plan is shown")];
  return [
    ...(plan === null ? plans : []),
    l10n.t("each step is done, checked and judged"),
    l10n.t("{0} writes the answer from the results", ref.name),
  ];
};
