import * as l10n from "@vscode/l10n";
import type { HostFailure, Message } from "../../protocol/model-host.ts";
import type { ReceiptPart } from "../../protocol/receipt.ts";
import { cutToFit } from "./cut-middle.ts";
import { fitHistory, type KeptHistory, wholeHistory } from "./history.ts";
import { isCountable } from "./measure.ts";
import type { PromptPart, PromptParts } from "./prompt-part.ts";
import { receiptParts, type UpTo } from "./receipt-parts.ts";
import { messageOf } from "./request-parts.ts";

/** The room for a prompt, in tokens. */
export interface Room {
  readonly contextSize: number;
  /** Kept free for the answer, as long as there is anything that can give way. */
  readonly reserved: number;
  /** The least that must stay free. */
  readonly smallestAnswer: number;
}

/** Tokens of the messages, counted by the engine. */
export type Count = (messages: readonly Message[]) => Promise<number>;

export type Composed =
  | {
      readonly ok: true;
      readonly messages: Message[];
      readonly tokens: number;
      /** What was sent, in order; their tokens add up to `tokens`. */
      readonly parts: ReceiptPart[];
      /** Earlier turns of which nothing was sent. */
      readonly leftOut: number;
    }
  | { readonly ok: false; readonly failure: HostFailure };

/** A part as it will be sent; `text` null: not at all. */
interface Fitted {
  readonly part: PromptPart;
  readonly text: string | null;
}

/** The prompt at one point of the fitting. */
interface Draft {
  readonly history: KeptHistory;
  readonly fitted: readonly Fitted[];
}

/** What has less gives way before the history, what has more after it. */
const historyPriority = 40;

/**
 * The messages of a prompt within the room, by the engine's own counts, and what became of each part. The lowest
 * priority gives way first, parts of the same priority together, the history its oldest turns first. What may never be
 * cut is never cut: when that alone is too long, the failure says how long it is. The same parts make the same bytes.
 */
export const compose = async (parts: PromptParts, room: Room, count: Count): Promise<Composed> => {
  const budget = room.contextSize - room.reserved;
  const measure = measured(count, room.contextSize);
  const tokensOf = (draft: Draft): Promise<number> => measure(messagesOf(parts, draft));

  let draft: Draft = {
    history: wholeHistory(parts.history),
    fitted: parts.parts.map((part) => ({ part, text: part.text })),
  };
  if ((await tokensOf(draft)) > budget) draft = { ...draft, fitted: await capped(draft.fitted, budget, measure) };
  for (const priority of prioritiesOf(parts.parts)) {
    if ((await tokensOf(draft)) <= budget) break;
    draft =
      priority === historyPriority
        ? await withLessHistory(parts, draft, budget, tokensOf)
        : await withLess(draft, priority, budget, tokensOf);
  }

  const tokens = await tokensOf(draft);
  if (tokens > room.contextSize - room.smallestAnswer) return tooLong(tokens, room.contextSize);
  const sent = await receiptParts(
    {
      tokens,
      history: draft.history,
      partial: parts.partial,
      parts: draft.fitted.map(({ part, text }) => ({ part, sent: sentAs(part, text) })),
    },
    (upTo) => measure(messagesUpTo(parts, draft, upTo)),
  );
  return { ok: true, messages: messagesOf(parts, draft), tokens, parts: sent, leftOut: draft.history.leftOut };
};

/** The engine's count, asked once for the same messages, and never for more text than could fit. */
const measured = (count: Count, contextSize: number): Count => {
  const known = new Map<string, number>();
  return async (messages) => {
    if (!isCountable(messages, contextSize)) return Number.POSITIVE_INFINITY;
    const key = JSON.stringify(messages);
    const tokens = known.get(key) ?? (await count(messages));
    known.set(key, tokens);
    return tokens;
  };
};

const prioritiesOf = (parts: readonly PromptPart[]): number[] => {
  const levels = parts.filter(({ cut }) => cut !== "never").map(({ priority }) => priority);
  return [...new Set([...levels, historyPriority])].sort((a, b) => a - b);
};

