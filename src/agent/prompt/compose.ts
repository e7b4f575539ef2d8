import type { Message } from "../../protocol/model-host.ts";
import type { Prompt, Turn } from "../../protocol/session.ts";
import { userMessage } from "./attachments.ts";

/** What goes into a chat prompt. `history` is oldest first; `partial` is an answer to go on with. */
export interface ChatParts {
  readonly system: string;
  readonly history: readonly Turn[];
  readonly prompt: Prompt;
  readonly partial: string;
}

const exchange = (turn: Turn): Message[] => [
  { role: "user", content: userMessage(turn.prompt) },
  { role: "assistant", content: turn.answer },
];

/** The messages of a chat, without its `skip` oldest turns. */
const chatMessages = ({ system, history, prompt, partial }: ChatParts, skip: number): Message[] => [
  { role: "system", content: system.trim() },
  ...history.slice(skip).flatMap(exchange),
  { role: "user", content: userMessage(prompt) },
  ...withPartial(partial),
];

/** An answer that was cut short, for the model to go on with. */
export const withPartial = (partial: string): Message[] =>
  partial === "" ? [] : [{ role: "assistant", content: partial }];

export interface Fitted {
  readonly messages: Message[];
  readonly tokens: number;
  /** Oldest turns that were left out so that the rest fits. */
  readonly leftOut: number;
  readonly fits: boolean;
}

/**
 * Leaves out as few of the oldest turns as needed for the messages to have at most `budget` tokens, by exact counts.
 * The prompt itself is never cut: when it alone is too long, `fits` is false and `tokens` says how long it is.
 */
export const fitChat = async (
  parts: ChatParts,
  budget: number,
  count: (messages: readonly Message[]) => Promise<number>,
): Promise<Fitted> => {
  const at = async (skip: number): Promise<Fitted> => {
    const messages = chatMessages(parts, skip);
    const tokens = await count(messages);
    return { messages, tokens, leftOut: skip, fits: tokens <= budget };
  };
  const whole = await at(0);
  if (whole.fits || parts.history.length === 0) return whole;
  let best = await at(parts.history.length);
  if (!best.fits) return best;
  // Fewer turns never take more tokens, so the smallest number that fits is found by halving.
  let low = 1;
  let high = parts.history.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const candidate = await at(middle);
    if (candidate.fits) {
      best = candidate;
      high = middle;
    } else low = middle + 1;
  }
  return best;
};
