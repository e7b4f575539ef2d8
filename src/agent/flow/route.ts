import * as l10n from "@vscode/l10n";
import type { Routing } from "../../protocol/routing.ts";
import type { Result } from "../failures.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import type { AnswerInput } from "../roles/answer-input.ts";
import { answerer } from "../roles/answerer.role.ts";
import type { Role } from "../roles/define.ts";
import type { RouteDecision } from "../router/decision.ts";
import { askRouterOf } from "./ask-router.ts";
import { askedForPlan } from "./asked-for-plan.ts";
import { needed, planModels, routingOf } from "./shown-route.ts";
import { specialists } from "./specialists.ts";
import { isSkillModel } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/** The road of a turn with the models that walk it. */
export interface Route {
  readonly decision: RouteDecision;
  /** Who answers, or writes the answer from the steps' results. */
  readonly role: Role<AnswerInput, string>;
  readonly chain: Extract<Chain, { ok: true }>;
  /** As it is shown when this model answers. */
  routing(model: ChosenModel): Routing;
}

type Routed = Result<{ readonly route: Route }>;

/** Decides the road, or takes the one that a continued turn was on, and finds its models. */
export const chooseRoute = async (work: TurnWork): Promise<Routed> => {
  const decision = await decide(work);
  if (work.plan !== null) return routeOf({ ...decision, path: "complex" }, work);
  const tell = (text: string): void => {
    if (askedForPlan(work) && work.request.turn.routing === null) work.notice(text);
  };
  if (work.request.turn.mode === "ask") tell(l10n.t("Mode ask makes no plan: choose mode agent or plan for one."));
  if (decision.path !== "complex") return routeOf(decision, work);
  if (work.request.turn.mode === "ask") return directRoute(decision, l10n.t("this mode makes no plan"), work);
  const planners = await work.chain("planner");
  if (!planners.ok) {
    tell(l10n.t("There is no plan: nobody can make one. {0}", planners.failure.message));
    return directRoute(decision, planners.failure.message, work);
  }
  if (planners.chain[0] && !isSkillModel(planners.chain[0])) return routeOf(decision, work);
  tell(l10n.t("The starter model cannot plan, so it answers directly. Choose another model for a plan."));
  const reasons = [...decision.reasons, l10n.t("the starter model cannot plan: it answers directly")];
  return routeOf({ ...decision, ...withoutPlan(decision), path: "simple", reasons }, work);
};

/** The road without a plan, for this reason. */
export const directRoute = (decision: RouteDecision, reason: string, work: TurnWork): Promise<Routed> => {
  return routeOf({ ...decision, ...withoutPlan(decision), reasons: [...decision.reasons, reason] }, work);
};

/** A router that knows says what else it would have taken; a continued turn brings no more than its domain. */
const withoutPlan = ({ direct, domain, source }: RouteDecision): Pick<RouteDecision, "path" | "source"> =>
  direct ?? { path: domain === "general" ? "simple" : "specialised", source };

const decide = async (work: TurnWork): Promise<RouteDecision> => {
  const { prompt, mode, override, routing } = work.request.turn;
  // A turn that is continued stays on its road: its plan or its partial answer belong to it.
  if (routing) return routing;
  const asker = await askRouterOf(work);
  return work.parts.router.decide({ prompt, mode, override }, asker, work.signal);
};

/** Who puts the results of a plan together: the starter has no skill for it, so the planner's models do it in its place. */
const writers = async (work: TurnWork): Promise<Chain> => {
  const chain = await work.chain("answerer");
  if (!chain.ok || (chain.chain[0] && !isSkillModel(chain.chain[0]))) return chain;
  const planners = await work.chain("planner");
  const others = planners.ok ? planners.chain.filter((model) => !isSkillModel(model)) : [];
  return others.length > 0 ? { ...chain, chain: others } : chain;
};

const routeOf = async (decision: RouteDecision, work: TurnWork): Promise<Routed> => {
  const { path, domain } = decision;
  const role = path === "specialised" ? specialists[domain].answers : answerer;
  const chain = await (path === "complex" ? writers(work) : work.chain(role.name));
  if (!chain.ok) return chain;
  // The starter answers with its skills, which are checked by rules of their own.
  if (path === "specialised" && chain.chain[0] && isSkillModel(chain.chain[0]))
    return routeOf({ ...decision, path: "simple" }, work);
  const required =
    path === "complex" ? await planModels(specialists[domain].does, work) : needed(role.name, chain, l10n.t("answers"));
  return {
    ok: true,
    route: { decision, role, chain, routing: routingOf(decision, { role: role.name, required }, work) },
  };
};
