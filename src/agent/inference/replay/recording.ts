import { createHash } from "node:crypto";
import * as z from "zod/mini";
import {
  GenerateProgress,
  HostFailure,
  Message,
  OutputFormat,
  SamplingOptions,
  TokenConfidence,
} from "../../../protocol/model-host.ts";
import { parseJson } from "../../../protocol/rpc.ts";
import { Usage } from "../../../protocol/run-event.ts";
import { EndReason } from "../../../protocol/session.ts";

const Abilities = z.object({
  chat: z.boolean(),
  infill: z.boolean(),
  embed: z.boolean(),
  rank: z.boolean(),
  grammar: z.boolean(),
  tools: z.boolean(),
  exactCount: z.boolean(),
});

const Model = z.object({
  id: z.string(),
  name: z.string(),
  contextSize: z.nullable(z.number()),
  sizeBytes: z.nullable(z.number()),
  abilities: Abilities,
});

const OpenProgress = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("starting") }),
  z.object({ phase: z.literal("loading"), done: z.number() }),
]);

const orFailed = <T extends z.core.$ZodShape>(shape: T) =>
  z.discriminatedUnion("ok", [
    z.object({ ok: z.literal(true), ...shape }),
    z.object({ ok: z.literal(false), failure: HostFailure }),
  ]);

const infilled = { endReason: z.nullable(EndReason), usage: Usage, confidence: z.nullable(TokenConfidence) };
const ToolCall = z.object({ name: z.string(), arguments: z.string() });

/** One kind of question to an engine: what it was asked (as JSON), what it reported meanwhile, what it gave. */
const call = <Name extends string, Progress extends z.ZodMiniType, Result extends z.ZodMiniType>(
  method: Name,
  progress: Progress,
  result: Result,
) => z.object({ method: z.literal(method), asked: z.string(), progress: z.array(progress), result });

const opened = {
  model: Model,
  contextSize: z.number(),
  shortened: z.nullable(z.enum(["memory", "crash"])),
  abilities: Abilities,
};

/** With the seed that the model was given, also where the question left it open; null: none. */
const generate = z.extend(call("generate", GenerateProgress, orFailed({ ...infilled, calls: z.array(ToolCall) })), {
  seed: z.nullable(z.number()),
});

export const RecordedCall = z.discriminatedUnion("method", [
  call("describe", z.never(), orFailed({ model: Model })),
  call("open", OpenProgress, orFailed(opened)),
  call("count", z.never(), orFailed({ tokens: z.number() })),
  generate,
  call("infill", GenerateProgress, orFailed(infilled)),
  call("embed", z.never(), orFailed({ vectors: z.array(z.array(z.number())), tokens: z.number() })),
  call("rank", z.never(), orFailed({ scores: z.array(z.number()), tokens: z.number() })),
]);
export type RecordedCall = z.infer<typeof RecordedCall>;

/** What an engine was asked and gave, in order: as a file it makes a flow repeatable without a model. */
export const Recording = z.object({ version: z.literal(1), calls: z.array(RecordedCall) });
export type Recording = z.infer<typeof Recording>;

/** What names a call in a recording: the model it goes to, and everything that can change the answer. */
export const askedOf = (model: string, ...request: readonly unknown[]): string => JSON.stringify([model, ...request]);

/** The same prompt is counted many times while it is fitted, so its hash stands for it. */
export const askedToCount = (model: string, messages: readonly Message[]): string =>
  askedOf(model, createHash("sha256").update(JSON.stringify(messages)).digest("hex"));

const Asked = z.tuple([
  z.string(),
  z.object({ messages: z.array(Message), sampling: SamplingOptions, format: OutputFormat }),
]);

/** The request to generate that `askedOf` made the text from; undefined when it is none. */
export const readAskedToGenerate = (asked: string): z.infer<typeof Asked>[1] | undefined => {
  const read = parseJson(Asked, asked);
  return read.ok ? read.value[1] : undefined;
};
