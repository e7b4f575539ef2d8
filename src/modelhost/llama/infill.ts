import { LlamaCompletion, type LlamaModel, type Token } from "node-llama-cpp";
import type { Generated, HostResult, InfillWork } from "../loaded-model.ts";
import { type Generator, generate, samplingOptions } from "./generate.ts";
import { notSupported } from "./refusals.ts";

/** Generates what stands between prefix and suffix. `not-supported` when the model has no tokens for that. */
export const generateInfill = async (
  generator: Generator,
  model: LlamaModel,
  name: string,
  work: InfillWork,
): Promise<HostResult<Generated>> => {
  const tokens = infillTokens(model, work.prefix, work.suffix);
  if (!tokens) return notSupported(name, "infill");

  return generate(
    generator,
    { tokens, use: "infill", stateKey: null },
    work,
    async ({ sequence }, { maxTokens, meter }) => {
      const completion = new LlamaCompletion({ contextSequence: sequence });
      try {
        const { metadata } = await completion.generateInfillCompletionWithMeta(work.prefix, work.suffix, {
          ...samplingOptions(work.sampling),
          maxTokens,
          signal: work.signal,
          // As in a chat: nothing is dropped here.
          contextShiftSize: 1,
          disableContextShift: true,
          onToken: (generated) => meter.output(generated.length),
          onTextChunk: (text) => {
            if (text.length > 0) work.report({ kind: "chunk", text, thought: "" });
          },
        });
        return metadata.stopReason;
      } finally {
        completion.dispose({ disposeSequence: false });
      }
    },
  );
};

/** The prompt as LlamaCompletion builds it, so that it finds all of it in the sequence's state. */
const infillTokens = (model: LlamaModel, prefix: string, suffix: string): Token[] | null => {
  const { bos, shouldPrependBosToken, infill } = model.tokens;
  if (infill.prefix === null || infill.suffix === null) return null;
  const begin = shouldPrependBosToken && bos !== null ? [bos] : [];
  const before = [infill.prefix, ...model.tokenize(prefix, false, "trimLeadingSpace")];
  const after = [infill.suffix, ...model.tokenize(suffix, false, "trimLeadingSpace")];
  return infill.middle === null ? [...begin, ...after, ...before] : [...begin, ...before, ...after, infill.middle];
};
