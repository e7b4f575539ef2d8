import * as l10n from "@vscode/l10n";
import type { Plan, PlanStep, StepStatus } from "../../../protocol/plan.ts";
import type { Domain } from "../../../protocol/routing.ts";
import type { ShownStep } from "../../../protocol/shown-step.ts";
import type { Check, Evidence, Verdict } from "../../../protocol/verdict.ts";
import { type Looks, percent, plain } from "./terminal.ts";

const stepMarks: Record<ShownStep, string> = {
  waiting: "·",
  running: "▸",
  checking: "?",
  done: "✓",
  failed: "✗",
  skipped: "-",
  unavailable: "!",
  refused: "~",
  doubted: "~",
  stopped: "·",
};

/** For the marks that do not speak for themselves. */
const stepWords: Partial<Record<ShownStep, () => string>> = {
  checking: () => l10n.t("(its result is checked)"),
  unavailable: () => l10n.t("(no model could be asked)"),
  refused: () => l10n.t("(kept, the critic disagrees)"),
  doubted: () => l10n.t("(kept, may be wrong)"),
  stopped: () => l10n.t("(stopped)"),
};

const checkMarks: Record<Check["outcome"], string> = { passed: "✓", failed: "✗", skipped: "-" };

const coloured = (mark: string, { good, bad, faint }: Looks): string => {
  if (mark === "✓") return good(mark);
  return mark === "✗" ? bad(mark) : faint(mark);
};

export const domainWord = (domain: Domain): string => {
  const words = { coder: l10n.t("coder"), math: l10n.t("maths"), general: l10n.t("general") };
  return words[domain];
};

type ShownStatus = Omit<StepStatus, "state"> & { readonly state: ShownStep };

/** A step of a plan as it stands; one of which nothing is known waits. */
export const stepLine = ({ id, title, domain }: PlanStep, status: ShownStatus | undefined, looks: Looks): string => {
  const mark = coloured(stepMarks[status?.state ?? "waiting"], looks);
  const who = [domainWord(domain), ...(status?.model ? [status.model.name] : [])].join(", ");
  const tries = status && status.attempt > 1 ? ` ${l10n.t("(try {0})", status.attempt)}` : "";
  const word = status ? stepWords[status.state]?.() : undefined;
  return `${mark} ${plain(`${id}. ${title}`)} ${looks.faint(plain(who))}${tries}${word ? ` ${word}` : ""}`;
};

export const planLines = ({ goal, steps }: Plan, looks: Looks): string =>
  [looks.strong(plain(goal)), ...steps.map((step) => `  ${stepLine(step, undefined, looks)}`)]
    .map((line) => `${line}\n`)
    .join("");

export const checkLine = ({ kind, outcome, text }: Check, looks: Looks): string =>
  `${coloured(checkMarks[outcome], looks)} ${kind}: ${plain(text)}`;

/** A verdict in one line: what about, the word, how sure, the checks that failed, and what they do not say of the hint. */
export const verdictLine = ({ subject, verdict, confidence, checks, hint }: Verdict, looks: Looks): string => {
  const sure = confidence === null ? "" : `, ${percent(confidence)}`;
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  const hints = hint.split("\n").filter((line) => line.trim() !== "" && !failed.some(({ text }) => text === line));
  const words = {
    accept: looks.good(verdict),
    unavailable: l10n.t("the critic could not be asked"),
    retry: verdict,
    escalate: verdict,
  };
  return [
    `${plain(subject)}: ${words[verdict]}${sure}`,
    ...failed.map((check) => checkLine(check, looks)),
    ...hints.map((line) => `→ ${plain(line)}`),
  ].join("; ");
};

/** How far the answer is proven, in one line. */
export const evidenceLine = ({ grade, checks }: Evidence): string => {
  const words = { verified: l10n.t("verified"), partly: l10n.t("partly verified"), unverified: l10n.t("not verified") };
  const passed = checks.filter(({ outcome }) => outcome === "passed").map(({ kind }) => kind);
  return passed.length === 0 ? words[grade] : `${words[grade]}: ${[...new Set(passed)].join(", ")}`;
};
