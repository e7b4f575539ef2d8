import * as l10n from "@vscode/l10n";
import type { PlanStep } from "../../../protocol/plan.ts";
import type { Receipt } from "../../../protocol/receipt.ts";
import type { JournalCall, Run } from "../../../protocol/run.ts";
import type { Turn } from "../../../protocol/session.ts";
import { shownStep } from "../../../protocol/shown-step.ts";
import { shownId } from "./named-turn.ts";
import { columns, type Looks, percent, plain } from "./terminal.ts";
import { isShort } from "./turn-end.ts";
import { checkLine, domainWord, stepLine, verdictLine } from "./turn-text.ts";

const shownPrompt = 60;

const firstLine = (text: string): string => {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > shownPrompt ? `${line.slice(0, shownPrompt - 1)}…` : line;
};

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A turn that came to no answer of its own is done only in name. */
const endWord = (end: Pick<Turn, "state" | "endReason">): string =>
  end.endReason !== null && isShort(end) ? end.endReason : end.state;

/** Turns, one a line, newest first. */
export const turnsTable = (turns: readonly Turn[]): string =>
  columns([
    ["ID", "WHEN", "END", "ROAD", "MODEL", "PROMPT"].map((word) => l10n.t(word)),
    ...turns.map(({ id, createdAt, routing, prompt, ...end }) => [
      id.slice(0, shownId),
      timeOf(createdAt),
      endWord(end),
      routing?.path ?? "–",
      routing?.model.name ?? "–",
      firstLine(prompt.text),
    ]),
  ]);

/** An account of a turn: what was asked, which road it took and why, what was planned, asked, found and sent. */
export const runText = ({ turn, calls }: Run, looks: Looks): string => {
  const sections: readonly (readonly [string, string])[] = [
    [l10n.t("Prompt"), quoted(turn.prompt.text)],
    [l10n.t("Road"), roadText(turn)],
    [l10n.t("Plan"), planText(turn, looks)],
    [l10n.t("Calls"), callsTable(calls)],
    [l10n.t("Verdicts"), turn.verdicts.map((verdict) => indented(verdictLine(verdict, looks))).join("")],
    [l10n.t("Evidence"), evidenceText(turn, looks)],
    [l10n.t("Sent"), turn.receipts.map(receiptText).join("")],
    [l10n.t("Said meanwhile"), turn.steering.map(quoted).join("")],
    [l10n.t("Answer"), turn.answer === "" ? "" : quoted(turn.answer)],
    [l10n.t("Failure"), turn.failure ? quoted(turn.failure.message) : ""],
  ];
  const { id, createdAt, state, endReason } = turn;
  const head = `${looks.strong(id)}  ${timeOf(createdAt)}  ${endReason ? `${state} (${endReason})` : state}\n`;
  return head + sections.map(([name, text]) => (text === "" ? "" : `\n${looks.strong(name)}\n${text}`)).join("");
};

/** What came of running it again. */
export const replayText = (differences: readonly string[], { strong, good, bad }: Looks): string => {
  const head = `\n${strong(l10n.t("Replayed without a model"))}\n`;
  if (differences.length === 0) return `${head}${indented(good(l10n.t("equal")))}`;
  return head + differences.map((difference) => `  ${bad("≠")} ${plain(difference)}\n`).join("");
};

const indented = (text: string): string =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("");

/** Text that somebody else wrote, over several lines. */
const quoted = (text: string): string => indented(text.split("\n").map(plain).join("\n"));

const roadText = ({ routing }: Turn): string => {
  if (!routing) return "";
  const { path, domain, confidence, model, source, reasons } = routing;
  const sure = source === "user" ? "" : ` (${percent(confidence)})`;
  const road = `${path}, ${domainWord(domain)}${sure}, ${model.name}, ${source}`;
  return [road, ...reasons.map((reason) => `- ${reason}`)].map((line) => indented(plain(line))).join("");
};

const planText = (turn: Turn, looks: Looks): string => {
  const { plan, steps } = turn;
  if (!plan) return "";
  const revised = plan.revision === 0 ? "" : ` (${l10n.t("revision {0}", plan.revision)})`;
  const lines = plan.steps.map((step) => {
    const known = steps.find(({ id }) => id === step.id);
    const status = known && { ...known, state: shownStep(turn, step.id) };
    return `${"  ".repeat(depthOf(step, plan.steps))}${stepLine(step, status, looks)}`;
  });
  return indented([`${plain(plan.goal)}${revised}`, ...lines].join("\n"));
};

/** How many steps stand before it in the longest row that leads to it; steps that wait for each other do not count. */
const depthOf = (step: PlanStep, steps: readonly PlanStep[], seen: readonly string[] = []): number => {
  const before = steps.filter(({ id }) => step.after.includes(id) && !seen.includes(id));
  return Math.max(0, ...before.map((one) => 1 + depthOf(one, steps, [...seen, step.id])));
};

const callsTable = (calls: readonly JournalCall[]): string => {
  const header = ["ROLE", "MODEL", "READ", "WRITTEN", "TIME", "END"].map((word) => l10n.t(word));
  const rows = calls.map(({ role, model, promptTokens, completionTokens, ms, endReason, failure }) => [
    role,
    model.split(/[\\/]/).at(-1) ?? model,
    String(promptTokens),
    String(completionTokens),
    seconds(ms),
    failure ?? endReason ?? l10n.t("stopped"),
  ]);
  return calls.length === 0 ? "" : indented(columns([header, ...rows]));
};

const evidenceText = ({ evidence }: Turn, looks: Looks): string => {
  if (!evidence) return "";
  const mark = evidence.grade === "verified" ? looks.good(evidence.grade) : evidence.grade;
  return indented([mark, ...evidence.checks.map((check) => checkLine(check, looks))].join("\n"));
};

const receiptText = ({ role, model, tokens, contextSize, parts }: Receipt): string => {
  const head = l10n.t("{0}, {1}: {2} of {3} tokens", role, model, tokens, contextSize);
  const rows = parts.map(({ name, kind, tokens: count, sent }) => ["", kind, name, String(count), sent]);
  return indented(plain(head)) + indented(columns(rows));
};
