import type { GenerateProgress, HostFailure, Message, OutputFormat } from "../../../protocol/model-host.ts";
import { jsonOf } from "../../../protocol/rpc.ts";
import type { EndReason } from "../../../protocol/session.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Generated, ToolCall } from "../engine.ts";
import { limits } from "./limits.ts";

/** What the request was, as far as it decides how its answer is read. */
export interface AnswerFrame {
  readonly format: OutputFormat["kind"];
  /** For servers that do not count. */
  readonly promptTokens: number;
  readonly contextSize: number;
  readonly onProgress: (progress: GenerateProgress) => void;
}

/** Numbers as the server gives them, in one or several messages. */
export interface Counted {
  readonly promptTokens?: number | undefined;
  readonly cachedTokens?: number | undefined;
  readonly completionTokens?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
}

/** A piece of a tool call: pieces with the same `index` belong together, unless one brings another `id`. */
export interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: string;
}

/** An answer as it comes in, in whatever dialect. */
export interface Answer {
  text(text: string, thought: string): void;
  /** The failure of a model that calls without end; null otherwise. */
  call(piece: CallPiece): HostFailure["detail"] | null;
  /** Natural logarithm of the probability of a token that was chosen. */
  probability(logarithm: number): void;
  count(numbers: Counted): void;
  /** "length": the server stopped for want of room, and does not say whether in the budget or the context. */
  end(reason: EndReason | "length"): void;
  isWhole(): boolean;
  /** The whole answer. In the format "call" its text goes out now, as one call in JSON. */
  finish(): Generated;
  /** What there is of it after a stop. */
  stopped(): Generated;
}

/** Tokens of messages for which nobody counts: four characters each, and some for the template around each message. */
export const estimateTokens = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4) + 4, 0);

export const createAnswer = (frame: AnswerFrame, clock: Clock): Answer => {
  const began = clock.now();
  let firstAt: number | null = null;
  let lastAt = began;
  let pieces = 0;
  let held = "";
  let ending: EndReason | "length" | null = null;
  let numbers: Counted = {};
  const calls: { id: string | undefined; index: number; name: string; arguments: string }[] = [];
  const logarithms = { sum: 0, count: 0, lowest: 0 };

  const arrived = (): void => {
    pieces += 1;
    lastAt = clock.now();
    firstAt ??= lastAt;
  };

  const toolCalls = (): ToolCall[] =>
    calls.map(({ name, arguments: text }) => ({ name, arguments: text.trim() === "" ? "{}" : text }));

  const completionTokens = (): number => numbers.completionTokens ?? pieces;

  const tokensPerSecond = (): number => {
    const seconds = (lastAt - (firstAt ?? lastAt)) / 1000;
    return numbers.tokensPerSecond ?? (seconds > 0 ? Math.max(0, completionTokens() - 1) / seconds : 0);
  };

  const endReason = (): EndReason | null => {
    if (ending !== "length") return ending;
    const used = (numbers.promptTokens ?? frame.promptTokens) + completionTokens();
    return used >= frame.contextSize - 1 ? "context" : "budget";
  };

  const generated = (reason: EndReason | null, made: readonly ToolCall[]): Generated => ({
    endReason: reason,
    usage: {
      promptTokens: numbers.promptTokens ?? frame.promptTokens,
      cachedTokens: numbers.cachedTokens ?? 0,
      completionTokens: completionTokens(),
      contextSize: frame.contextSize,
      firstTokenMs: (firstAt ?? lastAt) - began,
      tokensPerSecond: tokensPerSecond(),
    },
    confidence:
      logarithms.count === 0
        ? null
        : { mean: Math.exp(logarithms.sum / logarithms.count), lowest: Math.exp(logarithms.lowest) },
    calls: made,
  });

  return {
    text(text, thought) {
      if (text === "" && thought === "") return;
      arrived();
      // Text beside a call would spoil the JSON of the call.
      const shown = frame.format === "call" ? "" : text;
      if (frame.format === "call") held += text;
      if (shown !== "" || thought !== "") frame.onProgress({ kind: "chunk", text: shown, thought });
    },
    call({ index, id, name, arguments: text }) {
      arrived();
      const place = index ?? Math.max(0, calls.length - 1);
      const known = calls.findLast((call) => call.index === place);
      // Some servers give every call the same index, each with an id of its own.
      const isNew = !known || (name !== "" && known.name !== "" && id !== known.id);
      if (!isNew) {
        known.name ||= name;
        known.arguments += text;
        return null;
      }
      if (calls.length >= limits.toolCalls) return { reason: `more than ${limits.toolCalls} tool calls` };
      calls.push({ id, index: index ?? calls.length, name, arguments: text });
      return null;
    },
    probability(logarithm) {
      const one = Math.min(0, logarithm);
      logarithms.sum += one;
      logarithms.count += 1;
      logarithms.lowest = Math.min(logarithms.lowest, one);
    },
    count(given) {
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      numbers = { ...numbers, ...known };
    },
    end(reason) {
      ending = reason;
    },
    isWhole: () => ending !== null,
    finish() {
      if (frame.format !== "call") return generated(endReason(), toolCalls());
      const [made] = [...toolCalls(), ...callIn(held)];
      const text = made ? jsonOfCall(made) : held;
      if (text !== "") frame.onProgress({ kind: "chunk", text, thought: "" });
      return generated(endReason(), made ? [made] : []);
    },
    stopped: () => generated(null, []),
  };
};

const jsonOfCall = ({ name, arguments: text }: ToolCall): string => {
  const value = jsonOf(text);
  return JSON.stringify({ name, arguments: value === undefined ? text : value });
};

/** A call that the model wrote as text, for want of a server that makes one of it. */
const callIn = (text: string): ToolCall[] => {
  const value = jsonOf(text);
  if (typeof value !== "object" || value === null || !("name" in value) || !("arguments" in value)) return [];
  return typeof value.name === "string" ? [{ name: value.name, arguments: JSON.stringify(value.arguments) }] : [];
};
