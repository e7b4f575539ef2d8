import * as l10n from "@vscode/l10n";
import type { Abilities } from "../../protocol/capability-card.ts";
import type { RoleName } from "../../protocol/profile.ts";
import { guessAbilities } from "./capability-guess.ts";
import type { Candidate, MapOptions } from "./mapper-candidate.ts";
import { type Need, roleNeeds } from "./role-needs.ts";

export interface Scored {
  readonly score: number;
  readonly why: readonly string[];
}

/** How much of its score a model loses that takes the whole memory. */
const pressure = { best: 0.05, smallest: 0.5 };

/** What it counts that the catalogue names a model for the role: about one size class. */
const madeForIt = 0.1;

/** Tokens per second that count half: about as fast as people read. */
const readingSpeed = 8;
/** Bytes of weights that a usual processor reads in a second: every token reads all of them. */
const bytesPerSecond = 20e9;
const serverSpeed = 30;

const abilityOf = (abilities: Abilities, need: Need): number | null =>
  need === "json" ? (abilities.jsonWithGrammar ?? abilities.json) : abilities[need];

const wordOf: Readonly<Record<Need, () => string>> = {
  code: () => l10n.t("code"),
  math: () => l10n.t("maths"),
  general: () => l10n.t("knowledge"),
  json: () => l10n.t("JSON"),
  toolCall: () => l10n.t("tool calls"),
  edit: () => l10n.t("edits"),
  arithmetic: () => l10n.t("arithmetic"),
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * One ability, 0..1. What was measured here counts half and what was expected the other half: a card rests on a handful
 * of easy tasks, which a small model may pass as well as a large one.
 */
const shareFor = ({ card, priors, name, parameters, needBytes }: Candidate, need: Need) => {
  const prior = priors === null ? null : abilityOf(priors, need);
  const guess = guessAbilities({ name, parameters, bytes: needBytes > 0 ? needBytes : null });
  const expected = prior ?? abilityOf(guess, need) ?? 0;
  const measured = card === null ? null : abilityOf(card.scores, need);
  const share = measured === null ? expected : (measured + expected) / 2;
  const why =
    measured !== null
      ? l10n.t("{0}: {1} measured here.", wordOf[need](), percent(measured))
      : prior !== null
        ? l10n.t("{0}: {1} by the catalogue.", wordOf[need](), percent(prior))
        : l10n.t("{0}: about {1}, guessed from its size and name.", wordOf[need](), percent(expected));
  return { share, why };
};

/** 0..1, half at the speed of reading. */
const speedShare = ({ card, needBytes }: Candidate): number => {
  const perSecond = card?.tokensPerSecond ?? (needBytes > 0 ? bytesPerSecond / needBytes : serverSpeed);
  return perSecond / (perSecond + readingSpeed);
};

/** How well a model meets the needs, about 0..1, less what it takes of the memory; in words, the abilities that count most. */
export const scoreOf = (candidate: Candidate, role: RoleName, options: MapOptions): Scored => {
  const needs = roleNeeds[role];
  const { memoryBudgetBytes: budget, profile } = options;
  const weighed = (Object.entries(needs.weights) as [Need, number][]) // Object.entries forgets the literal keys
    .map(([need, weight]) => ({ weight, ...shareFor(candidate, need) }))
    .sort((a, b) => b.weight - a.weight);
  const total = weighed.reduce((sum, { weight }) => sum + weight, needs.speed);
  const met = weighed.reduce((sum, { weight, share }) => sum + weight * share, needs.speed * speedShare(candidate));
  const taken = candidate.needBytes === 0 ? 0 : Math.min(1, candidate.needBytes / Math.max(1, budget));
  const speed =
    needs.speed > 0 && candidate.card
      ? [l10n.t("{0} tokens per second here.", candidate.card.tokensPerSecond.toFixed(1))]
      : [];
  const made = candidate.madeFor.includes(role);
  return {
    score: met / total + (made ? madeForIt : 0) - pressure[profile.prefer] * taken,
    why: [
      ...(made ? [l10n.t("The catalogue names it for this role.")] : []),
      ...weighed.slice(0, 2).map(({ why }) => why),
      ...speed,
    ],
  };
};
