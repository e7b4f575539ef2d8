import * as l10n from "@vscode/l10n";
import type { Amounts, Budget } from "../protocol/budget.ts";
import { decimal, duration } from "./text.ts";

const names = ["steps", "tokens", "ms", "wattHours"] as const;

/** How much of the limit that is nearest is used, 0..1 and above; null without any limit. */
export const budgetShare = ({ used, limit }: Budget): number | null => {
  const shares = names.flatMap((name) => (limit[name] > 0 ? [used[name] / limit[name]] : []));
  return shares.length === 0 ? null : Math.max(...shares);
};

const time = (ms: number): string => (ms < 90_000 ? duration(ms) : l10n.t("{0} min", decimal(ms / 60_000, 1)));

const amountText = (name: keyof Amounts, amount: number): string => {
  switch (name) {
    case "steps":
      return String(amount);
    case "tokens":
      // In thousands, as the limit was set: a context counts in 1,024s, a budget does not.
      return amount < 1000 ? String(amount) : l10n.t("{0}k", decimal(amount / 1000, 1));
    case "ms":
      return time(amount);
    case "wattHours":
      return decimal(amount, amount < 0.1 ? 3 : 2);
  }
};

const phrase = (name: keyof Amounts, amounts: string): string => {
  switch (name) {
    case "steps":
      return l10n.t("{0} calls", amounts);
    case "tokens":
      return l10n.t("{0} tokens", amounts);
    case "ms":
      return amounts;
    case "wattHours":
      return l10n.t("about {0} Wh", amounts);
  }
};

/** "3/40 calls", "1.2k/195k tokens", "12 s/30 min", "about 0.02 Wh". Energy that nobody measured is left out. */
export const budgetTexts = ({ used, limit }: Budget): string[] =>
  names
    .filter((name) => name !== "wattHours" || used.wattHours > 0 || limit.wattHours > 0)
    .map((name) => {
      const amount = amountText(name, used[name]);
      return phrase(name, limit[name] > 0 ? l10n.t("{0}/{1}", amount, amountText(name, limit[name])) : amount);
    });
