import * as l10n from "@vscode/l10n";
import type { Usage } from "../../protocol/run-event.ts";
import type { EndReason } from "../../protocol/session.ts";
import type { Check, Verdict } from "../../protocol/verdict.ts";
import { cameToNothing } from "../checks/came-to-nothing.ts";
import { sentence } from "../checks/sentence.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { fingerprintOf, saysTheSame } from "./no-progress.ts";

/** One try at an answer or at a step, and what was found about it. */
export interface Try {
  readonly model: ChosenModel;
  readonly text: string;
  readonly endReason: EndReason;
  readonly usage: Usage;
  readonly verdict: Verdict;
}

/** again: the same model, with a hint. other-model: the next one of the chain. stand: nothing more can be done. */
export type Move = "accept" | "again" | "other-model" | "stand";

/**
 * What comes after the tries so far, the last of which is not judged yet by anything but its verdict: one more with a
 * hint, then one by another model, never more. A model that says the same again is not asked a third time.
 */
export const moveAfter = (tries: readonly Try[], hasOther: boolean): Move => {
  const last = tries.at(-1);
  if (!last) return "again";
  const { verdict } = last.verdict;
  if (!cameToNothing(last) && (verdict === "accept" || verdict === "unavailable")) return "accept";
  const models = new Set(tries.map(({ model }) => model.ref.id));
  if (tries.length === 1 && verdict !== "escalate") return "again";
  return hasOther && models.size === 1 ? "other-model" : "stand";
};

/** Whether the last try brought nothing: it went in circles, or failed again with the same text or in the same check. */
export const isStuck = (tries: readonly Try[]): boolean => {
  const last = tries.at(-1);
  if (!last) return false;
  if (cameToNothing(last)) return true;
  const wrong = faultsOf(last.verdict).join();
  const said = fingerprintOf(last.text);
  const isSame = ({ text, verdict }: Try): boolean =>
    saysTheSame(fingerprintOf(text), said, "counts") || faultsOf(verdict).join() === wrong;
  return wrong !== "" && tries.slice(0, -1).some(isSame);
};

/** Whether nothing that was checked speaks against it: it is only not sure enough. */
export const isUnsure = (one: Try): boolean => !cameToNothing(one) && failed(one.verdict).length === 0;

/** Whether it can stand as a result: it was accepted, or only opinions and likelihoods speak against it. */
export const holds = (one: Try): boolean =>
  !cameToNothing(one) && (one.verdict.verdict === "accept" || faultsOf(one.verdict).length === 0);

const failed = ({ checks }: Verdict): readonly Check[] => checks.filter(({ outcome }) => outcome === "failed");

/**
 * What is wrong for all to see. A check that only makes a mistake likely shows none, and what models think of an answer is
 * an opinion, wrong as often as they are.
 */
const faultsOf = (verdict: Verdict): string[] =>
  failed(verdict)
    .filter(({ kind, sure }) => sure !== false && kind !== "critic" && kind !== "agreement")
    .map(({ text }) => text);

/** What failed, in its own words. */
export const failedTexts = (verdict: Verdict): string[] => failed(verdict).map(({ text }) => text);

/** What to do better, for the next try, in sentences: what failed, and the verdict's hint. */
export const hintAfter = (tries: readonly Try[]): string => {
  const last = tries.at(-1);
  if (!last) return "";
  const said = failed(last.verdict)
    .filter(({ kind }) => kind !== "agreement")
    .map(({ text }) => text);
  const repeats = isStuck(tries) && last.text.trim() !== "";
  const circles = repeats ? [l10n.t("The last try repeated itself. Take another way.")] : [];
  return [...new Set([...said, last.verdict.hint, ...circles].map(sentence))].filter((line) => line !== "").join(" ");
};

/** Why another try is made, for people, in a sentence. */
export const reasonAfter = (tries: readonly Try[]): string => {
  const last = tries.at(-1);
  const [first] = last ? failedTexts(last.verdict) : [];
  return sentence(first ?? l10n.t("The answer is not sure enough."));
};

/** The try that stands: one that was accepted, else with the fewest faults, then the most confidence, then the latest. */
export const bestOf = <T extends Try>(tries: readonly T[]): T | undefined =>
  [...tries].reverse().sort((a, b) => rank(a) - rank(b))[0];

/** Lower is better. */
const rank = (one: Try): number => {
  if (cameToNothing(one)) return Number.MAX_VALUE;
  if (one.verdict.verdict === "accept") return 0;
  return 1 + faultsOf(one.verdict).length + (1 - (one.verdict.confidence ?? 0.5)) / 2;
};

/** The chain after a model, for another to try; without those that take only one-word skills. */
export const chainAfter = (chain: readonly ChosenModel[], model: ChosenModel): ChosenModel[] =>
  chain.slice(chain.findIndex(({ ref }) => ref.id === model.ref.id) + 1).filter((one) => !isSkillModel(one));

/** Whether the model knows one-word skills and nothing else. */
export const isSkillModel = ({ promptStyle }: ChosenModel): boolean => promptStyle === "skill-word";
