import * as z from "zod/mini";
import type { GenerateProgress, OutputFormat } from "../../../protocol/model-host.ts";
import type { EndReason } from "../../../protocol/session.ts";
import type { Answer } from "../http/answer.ts";
import type { EventReader, ReadEvent } from "../http/http-client.ts";

const count = z.optional(z.nullable(z.number()));
const Usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message_start"), message: z.object({ usage: z.optional(Usage) }) }),
  z.object({
    type: z.literal("content_block_start"),
    index: z.number(),
    content_block: z.object({ type: z.string(), id: z.optional(z.string()), name: z.optional(z.string()) }),
  }),
  z.object({
    type: z.literal("content_block_delta"),
    index: z.number(),
    delta: z.object({
      type: z.string(),
      text: z.optional(z.string()),
      thinking: z.optional(z.string()),
      partial_json: z.optional(z.string()),
    }),
  }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({ stop_reason: z.optional(z.nullable(z.string())) }),
    usage: z.optional(Usage),
  }),
  z.object({ type: z.literal("message_stop") }),
]);
type Event = z.infer<typeof Event>;

const known = ["message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop"];
const Kind = z.object({ type: z.string() });

const endReasons: Readonly<Record<string, EndReason>> = {
  max_tokens: "budget",
  model_context_window_exceeded: "context",
};

/** Reads the events of /v1/messages into `answer`. In the format "json" the arguments of its one tool are the text. */
export const eventReader = (
  engine: string,
  format: OutputFormat["kind"],
  answer: Answer,
  onProgress: (progress: GenerateProgress) => void,
): EventReader => {
  const garbled = (reason: string): ReadEvent => ({ code: "engine-garbled", detail: { engine, reason } });

  const callPiece = (index: number, id: string | undefined, name: string, text: string): ReadEvent => {
    if (format === "json") answer.text(text, "");
    const excess = format === "json" ? null : answer.call({ index, id, name, arguments: text });
    return excess ? { code: "engine-garbled", detail: { engine, ...excess } } : "token";
  };

  const readUsage = (usage: z.infer<typeof Usage> | undefined): void => {
    if (!usage) return;
    const { input_tokens: input, output_tokens: output, cache_read_input_tokens: cached } = usage;
    const all = (input ?? 0) + (cached ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    answer.count({
      promptTokens: input == null ? undefined : all,
      cachedTokens: cached ?? undefined,
      completionTokens: output ?? undefined,
    });
  };

  const readKnown = (event: Event): ReadEvent => {
    switch (event.type) {
      case "message_start":
        readUsage(event.message.usage);
        return "other";
      case "content_block_start": {
        const { type, id, name } = event.content_block;
        return type === "tool_use" ? callPiece(event.index, id, name ?? "", "") : "other";
      }
      case "content_block_delta": {
        const { text, thinking, partial_json: json } = event.delta;
        if (json !== undefined) return callPiece(event.index, undefined, "", json);
        answer.text(format === "json" ? "" : (text ?? ""), thinking ?? "");
        return text || thinking ? "token" : "other";
      }
      case "message_delta": {
        const { stop_reason: reason } = event.delta;
        readUsage(event.usage);
        if (reason) answer.end(endReasons[reason] ?? "end");
        return "other";
      }
      case "message_stop":
        return answer.isWhole() ? "end" : garbled("the answer ends without a reason");
    }
  };

  return {
    isWhole: answer.isWhole,
    onSilent: (ms) => onProgress({ kind: "waiting", ms }),
    read({ value }) {
      const kind = z.safeParse(Kind, value);
      if (!kind.success) return garbled("an event of the answer is not JSON");
      if (!known.includes(kind.data.type)) return "other"; // ping, and what is yet to be invented
      const event = z.safeParse(Event, value);
      return event.success ? readKnown(event.data) : garbled("an event of the answer has another shape");
    },
  };
};
