import * as z from "zod/mini";
import type { GenerateProgress, HostFailure } from "../../../protocol/model-host.ts";
import type { Answer } from "../http/answer.ts";
import type { EventReader } from "../http/http-client.ts";

const text = z.optional(z.nullable(z.string()));
const number = z.optional(z.nullable(z.number()));

const Timings = z.object({
  cache_n: z.optional(z.number()),
  predicted_per_second: number,
});

const CallDelta = z.object({
  index: z.optional(z.number()),
  id: text,
  function: z.optional(z.object({ name: text, arguments: z.optional(z.nullable(z.unknown())) })),
});

const Choice = z.object({
  /** Of a chat. */
  delta: z.optional(
    z.nullable(
      z.object({
        content: text,
        reasoning_content: text,
        reasoning: text,
        tool_calls: z.optional(z.nullable(z.array(CallDelta))),
      }),
    ),
  ),
  /** Of a completion. */
  text,
  finish_reason: text,
  logprobs: z.optional(
    z.nullable(z.object({ content: z.optional(z.nullable(z.array(z.object({ logprob: z.number() })))) })),
  ),
});

const Chunk = z.object({
  choices: z.optional(z.array(Choice)),
  usage: z.optional(
    z.nullable(
      z.object({
        prompt_tokens: number,
        completion_tokens: number,
        prompt_tokens_details: z.optional(z.nullable(z.object({ cached_tokens: number }))),
      }),
    ),
  ),
  timings: z.optional(Timings),
  prompt_progress: z.optional(z.object({ total: z.number(), processed: z.number(), time_ms: z.number() })),
});
type Chunk = z.infer<typeof Chunk>;

const InfillChunk = z.object({
  content: z.string(),
  stop: z.optional(z.boolean()),
  stop_type: z.optional(z.string()),
  tokens_evaluated: z.optional(z.number()),
  tokens_predicted: z.optional(z.number()),
  timings: z.optional(Timings),
});

type Report = (progress: GenerateProgress) => void;

const garbled = (engine: string, reason: string): HostFailure => ({
  code: "engine-garbled",
  detail: { engine, reason },
});
const notJson = "an event of the answer is not JSON";
const notAnAnswer = "an event of the answer has another shape";

/** Reads the chunks of /v1/chat/completions and /v1/completions into `answer`. */
export const chunkReader = (engine: string, answer: Answer, onProgress: Report): EventReader => ({
  isWhole: answer.isWhole,
  onSilent: (ms) => onProgress({ kind: "waiting", ms }),
  read({ data, value }) {
    if (data === "[DONE]") {
      // Some servers give no reason for the end but this.
      if (!answer.isWhole()) answer.end("end");
      return "end";
    }
    if (data === "") return "other";
    if (value === undefined) return garbled(engine, notJson);
    const chunk = z.safeParse(Chunk, value);
    if (!chunk.success) return garbled(engine, notAnAnswer);
    countUsage(chunk.data, answer);
    const progress = chunk.data.prompt_progress;
    if (progress) onProgress(reading(progress));
    const choice = chunk.data.choices?.[0];
    return choice ? readChoice(engine, choice, answer) : "other";
  },
});

const readChoice = (
  engine: string,
  choice: z.infer<typeof Choice>,
  answer: Answer,
): "token" | "other" | HostFailure => {
  const { delta, finish_reason: finish } = choice;
  const said = delta?.content ?? choice.text ?? "";
  const thought = delta?.reasoning_content ?? delta?.reasoning ?? "";
  const calls = delta?.tool_calls ?? [];
  answer.text(said, thought);
  for (const { index, id, function: made } of calls) {
    const given = made?.arguments ?? "";
    const excess = answer.call({
      index,
      id: id ?? undefined,
      name: made?.name ?? "",
      arguments: typeof given === "string" ? given : JSON.stringify(given),
    });
    if (excess) return { code: "engine-garbled", detail: { engine, ...excess } };
  }
  for (const { logprob } of choice.logprobs?.content ?? []) answer.probability(logprob);
  if (finish) answer.end(finish === "length" ? "length" : "end");
  return said !== "" || thought !== "" || calls.length > 0 ? "token" : "other";
};

const countUsage = ({ usage, timings }: Chunk, answer: Answer): void => {
  if (timings)
    answer.count({ cachedTokens: timings.cache_n, tokensPerSecond: timings.predicted_per_second ?? undefined });
  if (!usage) return;
  answer.count({
    promptTokens: usage.prompt_tokens ?? undefined,
    completionTokens: usage.completion_tokens ?? undefined,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? undefined,
  });
};

/** llama-server tells how far it has read the prompt. */
const reading = ({ total, processed, time_ms }: NonNullable<Chunk["prompt_progress"]>): GenerateProgress => ({
  kind: "reading",
  done: total > 0 ? Math.min(1, processed / total) : 0,
  etaMs: processed > 0 ? Math.round((time_ms / processed) * Math.max(0, total - processed)) : null,
});

/** Reads the chunks of llama-server's /infill into `answer`. */
export const infillReader = (engine: string, answer: Answer, onProgress: Report): EventReader => ({
  isWhole: answer.isWhole,
  onSilent: (ms) => onProgress({ kind: "waiting", ms }),
  read({ data, value }) {
    if (data === "[DONE]") return "end";
    if (value === undefined) return garbled(engine, notJson);
    const chunk = z.safeParse(InfillChunk, value);
    if (!chunk.success) return garbled(engine, notAnAnswer);
    const { content, stop, stop_type, tokens_evaluated, tokens_predicted, timings } = chunk.data;
    answer.text(content, "");
    if (!stop) return content === "" ? "other" : "token";
    answer.count({
      promptTokens: tokens_evaluated,
      completionTokens: tokens_predicted,
      cachedTokens: timings?.cache_n,
      tokensPerSecond: timings?.predicted_per_second ?? undefined,
    });
    answer.end(stop_type === "limit" ? "length" : "end");
    return "end";
  },
});
