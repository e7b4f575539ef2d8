import * as l10n from "@vscode/l10n";
import type { ReceiptPart } from "../../protocol/receipt.ts";
import type { KeptHistory } from "./history.ts";
import type { PromptPart } from "./prompt-part.ts";

/** A prompt as it was sent. */
interface SentPrompt {
  readonly tokens: number;
  readonly history: KeptHistory;
  readonly parts: readonly { readonly part: PromptPart; readonly sent: ReceiptPart["sent"] }[];
  readonly partial: string;
}

/** How much of a prompt is counted: with its history or without, and how many of its parts. */
export interface UpTo {
  readonly history: "with" | "without";
  readonly parts: number;
}

const historyName = (turns: number): string =>
  turns === 1 ? l10n.t("one earlier turn") : l10n.t("{0} earlier turns", turns);

const leftOutHistory = (turns: number): ReceiptPart[] =>
  turns === 0 ? [] : [{ name: historyName(turns), kind: "history", tokens: 0, sent: "left-out" }];

/**
 * What each part took: the difference that it makes to the count of the prompt up to it, so that the sum is exact. The
 * marks that the template puts around messages count with the system prompt.
 */
export const receiptParts = async (
  { tokens, history, parts, partial }: SentPrompt,
  countUpTo: (upTo: UpTo) => Promise<number>,
): Promise<ReceiptPart[]> => {
  const counted: ReceiptPart[] = [];
  let before = 0;
  const add = async (part: Omit<ReceiptPart, "tokens">, upTo: () => Promise<number>): Promise<void> => {
    // Two texts can melt into fewer tokens than one of them had; no part takes less than nothing.
    const after = Math.min(Math.max(before, await upTo()), tokens);
    counted.push({ ...part, tokens: after - before });
    before = after;
  };
  const exact = async (): Promise<number> => tokens;
  const last = partial === "" ? parts.findLastIndex(({ sent }) => sent !== "left-out") : -1;

  await add({ name: l10n.t("system prompt"), kind: "system", sent: "whole" }, () =>
    countUpTo({ history: "without", parts: 0 }),
  );
  counted.push(...leftOutHistory(history.leftOut));
  if (history.messages.length > 0)
    await add(
      {
        name: historyName(history.extracts + history.whole),
        kind: "history",
        sent: history.extracts > 0 ? "cut" : "whole",
      },
      () => countUpTo({ history: "with", parts: 0 }),
    );
  for (const [index, { part, sent }] of parts.entries()) {
    const { name, kind } = part;
    if (sent === "left-out") counted.push({ name, kind, sent, tokens: 0 });
    else
      await add({ name, kind, sent }, () =>
        index === last ? exact() : countUpTo({ history: "with", parts: index + 1 }),
      );
  }
  if (partial !== "") await add({ name: l10n.t("the answer so far"), kind: "partial", sent: "whole" }, exact);
  return counted;
};