const sentAs = (part: PromptPart, text: string | null): ReceiptPart["sent"] => {
  if (text === null) return "left-out";
  return text === part.text ? "whole" : "cut";
};

const tooLong = (tokens: number, contextSize: number): Composed => ({
  ok: false,
  failure: {
    code: "prompt-too-long",
    detail: { tokens: Number.isFinite(tokens) ? tokens : l10n.t("more than {0}", contextSize), contextSize },
  },
});

const kept = (fitted: readonly Fitted[]): PromptPart[] =>
  fitted.flatMap(({ part, text }) => (text === null ? [] : [{ ...part, text }]));

const messagesOf = ({ system, partial }: Pick<PromptParts, "system" | "partial">, draft: Draft): Message[] => [
  { role: "system", content: system.trim() },
  ...draft.history.messages,
  { role: "user", content: messageOf(kept(draft.fitted)) },
  // An answer that was cut short, for the model to go on with.
  ...(partial === "" ? [] : [{ role: "assistant", content: partial } as const]),
];

/** The prompt without its end: only the first `upTo.parts` of its parts, and with or without its history. */
const messagesUpTo = ({ system }: PromptParts, { history, fitted }: Draft, upTo: UpTo): Message[] =>
  messagesOf(
    { system, partial: "" },
    { history: upTo.history === "with" ? history : wholeHistory([]), fitted: fitted.slice(0, upTo.parts) },
  );

/** One part takes at most the whole budget; several at most half of it each, so that no file drives out the others. */
const capped = async (fitted: readonly Fitted[], budget: number, measure: Count): Promise<Fitted[]> => {
  const several = fitted.filter(({ part }) => part.cut === "ends").length > 1;
  const most = several ? Math.floor(budget / 2) : budget;
  const tokensWith = (text: string): Promise<number> => measure([{ role: "user", content: text }]);
  const capOne = async ({ part, text }: Fitted): Promise<Fitted> => {
    // No token is shorter than a byte.
    if (part.cut !== "ends" || Buffer.byteLength(part.text) <= most) return { part, text };
    if ((await tokensWith(part.text)) <= most) return { part, text };
    return { part, text: await cutToFit(part.text, { most, without: 0 }, tokensWith) };
  };
  const result: Fitted[] = [];
  for (const one of fitted) result.push(await capOne(one));
  return result;
};

const withLessHistory = async (
  { history }: PromptParts,
  draft: Draft,
  budget: number,
  tokensOf: (draft: Draft) => Promise<number>,
): Promise<Draft> => {
  const fitted = await fitHistory(history, budget, (less) => tokensOf({ ...draft, history: less }));
  return { ...draft, history: fitted };
};

/** The draft with the parts of this priority cut to what fits, each to its share of the room, or left out. */
const withLess = async (
  draft: Draft,
  priority: number,
  budget: number,
  tokensOf: (draft: Draft) => Promise<number>,
): Promise<Draft> => {
  const isOne = ({ part }: Fitted): boolean => part.cut !== "never" && part.priority === priority;
  const as = (from: Draft, part: PromptPart, text: string | null): Draft => ({
    ...from,
    fitted: from.fitted.map((other) => (other.part === part ? { part, text } : other)),
  });
  // What is short takes less than its share and leaves the rest to the others.
  const ones = draft.fitted.filter(isOne).sort((a, b) => a.part.text.length - b.part.text.length);
  let less = ones.reduce((from, { part }) => as(from, part, null), draft);
  for (const [index, { part, text }] of ones.entries()) {
    const without = await tokensOf(less);
    if (without >= budget) return less;
    if (text === null) continue;
    const most = without + Math.floor((budget - without) / (ones.length - index));
    const from = less;
    const tokensWith = (shorter: string): Promise<number> => tokensOf(as(from, part, shorter));
    if ((await tokensWith(text)) <= most) less = as(from, part, text);
    else if (part.cut === "ends") less = as(from, part, await cutToFit(part.text, { most, without }, tokensWith));
  }
  return less;
};
