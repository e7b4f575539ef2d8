import * as l10n from "@vscode/l10n";
import type { TrackRecord } from "../../../protocol/run.ts";
import { columns, percent } from "./terminal.ts";
import { domainWord } from "./turn-text.ts";

/** The plot's columns from 0 to 1. */
const width = 40;

/**
 * The track record as tables, with a plot: `o` where answers were right as often as they were said to be, `*` where they
 * were right; the two fall together where confidence can be trusted.
 */
export const trackText = ({ count, bins, byDomain }: TrackRecord): string => {
  if (count === 0)
    return `${l10n.t("No answers have been judged yet. Say of some whether they helped: then this shows whether confidence can be trusted.")}\n`;
  const header = [l10n.t("SAID"), l10n.t("WAS RIGHT"), "N"];
  const row = (name: string, right: number, n: number): string[] => [name, percent(right), String(n)];
  return [
    columns([
      [...header, `0${"·".repeat(width - 2)}1`],
      ...bins.map(({ said, right, count: n }) => [...row(percent(said), right, n), plotLine(said, right)]),
    ]),
    `${l10n.t("o said  * was right  @ both")}\n\n`,
    columns([
      [l10n.t("DOMAIN"), ...header],
      ...byDomain.map(({ domain, said, right, count: n }) => [domainWord(domain), ...row(percent(said), right, n)]),
    ]),
    `\n${l10n.t("{0} answers with a word of yours, or a check that settles them.", count)}\n`,
  ].join("");
};

const plotLine = (said: number, right: number): string => {
  const placeOf = (share: number): number => Math.round(share * (width - 1));
  const cells = Array.from({ length: width }, () => " ");
  cells[placeOf(said)] = "o";
  cells[placeOf(right)] = placeOf(said) === placeOf(right) ? "@" : "*";
  return cells.join("");
};
