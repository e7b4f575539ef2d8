import type { CapabilityCard } from "../../../protocol/capability-card.ts";
import type { HostFailure, Message } from "../../../protocol/model-host.ts";
import { type Asked, type Asking, ask, type Question } from "./ask.ts";

export type Speed = Pick<CapabilityCard, "promptTokensPerSecond" | "tokensPerSecond" | "firstTokenMs">;

const warmUpMs = 12_000;
const shortMs = 6_000;
const longMs = 6_000;
/** A long prompt is made so long that reading it takes about this, and no longer than models' contexts. */
const readingMs = 3_000;
const longPrompt = { least: 64, most: 768 };

const sentence = "The old lighthouse keeper wrote down the wind, the tide and the names of all passing ships. ";
const tokensPerSentence = 20;
const charactersPerToken = 4;

const question = (content: string, maxTokens: number): Question => ({
  messages: [{ role: "user", content }],
  maxTokens,
  format: { kind: "text" },
  tools: [],
});

const lengthOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0);

/** Tokens that were read anew in a second; an estimate when the prompt was not read to its end. */
const readingSpeed = ({ usage, firstMs, read, tookMs }: Asked, { messages }: Question): number => {
  const tokens = usage?.promptTokens || lengthOf(messages) / charactersPerToken;
  const anew = Math.max(1, tokens - (usage?.cachedTokens ?? 0)) * read;
  return anew / (Math.max(1, firstMs ?? tookMs) / 1000);
};

const writingSpeed = ({ usage, firstMs, tookMs, text, thought }: Asked): number => {
  if (usage && Number.isFinite(usage.tokensPerSecond) && usage.tokensPerSecond > 0) return usage.tokensPerSecond;
  const tokens = usage?.completionTokens || (text.length + thought.length) / charactersPerToken;
  return firstMs === null ? 0 : tokens / (Math.max(1, tookMs - firstMs) / 1000);
};

/**
 * How fast the model reads and writes, after a warm-up: the first answer of a model also pays for its pages and its
 * threads. A model too slow for one token in the time given gets 0.
 */
export const measureSpeed = async (
  asking: Asking,
): Promise<{ ok: true; speed: Speed } | { ok: false; failure: HostFailure }> => {
  const warmUp = await ask(asking, question("Say: ready.", 2), warmUpMs);
  if (warmUp.failure) return { ok: false, failure: warmUp.failure };

  const short = question("Write the numbers from one to thirty in words.", 32);
  const shortAsked = await ask(asking, short, shortMs);
  if (shortAsked.failure) return { ok: false, failure: shortAsked.failure };

  const fits = Math.min(longPrompt.most, asking.open.contextSize / 2);
  const expected = (readingSpeed(shortAsked, short) * readingMs) / 1000;
  const sentences = Math.ceil(Math.max(longPrompt.least, Math.min(fits, expected)) / tokensPerSentence);
  const long = question(`${sentence.repeat(sentences)}\nAnswer with one word: who wrote?`, 2);
  const longAsked = await ask(asking, long, longMs);
  // The long one is only the better measure: without it the short one stands.
  const useLong = longAsked.failure === null && (longAsked.firstMs !== null || longAsked.read > 0);

  return {
    ok: true,
    speed: {
      promptTokensPerSecond: useLong ? readingSpeed(longAsked, long) : readingSpeed(shortAsked, short),
      tokensPerSecond: writingSpeed(shortAsked),
      firstTokenMs: shortAsked.firstMs ?? shortAsked.tookMs,
    },
  };
};
