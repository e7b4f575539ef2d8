import * as l10n from "@vscode/l10n";
import type { Verdict } from "../protocol/verdict.ts";
import { domainText, foundBy, pathText, provenText, verdictLook } from "./run-words.ts";
import type { TurnView } from "./state.ts";

/** What of a turn has been said aloud: a road and a plan are said once each, a step when it begins. */
export interface Said {
  readonly road: boolean;
  readonly planRevision: number | null;
  /** "id state attempt" of every step as last seen. */
  readonly steps: readonly string[];
  readonly verdicts: number;
  readonly paused: boolean;
}

export const alreadySaid = (turn: TurnView): Said => ({
  road: turn.routing !== null,
  planRevision: turn.plan?.revision ?? null,
  steps: turn.steps.map(({ id, state, attempt }) => `${id} ${state} ${attempt}`),
  verdicts: turn.verdicts.length,
  paused: turn.paused,
});

const verdictWords = (verdict: Verdict): string[] => {
  if (verdict.verdict === "accept") return [];
  const found = foundBy(verdict);
  const { word } = verdictLook(verdict);
  return [found === "" ? l10n.t("Checked: {0}.", word) : l10n.t("Checked: {0}, {1}.", word, found)];
};

const stepWords = (turn: TurnView, said: Said): string[] =>
  turn.steps.flatMap(({ id, state, attempt }, index) => {
    const step = turn.plan?.steps.find((each) => each.id === id);
    if (!step || said.steps.includes(`${id} ${state} ${attempt}`)) return [];
    if (state === "running") return [l10n.t("Step {0} of {1}: {2}.", index + 1, turn.steps.length, step.title)];
    if (state === "failed") return [l10n.t("Step {0} failed.", index + 1)];
    if (state === "unavailable") return [l10n.t("Nobody could do step {0}.", index + 1)];
    return [];
  });

/** What is new since then, in short sentences for a screen reader; empty when nothing is worth a word. */
export const newsOf = (turn: TurnView, said: Said): string[] => {
  const { routing, plan } = turn;
  const road =
    routing && !said.road
      ? [l10n.t("Road: {0}, {1}, {2}.", domainText(routing.domain), pathText(routing.path), routing.model.name)]
      : [];
  const planned =
    plan && plan.revision !== said.planRevision
      ? [
          said.planRevision === null
            ? l10n.t("Plan with {0} steps.", plan.steps.length)
            : l10n.t("New plan with {0} steps.", plan.steps.length),
        ]
      : [];
  const held = turn.paused === said.paused ? [] : [turn.paused ? l10n.t("Paused.") : l10n.t("Goes on.")];
  return [
    ...road,
    ...planned,
    ...stepWords(turn, said),
    ...turn.verdicts.slice(said.verdicts).flatMap(verdictWords),
    ...held,
  ];
};

/** How a turn ended, with how far its answer is proven. */
export const endWords = (turn: TurnView): string => {
  const proven = provenText(turn);
  switch (turn.state) {
    case "stopped":
      return l10n.t("Answer stopped");
    case "interrupted":
      return l10n.t("Answer interrupted");
    case "failed":
      return l10n.t("Answer failed: {0}", turn.failure?.message ?? "");
    default:
      return proven === null ? l10n.t("Answer complete") : l10n.t("Answer complete. {0}", proven);
  }
};
