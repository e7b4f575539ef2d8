import * as l10n from "@vscode/l10n";
import type { Domain, RoutePath } from "../../protocol/routing.ts";
import type { Usage } from "../../protocol/run-event.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { cameToNothing } from "../checks/came-to-nothing.ts";
import { judge } from "../checks/judge.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { userMessage } from "../prompt/request-parts.ts";
import type { AnswerInput, StepResult } from "../roles/answer-input.ts";
import type { Role } from "../roles/define.ts";
import { isRefusal } from "../roles/starter-checks.ts";
import { type Called, call } from "./call.ts";
import { moreAnswers } from "./more-answers.ts";
import type { ShownAnswer } from "./shown-answer.ts";
import {
  bestOf,
  chainAfter,
  hintAfter,
  isSkillModel,
  isStuck,
  isUnsure,
  type Move,
  moveAfter,
  reasonAfter,
  type Try,
} from "./tries.ts";
import { done, type RunOutcome, type TurnWork } from "./turn-work.ts";

/** Who answers, and with what. */
export interface AnswerWork {
  readonly path: RoutePath;
  readonly domain: Domain;
  readonly role: Role<AnswerInput, string>;
  readonly chain: Extract<Chain, { ok: true }>;
  /** What the steps came to; empty without a plan. */
  readonly results: readonly StepResult[];
  /** Called when a model begins to be asked. */
  readonly onModel: (model: ChosenModel) => void;
}

type Answered = Extract<Called<string>, { kind: "answered" }>;

interface Question {
  readonly chain: readonly ChosenModel[];
  readonly hint: string;
  /** Why what is shown gives way; null: it is gone on with. */
  readonly reason: string | null;
}

/**
 * Asks until an answer is accepted, or nothing more can be tried: once more with a hint, then the next model. A simple
 * question is asked once, unless the model went in circles. What stood before a try that came to nothing stands again.
 * What the user says meanwhile begins it anew.
 */
export const answerDirectly = async (own: AnswerWork, shown: ShownAnswer, work: TurnWork): Promise<RunOutcome> => {
  let tries: Try[] = [];
  /** From before the user said something: they stand when nothing comes of it. */
  let earlier: readonly Try[] = [];
  let question: Question = { chain: own.chain.chain, hint: "", reason: null };
  const stands = (): Try | undefined =>
    standing(tries.every(cameToNothing) ? [...earlier, ...tries] : tries, { own, shown, work });
  for (;;) {
    const partial = question.reason === null ? shown.text : "";
    let told = 0;
    const onAsked = (): void => {
      told = work.steering.length;
    };
    const hearsNews = (): boolean => {
      work.hear();
      return work.steering.length > told;
    };
    const called = await tryOnce({ ...question, partial, onAsked }, own, shown, work);
    if (called.kind !== "answered") {
      const best = stands();
      if (called.kind === "limit") return done("limit");
      if (!best || cameToNothing(best)) return { state: "failed", failure: called.failure };
      work.notice(unheardText(called.failure.message, tries.length === 0 ? "what was said" : "once more"));
      return done(best.endReason);
    }
    const tried = verdictOn({ ...called, value: partial + called.value }, own, work);
    tries = [...tries, tried];
    if (called.endReason === "limit") {
      stands();
      return done("limit");
    }

    const others = chainAfter(own.chain.chain, called.model);
    const moveNow = (): Move => (isAskedOnce(own, tried) ? "accept" : moveAfter(tries, others.length > 0));
    if (moveNow() === "again" && votes(own) && isUnsure(tried))
      tries = await voted(tried, { own, shown, work, hearsNews });
    if (hearsNews()) {
      earlier = [...earlier, ...tries];
      tries = [];
      question = { chain: own.chain.chain, hint: "", reason: l10n.t("Answered again with what you said meanwhile.") };
      continue;
    }
    const move = moveNow();
    if (move === "accept" || move === "stand") return ended(tries, stands(), move, work);
    question = {
      chain: move === "again" ? [called.model, ...others] : others,
      hint: hintAfter(tries),
      reason: l10n.t("Answered again: {0}", reasonAfter(tries)),
    };
  }
};

const unheardText = (why: string, what: "what was said" | "once more"): string =>
  what === "what was said"
    ? l10n.t("What you said could not be heeded. {0}", why)
    : l10n.t("It could not be answered again, so the answer stands. {0}", why);

/** The simple road asks once, but for an answer that is none; the starter would say the same again. */
const isAskedOnce = ({ path }: AnswerWork, tried: Pick<Try, "model" | "text" | "endReason">): boolean =>
  (path === "simple" && !cameToNothing(tried)) || isSkillModel(tried.model);

/** Other tries at the same question can only be counted where they come to one number. */
const votes = ({ path, domain }: AnswerWork): boolean => path === "specialised" && domain === "math";

const inputOf = (own: AnswerWork, hint: string, work: TurnWork): AnswerInput => ({
  prompt: work.prompt,
  steering: work.steering,
  hint,
  results: own.results,
});

