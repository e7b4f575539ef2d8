import * as l10n from "@vscode/l10n";
import type { Check, Verdict, VerdictWord } from "../../protocol/verdict.ts";
import type { AnswerFacts, CriticWord } from "./answer-facts.ts";
import { cameToNothing } from "./came-to-nothing.ts";
import { confidenceOf, zones } from "./confidence.ts";
import { examine, type Result } from "./examine.ts";
import { featuresOf } from "./features.ts";
import type { Reading } from "./reading.ts";
import { sentence } from "./sentence.ts";

/** Whether anything at all tells how good the answer is. */
const canTell = (
  { answer, tokens, agreement, critic, endReason }: AnswerFacts,
  results: readonly Result[],
  asksNumber: boolean,
): boolean =>
  !cameToNothing({ text: answer, endReason }) &&
  (asksNumber ||
    results.length > 0 ||
    tokens !== null ||
    agreement !== null ||
    (critic !== null && critic !== "unavailable") ||
    endReason !== "end");

const agreementCheck = ({ agreement }: AnswerFacts): Check[] => {
  if (agreement === null) return [];
  const outcome = agreement >= 0.5 ? "passed" : "failed";
  return [
    { kind: "agreement", outcome, text: l10n.t("{0} % of further answers say the same", Math.round(agreement * 100)) },
  ];
};

const criticCheck = ({ critic }: AnswerFacts): Check[] => {
  if (critic === null) return [];
  if (critic === "unavailable")
    return [{ kind: "critic", outcome: "skipped", text: l10n.t("The critic could not be asked") }];
  if (critic.accept) return [{ kind: "critic", outcome: "passed", text: l10n.t("The critic found nothing wrong") }];
  return [{ kind: "critic", outcome: "failed", text: critic.problem || l10n.t("The critic refuses it") }];
};

/** Recomputed equations say nothing of whether they are the ones that the question asks for. */
const openCheck = (results: readonly Result[]): Check[] => {
  const passed = (name: string): boolean =>
    results.some(({ rule, check }) => rule.name === name && check.outcome === "passed");
  if (!passed("equations") || passed("asked-expression")) return [];
  return [{ kind: "arithmetic", outcome: "skipped", text: l10n.t("Whether these are the right calculations") }];
};

const wordFor = (facts: AnswerFacts, results: readonly Result[], confidence: number | null): VerdictWord => {
  const { critic, path } = facts;
  if (results.some(({ rule, check }) => rule.sure && check.outcome === "failed")) return "retry";
  if (confidence === null) return critic === "unavailable" && path === "complex" ? "unavailable" : "accept";
  const zone = zones[path];
  if (confidence < zone.escalate) return "escalate";
  if (results.some(({ check }) => check.outcome === "failed")) return "retry";
  const refused = critic !== null && critic !== "unavailable" && !critic.accept;
  return confidence < zone.accept || (refused && path !== "simple") ? "retry" : "accept";
};

/** What a critic that refuses says to do better, in sentences: where it is wrong, and how to repair it. Not the problem itself. */
export const criticHint = ({ where, hint, problem }: CriticWord): string => {
  const place = where === null ? "" : sentence(l10n.t("Wrong: `{0}`", where));
  return [place, sentence(hint) === sentence(problem) ? "" : sentence(hint)].filter((one) => one !== "").join(" ");
};

const hintOf = ({ facts: { critic } }: Reading, results: readonly Result[]): string => {
  const hint = results.find(({ check }) => check.outcome === "failed")?.hint;
  if (hint !== undefined) return hint;
  if (critic !== null && critic !== "unavailable" && !critic.accept) return criticHint(critic);
  return l10n.t("Read the question again, work step by step, and check the result.");
};

/**
 * What is found about an answer: deterministic checks first, the critic's word last. What is wrong for certain is a
 * "retry" with a hint that names it; else the confidence and the path decide. A critic that could not be asked is no
 * refusal. Takes at most a few milliseconds: of a long answer, its beginning and its end are looked at.
 */
export const judge = (facts: AnswerFacts): Verdict => {
  const { reading, results } = examine(facts);
  const confidence = canTell(facts, results, reading.asksNumber) ? confidenceOf(featuresOf(reading, results)) : null;
  const verdict = wordFor(facts, results, confidence);
  return {
    subject: facts.subject,
    verdict,
    confidence,
    checks: [
      ...results.map(({ check }) => check),
      ...openCheck(results),
      ...agreementCheck(facts),
      ...criticCheck(facts),
    ],
    hint: verdict === "accept" || verdict === "unavailable" ? "" : hintOf(reading, results),
  };
};
