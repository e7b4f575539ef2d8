import * as l10n from "@vscode/l10n";
import type { Abilities } from "../../../protocol/capability-card.ts";
import { percent } from "./terminal.ts";

const words: Record<keyof Abilities, () => string> = {
  code: () => l10n.t("code"),
  math: () => l10n.t("maths"),
  general: () => l10n.t("general questions"),
  json: () => l10n.t("JSON"),
  jsonWithGrammar: () => l10n.t("JSON with a grammar"),
  toolCall: () => l10n.t("tool calls"),
  edit: () => l10n.t("edits"),
  arithmetic: () => l10n.t("arithmetic"),
};

const abilities = Object.keys(words) as (keyof Abilities)[]; // Object.keys forgets the literal keys

/** One row for each ability: what it is, and the share of tasks that were right. */
export const scoreRows = (scores: Abilities): [string, string][] =>
  abilities.map((name) => {
    const score = scores[name];
    return [words[name](), score === null ? l10n.t("not measured") : percent(score)];
  });

/** 61.234 → "61 tok/s"; slow models keep a decimal. */
export const speed = (tokensPerSecond: number): string =>
  `${tokensPerSecond.toFixed(tokensPerSecond < 20 ? 1 : 0)} tok/s`;