interface Asking extends Question {
  /** What is shown already and is gone on with. */
  readonly partial: string;
  /** Called when the question is put together. */
  readonly onAsked: () => void;
}

const tryOnce = (
  { chain, hint, reason, partial, onAsked }: Asking,
  own: AnswerWork,
  shown: ShownAnswer,
  work: TurnWork,
): Promise<Called<string>> => {
  const onText = shown.begin(reason);
  const questionOf = () => {
    onAsked();
    return {
      input: inputOf(own, hint, work),
      chain: { ...own.chain, chain },
      history: work.request.history,
      partial,
      shows: "answer" as const,
      onText,
      onModel: own.onModel,
    };
  };
  return call(own.role, questionOf, work);
};

/** `agreement`: the share of other tries that come to the same; null: there were none. */
const verdictOn = (called: Answered, own: AnswerWork, work: TurnWork, agreement: number | null = null): Try => {
  const { model, value, endReason, usage } = called;
  const said = { model, text: value, endReason, usage };
  const verdict =
    isSkillModel(model) && isRefusal(value) ? refused(model, own, work) : judged({ called, own, agreement }, work);
  const isFinal = verdict.verdict === "retry" && isAskedOnce(own, said);
  // Nobody is asked again, and only another model could do better.
  const shownVerdict: Verdict = isFinal ? { ...verdict, verdict: "escalate" } : verdict;
  work.verdict(shownVerdict);
  return { ...said, verdict: shownVerdict };
};

interface Judging {
  readonly called: Answered;
  readonly own: AnswerWork;
  readonly agreement: number | null;
}

const judged = ({ called: { value, endReason, confidence }, own, agreement }: Judging, work: TurnWork): Verdict =>
  judge({
    subject: "answer",
    path: own.path,
    domain: own.domain,
    question: userMessage(work.prompt),
    answer: value,
    endReason,
    tokens: confidence,
    agreement,
    critic: null,
  });

/** The starter says that it cannot. That is no answer to be sure of, and if another model was to answer, the way out is that one. */
const refused = (model: ChosenModel, { chain: { chain } }: AnswerWork, work: TurnWork): Verdict => {
  const [first] = chain;
  if (first && first.ref.id !== model.ref.id)
    work.notice(l10n.t("{0} was to answer and could not be asked. See that it runs, then ask again.", first.ref.name));
  return { subject: "answer", verdict: "escalate", confidence: null, checks: [], hint: "" };
};

interface Answering {
  readonly own: AnswerWork;
  readonly shown: ShownAnswer;
  readonly work: TurnWork;
}

/**
 * Asks for the same twice more, unseen, and lets the majority answer. What it came to counts as a second try; when there
 * were no further answers, the first one stays alone. Ends early when the user says something.
 */
const voted = async (
  first: Try,
  { own, shown, work, hearsNews }: Answering & { readonly hearsNews: () => boolean },
): Promise<Try[]> => {
  const questionOf = () => ({
    input: inputOf(own, "", work),
    chain: { ...own.chain, chain: [first.model] },
    history: work.request.history,
    shows: "work" as const,
    temperature: 0.7,
  });
  const askAgain = async (): Promise<Answered | null> => {
    if (hearsNews()) return null;
    const called = await call(own.role, questionOf, work);
    return called.kind === "answered" ? called : null;
  };
  const said: Answered = { ...first, kind: "answered", value: first.text, confidence: null };
  const majority = await moreAnswers(said, askAgain);
  if (majority === null) return [first];
  const { chosen, agreement } = majority;
  show(chosen.value, chosen.usage, l10n.t("Other tries agree on another answer."), { shown, work });
  const judged = verdictOn({ ...chosen, confidence: null }, own, work, agreement);
  // The first one gives way even where it looked better for itself.
  return [judged, judged];
};

/** Shows this text with its numbers, unless it is shown. */
const show = (text: string, usage: Usage, reason: string, { shown, work }: Pick<Answering, "shown" | "work">): void => {
  if (shown.text === text) return;
  shown.replace(text, reason);
  work.emit({ kind: "usage", usage });
};

/** Shows the try that stands as its model's, when that is not the last one, and counts its checks. */
const standing = (tries: readonly Try[], { own, shown, work }: Answering): Try | undefined => {
  const best = bestOf(tries);
  if (!best) return undefined;
  show(best.text, best.usage, l10n.t("The earlier answer stands."), { shown, work });
  own.onModel(best.model);
  if (best !== tries.at(-1)) work.verdict(best.verdict);
  work.counted.set("answer", best.verdict.checks);
  return best;
};

const ended = (tries: readonly Try[], best: Try | undefined, move: "accept" | "stand", work: TurnWork): RunOutcome => {
  if (move === "accept" || !isStuck(tries)) return done(best?.endReason ?? "end");
  const missing = l10n.t("I do not get any further with this: {0}", reasonAfter(tries));
  work.notice(`${missing} ${l10n.t("Say more, or send along what I cannot see.")}`);
  return done("no-progress");
};
