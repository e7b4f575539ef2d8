import * as l10n from "@vscode/l10n";
import type { ReceiptPart } from "../protocol/receipt.ts";
import type { Domain, Mode, RoutePath, Routing } from "../protocol/routing.ts";
import type { Turn } from "../protocol/session.ts";
import type { ShownStep } from "../protocol/shown-step.ts";
import type { Check, Evidence, Verdict } from "../protocol/verdict.ts";
import { wayOn } from "../protocol/way-on.ts";
import { percent } from "./text.ts";

/** An icon and a word that say the same: neither colour nor picture carries a meaning alone. */
export interface Look {
  readonly icon: string;
  readonly word: string;
}

export const domainText = (domain: Domain): string => {
  switch (domain) {
    case "coder":
      return l10n.t("coder");
    case "math":
      return l10n.t("maths");
    case "general":
      return l10n.t("general");
  }
};

export const domainIcon = (domain: Domain): string => {
  switch (domain) {
    case "coder":
      return "code";
    case "math":
      return "symbol-operator";
    case "general":
      return "comment";
  }
};

export const pathText = (path: RoutePath): string => {
  switch (path) {
    case "simple":
      return l10n.t("simple");
    case "specialised":
      return l10n.t("specialised");
    case "complex":
      return l10n.t("complex");
  }
};

export const pathTitle = (path: RoutePath): string => {
  switch (path) {
    case "simple":
      return l10n.t("One model answers");
    case "specialised":
      return l10n.t("A specialist answers and is checked");
    case "complex":
      return l10n.t("A plan, its steps, and a critic");
  }
};

export const sourceText = (source: Routing["source"]): string => {
  switch (source) {
    case "user":
      return l10n.t("you chose it");
    case "rule":
      return l10n.t("a rule matched");
    case "classifier":
      return l10n.t("the classifier chose it");
    case "model":
      return l10n.t("a model chose it");
    case "default":
      return l10n.t("nothing else matched");
  }
};

export const modeText = (mode: Mode): string => {
  switch (mode) {
    case "ask":
      return l10n.t("Ask");
    case "plan":
      return l10n.t("Plan");
    case "agent":
      return l10n.t("Agent");
  }
};

export const modeTitle = (mode: Mode): string => {
  switch (mode) {
    case "ask":
      return l10n.t("answers, and never plans");
    case "plan":
      return l10n.t("makes a plan and stops there");
    case "agent":
      return l10n.t("does what the request needs");
  }
};

export const stepLook = (state: ShownStep): Look => {
  switch (state) {
    case "waiting":
      return { icon: "circle-outline", word: l10n.t("waiting") };
    case "running":
      return { icon: "loading codicon-modifier-spin", word: l10n.t("running") };
    case "checking":
      return { icon: "eye", word: l10n.t("being checked") };
    case "done":
      return { icon: "pass-filled", word: l10n.t("done") };
    case "refused":
      return { icon: "warning", word: l10n.t("kept, the critic disagrees") };
    case "doubted":
      return { icon: "unverified", word: l10n.t("kept, may be wrong") };
    case "stopped":
      return { icon: "debug-stop", word: l10n.t("stopped") };
    case "failed":
      return { icon: "error", word: l10n.t("failed") };
    case "skipped":
      return { icon: "debug-step-over", word: l10n.t("skipped") };
    case "unavailable":
      return { icon: "circle-slash", word: l10n.t("unavailable") };
  }
};

/** What was found, and not what follows: after the last try a refusal has no consequence any more. */
export const verdictLook = ({ verdict, checks }: Pick<Verdict, "verdict" | "checks">): Look => {
  if (verdict === "accept") return { icon: "pass", word: l10n.t("accepted") };
  if (verdict === "unavailable") return { icon: "question", word: l10n.t("nobody could judge") };
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  if (failed.length === 0) return { icon: "info", word: l10n.t("not good enough") };
  return failed.some(({ sure }) => sure !== false)
    ? { icon: "warning", word: l10n.t("problem found") }
    : { icon: "unverified", word: l10n.t("may be wrong") };
};

export const checkLook = (outcome: Check["outcome"]): Look => {
  switch (outcome) {
    case "passed":
      return { icon: "check", word: l10n.t("passed") };
    case "failed":
      return { icon: "close", word: l10n.t("failed") };
    case "skipped":
      return { icon: "dash", word: l10n.t("not looked at") };
  }
};

export const evidenceLook = (grade: Evidence["grade"]): Look => {
  switch (grade) {
    case "verified":
      return { icon: "verified-filled", word: l10n.t("verified") };
    case "partly":
      return { icon: "verified", word: l10n.t("partly verified") };
    case "unverified":
      return { icon: "unverified", word: l10n.t("not verified") };
  }
};

/** "verified: 3 calculations recomputed". One check is told in its own words, several are counted. */
export const evidenceText = ({ grade, checks }: Evidence): string => {
  const { word } = evidenceLook(grade);
  const passed = checks.filter(({ outcome }) => outcome === "passed");
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  const [only] = passed.length === 1 && failed.length === 0 ? passed : failed.length === 1 ? failed : [];
  if (only) return l10n.t("{0}: {1}", word, only.text);
  if (failed.length > 0) return l10n.t("{0}: {1} of {2} checks failed", word, failed.length, checks.length);
  if (passed.length > 0) return l10n.t("{0}: {1} checks passed", word, passed.length);
  return l10n.t("{0}: no check applied", word);
};

/**
 * How far what the turn came to is proven. A plan of which nothing is done has no answer to prove: null, or, where it
 * waits to be carried out, that.
 */
export const provenText = (turn: Turn): string | null => {
  const isDone = turn.plan === null || turn.steps.some(({ state }) => state === "done");
  if (isDone) return turn.evidence && evidenceText(turn.evidence);
  return wayOn(turn) === "carry-out" ? l10n.t("a plan, nothing carried out yet") : null;
};

/** What a verdict found, in the words of its first failed check; empty when none failed. */
export const foundBy = ({ checks }: Pick<Verdict, "checks">): string =>
  checks.find(({ outcome }) => outcome === "failed")?.text ?? "";

/** The number alone: what is good enough for which road is the agent's to say, and its verdict tells. */
export const sureText = (confidence: number): string => l10n.t("{0} sure", percent(confidence));

/** What such a number is, and what it is not. */
export const sureTitle = (): string =>
  l10n.t(
    "An estimate from the checks and from how sure the model was of its words, no proof. 50 % says nothing either way.",
  );

export const sentText = (sent: ReceiptPart["sent"]): string => {
  switch (sent) {
    case "whole":
      return l10n.t("whole");
    case "cut":
      return l10n.t("cut");
    case "left-out":
      return l10n.t("left out");
  }
};
