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

/** Where nobody is sure what it is about, more must speak for a plan. */
const complexFromUnsure = 0.75;

/** So many tasks are several steps whatever the classifier says; a request of one line for less than two is none. */
const severalTasks = 3;
const shortestPlanned = 60;

const strategies: readonly Strategy[] = [contextRules, byClassifier, byModel];

/**
 * The chain: what the user fixed, rules on the surroundings, the classifier, the router model, a conservative default.
 *
 * Roads: "complex" in mode agent from complexity 0.5 on (0.75 where nobody is sure), unless the request is short and asks for
 * one thing or is a single question of mathematics, and for three tasks or more; always in mode plan, never in mode ask.
 * Otherwise "specialised" for coder and math, however short, since a specialist that is checked costs no more than any
 * other model; "simple" for the rest, and where nobody was sure.
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
  const broken: string[] =
    request.classified === null
      ? [l10n.t("the trained classifier cannot be used, so the router goes by rules alone")]
      : [];
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
  const settled =
    wish.domain === null
      ? { domain: opinion.domain, probabilities: opinion.probabilities, confidence: opinion.confidence }
      : { domain: wish.domain, probabilities: leaning(wish.domain, 1), confidence: 1 };
  const needsTools = opinion.needsTools >= toolsFrom;
  const { path, inOne, reasons } = choosePath(mode, wish, { ...opinion, ...settled }, request.text);
  const direct = { path: inOne, source: wish.domain === null ? opinion.source : "user" } as const;
  return {
    ...settled,
    path,
    complexity: opinion.complexity,
    needsTools,
    tools: needsTools ? neededTools(request.text, settled.domain) : [],
    source: wish.path === path ? "user" : direct.source,
    direct,
    reasons: [...wish.reasons, ...(wish.domain === null ? opinion.reasons : []), ...reasons],
  };
};

interface ChosenPath {
  readonly path: RoutePath;
  /** The road that it would be if there were no plan. */
  readonly inOne: RoutePath;
  readonly reasons: readonly string[];
}

const choosePath = (mode: Mode, wish: Wish, opinion: Opinion, text: string): ChosenPath => {
  const isSure = opinion.source !== "default" || wish.domain !== null;
  const inOne = isSure && opinion.domain !== "general" ? "specialised" : "simple";
  if (mode === "plan") return { path: "complex", inOne, reasons: [l10n.t("this mode makes a plan")] };
  const ownPath =
    mode === "agent" && needsPlan(text, opinion, isSure ? complexFrom : complexFromUnsure) ? "complex" : inOne;
  if (wish.path === "complex" && mode === "ask")
    return { path: ownPath, inOne, reasons: [l10n.t("no plan, because this mode makes none")] };
  if (wish.path !== null) return { path: wish.path, inOne, reasons: [] };
  if (ownPath === "complex") return { path: ownPath, inOne, reasons: [l10n.t("it needs several steps")] };
  return { path: ownPath, inOne, reasons: isSure ? [] : [l10n.t("so one model answers")] };
};

const needsPlan = (text: string, { domain, complexity }: Opinion, from: number): boolean => {
  const tasks = countTasks(text);
  if (tasks >= severalTasks) return true;
  if (complexity < from) return false;
  // However long it is to work out, one question has one answer, which the calculator checks.
  if (domain === "math" && tasks < 2 && text.split("?").length <= 2) return false;
  return text.length >= shortestPlanned || tasks > 1;
};
