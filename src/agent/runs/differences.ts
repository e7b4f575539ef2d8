import * as l10n from "@vscode/l10n";
import type { Turn } from "../../protocol/session.ts";

/** How much of a text is shown around the place where it begins to differ. */
const shownBefore = 20;
const shownAfter = 40;

/** In what the two turns differ, in words; times, numbers of a model's work, and what users said of it do not count. */
export const differencesOf = (before: Turn, now: Turn): string[] => {
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    [l10n.t("the end"), endOf(before), endOf(now)],
    [l10n.t("the road"), roadOf(before), roadOf(now)],
    [l10n.t("the plan"), before.plan, now.plan],
    [l10n.t("the steps"), before.steps, now.steps],
    // Steps run beside each other, so their order is chance.
    [l10n.t("the verdicts"), sorted(before.verdicts), sorted(now.verdicts)],
    [l10n.t("what was sent"), sorted(before.receipts), sorted(now.receipts)],
    [l10n.t("the evidence"), before.evidence, now.evidence],
    [l10n.t("what was said meanwhile"), before.steering, now.steering],
    [l10n.t("the notices"), sorted(before.notices), sorted(now.notices)],
    [l10n.t("the thoughts"), before.thought, now.thought],
    [l10n.t("the answer"), before.answer, now.answer],
  ];
  return compared.flatMap(([name, a, b]) => {
    const [then, again] = [textOf(a), textOf(b)];
    if (then === again) return [];
    const at = firstDifference(then, again);
    return [l10n.t("{0} was {1} and is {2}", name, excerpt(then, at), excerpt(again, at))];
  });
};

/** Who was interrupted was stopped from outside, too. */
const endOf = ({ state, endReason, failure }: Turn): unknown =>
  state === "interrupted" ? "stopped" : [state, endReason, failure?.code].filter(Boolean).join(", ");

const roadOf = ({ routing }: Turn): unknown => {
  if (!routing) return null;
  const { ms, ...road } = routing;
  return road;
};

const sorted = (values: readonly unknown[]): string[] => values.map(textOf).sort();

/** As JSON in which the order of keys says nothing. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, inOrder));

const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Where two texts begin to differ; the length of the first when it does not before its end. */
export const firstDifference = (a: string, b: string): number => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return at;
  return a.length;
};

const excerpt = (text: string, at: number): string => {
  const from = Math.max(0, at - shownBefore);
  const piece = text.slice(from, at + shownAfter);
  return `“${from > 0 ? "…" : ""}${piece}${at + shownAfter < text.length ? "…" : ""}”`;
};
