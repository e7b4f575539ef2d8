import type { LlamaContextSequence, Token } from "node-llama-cpp";
import type { GenerateProgress } from "../../protocol/model-host.ts";
import type { Slot } from "./sequences.ts";

/** The prompt is read in pieces, because llama.cpp cannot be interrupted inside one; each should take about this long. */
const targetChunkMs = 150;
/**
 * llama.cpp's attention on the processor works on 64 tokens at a time: a piece of 63 costs as much as one of 100. So pieces
 * are multiples of it, also for a model that needs longer than the target for the smallest.
 */
const tile = 64;
const largestChunk = 512;

/** The size that would have taken the time aimed at, at most four times the last: one fast piece proves little. */
const nextChunk = (size: number, tookMs: number): number => {
  const fitting = Math.min((size * targetChunkMs) / Math.max(tookMs, 1), size * 4, largestChunk);
  return Math.max(tile, Math.floor(fitting / tile) * tile);
};

/** Drops what the prompt does not begin with from the KV state; returns how many of its tokens are left there. */
export const keepPrefix = async (sequence: LlamaContextSequence, tokens: Token[]): Promise<number> => {
  await sequence.adaptStateToTokens(tokens, false);
  return sequence.nextTokenIndex;
};

interface Reading {
  readonly report: (progress: GenerateProgress) => void;
  readonly onChunk: (tokens: number, ms: number) => void;
}

/**
 * Brings the rest of the prompt into the KV state piece by piece, so that it can be stopped and its progress shown.
 * The last token is left to the generation.
 */
export const readPrompt = async (
  { sequence, turnstile }: Pick<Slot, "sequence" | "turnstile">,
  tokens: Token[],
  { report, onChunk }: Reading,
  signal: AbortSignal,
): Promise<void> => {
  const cached = sequence.nextTokenIndex;
  const end = tokens.length - 1;
  const startedAt = performance.now();
  let size = tile;
  for (let at = cached; at < end; ) {
    signal.throwIfAborted();
    const next = Math.min(at + size, end);
    const chunkStart = performance.now();
    const from = at;
    await turnstile.pass(() => sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, next)));
    const tookMs = performance.now() - chunkStart;
    onChunk(next - at, tookMs);
    size = nextChunk(next - at, tookMs);
    at = next;
    const perToken = (performance.now() - startedAt) / (at - cached);
    report({ kind: "reading", done: at / tokens.length, etaMs: perToken * (end - at) });
  }
  signal.throwIfAborted();
};
