import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";

/** Where the command line writes. `text` is a person's terminal or a file; `notes` is stderr. */
export interface Terminal {
  readonly text: (text: string) => void;
  readonly notes: (text: string) => void;
  /** True when a person watches the notes. */
  readonly watched: boolean;
  /** True when a person reads the text as it comes. */
  readonly live: boolean;
  /** True when the text stands on a screen that shows colours. */
  readonly onScreen: boolean;
}

/** Exit codes of all commands. */
export const exitCodes = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** For arguments that must say something: an empty variable of a script is a mistake. */
export const filled = (text: string): string => {
  if (text.trim() === "") throw new InvalidArgumentError(l10n.t("It is empty."));
  return text;
};

const clearLine = "\r\u001b[K";

/** A line that is written over while something goes on, for a person only. `end` takes it away. */
export const progressLine = ({ watched, notes }: Terminal): { show(text: string): void; end(): void } => {
  let shown = false;
  return {
    show(text) {
      if (!watched) return;
      notes(clearLine + text);
      shown = true;
    },
    end() {
      if (shown) notes(clearLine);
      shown = false;
    },
  };
};

/** Names come from files and servers: what would command a terminal, break a line or turn its direction is shown as "?". */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "?");

/** Rows as columns with two spaces between; numbers are the caller's text. No colour, no lines. */
export const columns = (given: readonly (readonly string[])[]): string => {
  const rows = given.map((row) => row.map(plain));
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
};

const unit = 1000;

/** 1234567890 → "1.2 GB"; null → "–". */
export const bytes = (value: number | null): string => {
  if (value === null) return "–";
  if (value >= unit ** 3) return `${(value / unit ** 3).toFixed(1)} GB`;
  if (value >= unit ** 2) return `${(value / unit ** 2).toFixed(value < 10 * unit ** 2 ? 1 : 0)} MB`;
  return `${Math.ceil(value / unit)} kB`;
};

/** Parameters of a model: 1543714304 → "1.5 B", 4197120 → "4.2 M". */
export const parameterCount = (count: number): string => {
  if (count >= unit ** 3) return `${(count / unit ** 3).toFixed(1)} B`;
  return count >= unit ** 2 ? `${(count / unit ** 2).toFixed(1)} M` : `${Math.ceil(count / unit)} k`;
};

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** How pieces of text look on a screen; anywhere else they stay as they are. */
export interface Looks {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

export const looksOn = ({ onScreen }: Pick<Terminal, "onScreen">): Looks => {
  const look = (code: number) => (text: string) => (onScreen ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { strong: look(1), faint: look(2), good: look(32), bad: look(31) };
};
