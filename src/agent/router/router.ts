import * as l10n from "@vscode/l10n";
import type { Mode, RoutePath } from "../../protocol/routing.ts";
import { byClassifier } from "./by-classifier.ts";
import { byModel } from "./by-model.ts";
import type { Classified, Classifier } from "./classifier/classified.ts";
import { boundText } from "./classifier/tokens.ts";
import { conservative } from "./conservative.ts";
import { contextRules } from "./context-rules.ts";
import type { RouteDecision, RouteInput, Router } from "./decision.ts";
import { neededTools } from "./needed-tools.ts";
import { type Wish, wishOf, withoutOverrides } from "./override.ts";
import { leaning, type Opinion, type RoutedRequest, type Strategy } from "./strategy.ts";
import { countTasks } from "./tasks.ts";

/** From this complexity on a request is planned, and from this probability on it needs tools. */
const complexFrom = 0.5;
const toolsFrom = 0.5;

/** So many tasks are several steps whatever the classifier says; a request of one line for less than two is none. */
const severalTasks = 3;
const shortestPlanned = 60;

const strategies: readonly Strategy[] = [contextRules, byClassifier, byModel];

/**
 * The chain: what the user fixed, rules on the surroundings, the classifier, the router model, a conservative default.
 *
 * Roads: "complex" in mode agent from complexity 0.5 on, unless the request is short and asks for one thing, and for three
 * tasks or more; always in mode plan, never in mode ask. Otherwise "specialised" for coder and math, however short, since
 * a specialist that is checked costs no more than any other model; "simple" for the rest, and where nobody was sure.
 * A strategy that throws is passed over, and the reasons say so.
 */
export const createRouter = (classifier: Classifier, clock: { now(): number }): Router => ({
  async decide(input, askRouter, signal) {
    const startedAt = clock.now();
    const wish = wishOf(input);
    const request = { ...read(input, classifier), askRouter: canAsk(input.mode, wish) ? askRouter : null, signal };
    const decision = decisionOf(input.mode, wish, request, await firstOpinion(request));
    return { ...decision, ms: Math.max(0, clock.now() - startedAt) };
  },
});

/** Whether the router model could say anything that the user has not settled. A road of one step still needs its domain. */
const canAsk = (mode: Mode, { domain, path }: Wish): boolean =>
  domain === null && mode !== "plan" && path !== "simple" && (path !== "complex" || mode === "ask");

const read = ({ prompt }: RouteInput, classifier: Classifier): Omit<RoutedRequest, "askRouter" | "signal"> => {
  // Beginning and end say what it is about; all strategies see what the classifier was trained to see.
  const text = boundText(withoutOverrides(prompt.text));
  const classified = classifiedOf(text, classifier);
  return { text, attachments: prompt.attachments, classified, threshold: classifier.threshold };
};

const classifiedOf = (text: string, classifier: Classifier): Classified | null => {
  try {
    return classifier.classify(text);
  } catch {
    return null;
  }
};

const firstOpinion = async (request: RoutedRequest): Promise<Opinion> => {
  const broken: string[] = request.classified === null ? [l10n.t("the classifier failed")] : [];
  for (const strategy of strategies) {
    try {
      const opinion = await strategy(request);
      if (opinion !== null) return { ...opinion, reasons: [...opinion.reasons, ...broken] };
    } catch {
      broken.push(l10n.t("a part of the router failed and was passed over"));
    }
  }
  const opinion = conservative(request);
  return { ...opinion, reasons: [...opinion.reasons, ...broken] };
};

const decisionOf = (mode: Mode, wish: Wish, request: RoutedRequest, opinion: Opinion): Omit<RouteDecision, "ms"> => {
  const source = wish.domain === null && wish.path === null ? opinion.source : "user";
  const settled =
    wish.domain === null
      ? { domain: opinion.domain, probabilities: opinion.probabilities, confidence: opinion.confidence }
      : { domain: wish.domain, probabilities: leaning(wish.domain, 1), confidence: 1 };
  const needsTools = opinion.needsTools >= toolsFrom;
  const { path, reasons } = choosePath(mode, wish, { ...opinion, ...settled }, request.text);
  return {
    ...settled,
    path,
    complexity: opinion.complexity,
    needsTools,
    tools: needsTools ? neededTools(request.text, settled.domain) : [],
    source,
    reasons: [...wish.reasons, ...(wish.domain === null ? opinion.reasons : []), ...reasons],
  };
};

interface ChosenPath {
  readonly path: RoutePath;
  readonly reasons: readonly string[];
}

const choosePath = (mode: Mode, wish: Wish, opinion: Opinion, text: string): ChosenPath => {
  if (mode === "plan") return { path: "complex", reasons: [l10n.t("this mode makes a plan")] };
  const isSure = opinion.source !== "default" || wish.domain !== null;
  const inOne = isSure && opinion.domain !== "general" ? "specialised" : "simple";
  const ownPath = isSure && mode === "agent" && needsPlan(text, opinion.complexity) ? "complex" : inOne;
  if (wish.path === "complex" && mode === "ask")
    return { path: ownPath, reasons: [l10n.t("no plan, because this mode makes none")] };
  if (wish.path !== null) return { path: wish.path, reasons: [] };
  return { path: ownPath, reasons: ownPath === "complex" ? [l10n.t("it needs several steps")] : [] };
};

const needsPlan = (text: string, complexity: number): boolean => {
  const tasks = countTasks(text);
  if (tasks >= severalTasks) return true;
  return complexity >= complexFrom && (text.length >= shortestPlanned || tasks > 1);
};
