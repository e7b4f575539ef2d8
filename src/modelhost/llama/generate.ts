import type { SamplingOptions } from "../../protocol/model-host.ts";
import type { Generated, GenerateWork, HostResult } from "../loaded-model.ts";
import { createMeter, type Meter } from "./meter.ts";
import { keepPrefix, readPrompt } from "./prompt.ts";
import type { Claim, SequencePool, Slot } from "./sequences.ts";
import type { Threads } from "./threads.ts";

/** What every generation of a loaded model uses. */
export interface Generator {
  readonly pool: SequencePool;
  readonly threads: Threads;
  readonly contextSize: number;
}

/** What ended the library's generation; "maxTokens" and "abort" matter here, all else is the model's own end. */
export type StopReason = string;

/** Generates with the library, after the prompt is in the sequence's state. At most `maxTokens`. */
export type Run = (slot: Slot, run: { readonly maxTokens: number; readonly meter: Meter }) => Promise<StopReason>;

/**
 * One generation from waiting to its end: room, a sequence, the prompt in pieces, then `run`.
 * An abort at any point is a normal end with endReason null.
 */
export const generate = async (
  { pool, threads, contextSize }: Generator,
  claim: Pick<Claim, "tokens" | "use" | "stateKey">,
  { sampling, report, signal }: GenerateWork,
  run: Run,
): Promise<HostResult<Generated>> => {
  const { tokens } = claim;
  const room = contextSize - tokens.length - 2;
  if (room < 1)
    return { ok: false, failure: { code: "prompt-too-long", detail: { tokens: tokens.length, contextSize } } };

  const meter = createMeter(tokens.length, contextSize);
  const ended = (endReason: Generated["endReason"]): HostResult<Generated> => ({
    ok: true,
    endReason,
    usage: meter.usage(),
    confidence: meter.confidence(),
  });

  const onSlot = async (slot: Slot): Promise<StopReason> => {
    const use = threads.begin();
    slot.onToken = (probability) => {
      use.token();
      meter.probability(probability);
    };
    try {
      meter.cached(await keepPrefix(slot.sequence, tokens));
      await readPrompt(slot, tokens, { report, onChunk: use.chunk }, signal);
      return await run(slot, { maxTokens: Math.min(sampling.maxTokens, room), meter });
    } finally {
      use.end();
    }
  };

  try {
    const stopReason = await pool.run({ ...claim, signal, onWait: () => report({ kind: "queued" }) }, onSlot);
    if (stopReason === "abort") return ended(null);
    if (stopReason !== "maxTokens") return ended("end");
    return ended(sampling.maxTokens <= room ? "budget" : "context");
  } catch (error) {
    if (signal.aborted) return ended(null);
    throw error;
  }
};

/** The library's options that every generation has in common. */
export const samplingOptions = ({ temperature, seed, stop }: SamplingOptions) => ({
  temperature,
  ...(temperature > 0 && { topK: 40, topP: 0.95, minP: 0.05 }),
  ...(seed !== null && { seed }),
  customStopTriggers: stop,
  // Code repeats itself on purpose; a repeat penalty makes models misspell names.
  repeatPenalty: false as const,
  stopOnAbortSignal: true,
});
