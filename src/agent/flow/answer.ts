import * as l10n from "@vscode/l10n";
import type { Domain, RoutePath } from "../../protocol/routing.ts";
import { judge } from "../checks/judge.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { userMessage } from "../prompt/request-parts.ts";
import type { AnswerInput, StepResult } from "../roles/answer-input.ts";
import type { Role } from "../roles/define.ts";
import { type Called, call } from "./call.ts";
import { moreAnswers } from "./more-answers.ts";
import type { ShownAnswer } from "./shown-answer.ts";
import {
  bestOf,
  cameToNothing,
  chainAfter,
  faultsOf,
  hintAfter,
  isSkillModel,
  isStuck,
  moveAfter,
  reasonAfter,
  type Try,
} from "./tries.ts";
import { done, type RunOutcome, type TurnWork } from "./turn-work.ts";

/** Who answers, and with what. */
export interface Road {
  readonly path: RoutePath;
  readonly domain: Domain;
  readonly role: Role<AnswerInput, string>;
  readonly chain: Extract<Chain, { ok: true }>;
  /** What the steps came to; empty without a plan. */
  readonly results: readonly StepResult[];
  /** Called when a model begins to be asked. */
  readonly onModel: (model: ChosenModel) => void;
}

interface Question {
  readonly chain: readonly ChosenModel[];
  readonly hint: string;
  /** Why what is shown gives way; null: it is gone on with. */
  readonly reason: string | null;
}

/**
 * Asks until an answer is accepted, or nothing more can be tried: once more with a hint, then the next model. A simple
 * question is asked once, unless the model went in circles. What stood before a try that came to nothing stands again.
 */
export const answerDirectly = async (road: Road, shown: ShownAnswer, work: TurnWork): Promise<RunOutcome> => {
  let tries: Try[] = [];
  let question: Question = { chain: road.chain.chain, hint: "", reason: null };
  for (;;) {
    const called = await tryOnce(road, question, shown, work);
    if (called.kind !== "answered") {
      const best = standing(tries, shown, work);
      if (called.kind === "limit") return done("limit");
      return best ? done(best.endReason) : { state: "failed", failure: called.failure };
    }
    const tried = verdictOn(called, road, shown.text, work);
    tries = [...tries, tried];
    if (called.endReason === "limit") {
      standing(tries, shown, work);
      return done("limit");
    }
    if (work.hear()) {
      tries = [];
      question = { chain: road.chain.chain, hint: "", reason: l10n.t("You said something meanwhile.") };
      continue;
    }

    const others = chainAfter(road.chain.chain, called.model);
    const once = road.path === "simple" && !cameToNothing(tried);
    let move = once || isSkillModel(called.model) ? "accept" : moveAfter(tries, others.length > 0);
    if (move === "again" && votes(road) && isUnsure(tried)) {
      tries = await voted(road, tried, shown, work);
      move = moveAfter(tries, others.length > 0);
    }
    if (move === "accept" || move === "stand") return ended(tries, move, shown, work);
    question = {
      chain: move === "again" ? [called.model, ...others] : others,
      hint: hintAfter(tries),
      reason: reasonAfter(tries),
    };
  }
};

/** Other tries at the same question can only be counted where they come to one number. */
const votes = ({ path, domain }: Road): boolean => path === "specialised" && domain === "math";

/** Nothing that was checked failed: only the confidence is low. */
const isUnsure = (tried: Try): boolean => !cameToNothing(tried) && faultsOf(tried.verdict).length === 0;

const inputOf = (road: Road, hint: string, work: TurnWork): AnswerInput => ({
  prompt: work.prompt,
  steering: work.steering,
  hint,
  results: road.results,
});

const tryOnce = (
  road: Road,
  { chain, hint, reason }: Question,
  shown: ShownAnswer,
  work: TurnWork,
): Promise<Called<string>> => {
  const partial = reason === null ? shown.text : "";
  const onText = shown.begin(reason);
  const questionOf = () => ({
    input: inputOf(road, hint, work),
    chain: { ...road.chain, chain },
    history: work.request.history,
    partial,
    shows: "answer" as const,
    onText,
    onModel: road.onModel,
  });
  return call(road.role, questionOf, work);
};

type Answered = Extract<Called<string>, { kind: "answered" }>;

const verdictOn = (
  called: Answered,
  road: Road,
  text: string,
  work: TurnWork,
  agreement: number | null = null,
): Try => {
  const verdict = judge({
    subject: "answer",
    path: road.path,
    domain: road.domain,
    question: userMessage(work.prompt),
    answer: text,
    endReason: called.endReason,
    tokens: called.confidence,
    // The attachments alone do not say what else exists.
    knownPaths: [],
    agreement,
    critic: null,
  });
  work.verdict(verdict);
  return { model: called.model, text, endReason: called.endReason, verdict };
};

/**
 * Asks for the same twice more, unseen, and lets the majority answer. What it came to counts as a second try; when there
 * were no further answers, the first one stays alone.
 */
const voted = async (road: Road, first: Try, shown: ShownAnswer, work: TurnWork): Promise<Try[]> => {
  const askAgain = (): Promise<Called<string>> =>
    call(
      road.role,
      () => ({
        input: inputOf(road, "", work),
        chain: { ...road.chain, chain: [first.model] },
        history: work.request.history,
        shows: "work",
        temperature: 0.7,
      }),
      work,
    );
  const majority = await moreAnswers(first.text, askAgain);
  if (majority === null) return [first];
  shown.replace(majority.text, l10n.t("Other tries agree on another answer."));
  const called: Answered = { kind: "answered", value: majority.text, confidence: null, ...first };
  const judged = verdictOn(called, road, majority.text, work, majority.agreement);
  // The first one gives way even where it looked better for itself.
  return [judged, judged];
};

/** Shows the try that stands when that is not the last one, and counts its checks. */
const standing = (tries: readonly Try[], shown: ShownAnswer, work: TurnWork): Try | undefined => {
  const best = bestOf(tries);
  if (!best) return undefined;
  shown.replace(best.text, l10n.t("The earlier answer stands."));
  if (best !== tries.at(-1)) work.verdict(best.verdict);
  work.counted.set("answer", best.verdict.checks);
  return best;
};

const ended = (tries: readonly Try[], move: "accept" | "stand", shown: ShownAnswer, work: TurnWork): RunOutcome => {
  const best = standing(tries, shown, work);
  if (move === "accept" || !isStuck(tries)) return done(best?.endReason ?? "end");
  const missing = l10n.t("I do not get any further with this: {0}", reasonAfter(tries));
  const before = shown.text === "" ? "" : "\n\n";
  shown.add(`${before}${missing} ${l10n.t("Say more, or send along what I cannot see.")}`);
  return done("no-progress");
};
