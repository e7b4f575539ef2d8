import * as l10n from "@vscode/l10n";
import type { Abilities, CapabilityCard } from "../../../protocol/capability-card.ts";
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

/**
 * One row for each ability: what it is, and the share of tasks that were right. Then the steps that were right when they
 * could name anything, and when they could name only what exists.
 */
export const scoreRows = ({ scores, grammarFromReality: steps }: CapabilityCard): [string, string][] => [
  ...abilities.map((name): [string, string] => [words[name](), shareText(scores[name])]),
  [l10n.t("steps"), shareText(steps?.plain ?? null)],
  [l10n.t("steps by what exists"), shareText(steps?.narrowed ?? null)],
];

const shareText = (share: number | null): string => (share === null ? l10n.t("not measured") : percent(share));

/** 61.234 → "61 tok/s"; slow models keep a decimal. */
export const speed = (tokensPerSecond: number): string =>
  `${tokensPerSecond.toFixed(tokensPerSecond < 20 ? 1 : 0)} tok/s`;
