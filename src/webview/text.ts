import * as l10n from "@vscode/l10n";
import type { NextStep } from "../protocol/failure.ts";
import type { Attachment, EndReason } from "../protocol/session.ts";
import type { Progress } from "./state.ts";

const locale = (): string => (typeof document === "undefined" ? "en" : document.documentElement.lang || "en");

export const decimal = (value: number, digits: number): string =>
  value.toLocaleString(locale(), { maximumFractionDigits: digits });

/** 1934 → "1.9k". Counted in 1,024s, as context sizes are. */
export const tokenCount = (tokens: number): string =>
  tokens < 1000 ? String(tokens) : l10n.t("{0}k", decimal(tokens / 1024, 1));

/** 0..1 → "93 %" */
export const percent = (share: number): string => l10n.t("{0} %", Math.round(Math.min(1, Math.max(0, share)) * 100));

/** Seconds with one decimal; below a tenth of a second, milliseconds. */
export const duration = (ms: number): string =>
  ms < 100 ? l10n.t("{0} ms", decimal(ms, 0)) : l10n.t("{0} s", decimal(ms / 1000, 1));

export const fileSize = (bytes: number): string => {
  if (bytes < 1e3) return l10n.t("{0} B", decimal(bytes, 0));
  if (bytes < 1e5) return l10n.t("{0} kB", decimal(bytes / 1e3, 0));
  return bytes < 1e9
    ? l10n.t("{0} MB", decimal(bytes / 1e6, bytes < 1e7 ? 1 : 0))
    : l10n.t("{0} GB", decimal(bytes / 1e9, 1));
};

/** The size of a model's file; one that a server runs has none here. */
export const modelSize = (bytes: number | null): string => (bytes === null ? l10n.t("on a server") : fileSize(bytes));

export const speed = (tokensPerSecond: number): string =>
  l10n.t("{0} tok/s", decimal(tokensPerSecond, tokensPerSecond < 10 ? 1 : 0));

export const timeLeft = (ms: number): string =>
  ms < 90_000
    ? l10n.t("{0} s left", Math.max(1, Math.round(ms / 1000)))
    : l10n.t("{0} min left", Math.round(ms / 60_000));

const units = [
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
] as const;

/** "5 minutes ago", "yesterday"; a date once a week has passed. */
export const relativeDate = (time: number, now: number): string => {
  const age = Math.max(0, now - time);
  if (age < 60_000) return l10n.t("just now");
  if (age >= 7 * 86_400_000) return new Date(time).toLocaleDateString(locale(), { dateStyle: "medium" });
  const [unit, length] = units.findLast(([, ms]) => age >= ms) ?? units[0];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-Math.floor(age / length), unit);
};

export const phaseText = (phase: Progress["phase"]): string => {
  switch (phase) {
    case "waiting":
      return l10n.t("Waiting for the server");
    case "queued":
      return l10n.t("Waiting for another answer");
    case "starting":
      return l10n.t("Starting the model host");
    case "loading":
      return l10n.t("Loading the model");
    case "reading":
      return l10n.t("Reading the prompt");
  }
};

export const nextStepText = (step: NextStep): string => {
  switch (step) {
    case "choose-model":
      return l10n.t("Choose a model");
    case "use-starter":
      return l10n.t("Use the starter model");
    case "retry":
      return l10n.t("Retry");
    case "continue":
      return l10n.t("Continue");
    case "new-chat":
      return l10n.t("New chat");
    case "shorten":
      return l10n.t("Shorten the prompt");
    case "show-log":
      return l10n.t("Show the log");
    case "open-models":
      return l10n.t("Open Models");
    case "set-key":
      return l10n.t("Set the key");
    case "resume-download":
      return l10n.t("Resume the download");
  }
};

/**
 * What there is to say at the end of an answer that did not come to its own: why it ended, or, where a notice of the turn
 * says that already, only the way on. Nothing for one that did.
 */
export const endReasonText = (reason: EndReason | null): string | null => {
  switch (reason) {
    case "budget":
      return l10n.t("The answer reached the longest allowed length.");
    case "context":
      return l10n.t("The context is full. A new chat has room again.");
    case "limit":
      return l10n.t("Continue gives this turn as much again.");
    case "no-progress":
      return l10n.t("Continue tries again from here.");
    default:
      return null;
  }
};

export const lineRange = (range: { startLine: number; endLine: number }): string =>
  range.startLine === range.endLine ? `:${range.startLine}` : `:${range.startLine}-${range.endLine}`;

export const attachmentLabel = (attachment: Attachment): { path: string; lines: string } =>
  attachment.kind === "text"
    ? { path: attachment.name, lines: "" }
    : { path: attachment.path, lines: lineRange(attachment.range) };
