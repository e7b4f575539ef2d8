import * as l10n from "@vscode/l10n";
import type { Plan, PlanStep, StepState, StepStatus } from "../../../protocol/plan.ts";
import type { Check, Evidence, Verdict } from "../../../protocol/verdict.ts";
import { type Looks, percent, plain } from "./terminal.ts";

const stepMarks: Record<StepState, string> = {
  waiting: "·",
  running: "▸",
  checking: "?",
  done: "✓",
  failed: "✗",
  skipped: "-",
  unavailable: "!",
};

const checkMarks: Record<Check["outcome"], string> = { passed: "✓", failed: "✗", skipped: "-" };

const coloured = (mark: string, { good, bad, faint }: Looks): string => {
  if (mark === "✓") return good(mark);
  return mark === "✗" ? bad(mark) : faint(mark);
};

/** A step of a plan as it stands; one of which nothing is known waits. */
export const stepLine = ({ id, title, domain }: PlanStep, status: StepStatus | undefined, looks: Looks): string => {
  const mark = coloured(stepMarks[status?.state ?? "waiting"], looks);
  const who = [domain, ...(status?.model ? [status.model.name] : [])].join(", ");
  const tries = status && status.attempt > 1 ? ` ${l10n.t("(try {0})", status.attempt)}` : "";
  return `${mark} ${plain(`${id}. ${title}`)} ${looks.faint(plain(who))}${tries}`;
};

export const planLines = ({ goal, steps }: Plan, looks: Looks): string =>
  [looks.strong(plain(goal)), ...steps.map((step) => `  ${stepLine(step, undefined, looks)}`)]
    .map((line) => `${line}\n`)
    .join("");

export const checkLine = ({ kind, outcome, text }: Check, looks: Looks): string =>
  `${coloured(checkMarks[outcome], looks)} ${kind}: ${plain(text)}`;

/** A verdict in one line: what about, the word, how sure, and the checks that failed. */
export const verdictLine = ({ subject, verdict, confidence, checks, hint }: Verdict, looks: Looks): string => {
  const sure = confidence === null ? "" : `, ${percent(confidence)}`;
  const failed = checks.filter(({ outcome }) => outcome === "failed").map((check) => checkLine(check, looks));
  const word = verdict === "accept" ? looks.good(verdict) : verdict;
  return [`${plain(subject)}: ${word}${sure}`, ...failed, ...(hint === "" ? [] : [`→ ${plain(hint)}`])].join("; ");
};

/** How far the answer is proven, in one line. */
export const evidenceLine = ({ grade, checks }: Evidence): string => {
  const words = { verified: l10n.t("verified"), partly: l10n.t("partly verified"), unverified: l10n.t("not verified") };
  const passed = checks.filter(({ outcome }) => outcome === "passed").map(({ kind }) => kind);
  return passed.length === 0 ? words[grade] : `${words[grade]}: ${[...new Set(passed)].join(", ")}`;
};
