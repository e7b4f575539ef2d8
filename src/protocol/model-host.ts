import * as z from "zod/mini";
import { FailureCode } from "./failure.ts";
import { KvType, MemoryNeed, MemoryShape, MemoryState, Purpose } from "./memory.ts";
import { nothing, request } from "./rpc.ts";
import { Usage } from "./run-event.ts";
import { EndReason } from "./session.ts";

/** Changes with every change of these messages; it is part of the socket's name, so versions never meet. */
export const modelHostVersion = 4;

/** Where the host listens: a socket in the private folder `runtimeDir`, or a named pipe on Windows. */
export const hostEndpoint = (runtimeDir: string, platform: string): string =>
  platform === "win32"
    ? `\\\\.\\pipe\\trivium-v${modelHostVersion}-${runtimeDir.replace(/[^A-Za-z0-9]+/g, "-")}`
    : `${runtimeDir}/modelhost-v${modelHostVersion}.sock`;

/** The file in `runtimeDir`, readable by the user alone, that holds the host's token; a client sends it in host/hello. */
export const hostTokenFile = `modelhost-v${modelHostVersion}.token`;

/** The file in `runtimeDir` that holds the host's process id while it runs. */
export const hostPidFile = `modelhost-v${modelHostVersion}.pid`;

/** The file in `runtimeDir` whose lock says that a host of this version runs. */
export const hostLockFile = `modelhost-v${modelHostVersion}.lock`;

/** Why a model could not be used, as data: the agent turns it into words. Values name files, sizes, keys. */
export const HostFailure = z.object({
  code: FailureCode,
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type HostFailure = z.infer<typeof HostFailure>;

/** What a GGUF file says about itself, read from its header alone. */
export const ModelDescription = z.object({
  path: z.string(),
  /** general.name, or the file's name without its extension. */
  name: z.string(),
  sizeBytes: z.number(),
  architecture: z.string(),
  parameters: z.number(),
  /** Tokens the model was trained for; null when the file does not say. */
  trainedContext: z.nullable(z.number()),
  /** Name of the quantisation as files are named by it, such as Q4_K_M; null when the header does not say. */
  quantisation: z.nullable(z.string()),
  chat: z.boolean(),
  infill: z.boolean(),
  embedding: z.boolean(),
  /** A reranker: it scores documents for a query and writes nothing. */
  ranking: z.boolean(),
  licence: z.nullable(z.string()),
  memory: MemoryShape,
  /**
   * Names the file's content: SHA-256 over its size and its first, middle and last MiB, as hex.
   * The whole of a large file would take half a minute to read.
   */
  fingerprint: z.string(),
});
export type ModelDescription = z.infer<typeof ModelDescription>;

const failed = z.object({ ok: z.literal(false), failure: HostFailure });
const orFailed = <T extends z.core.$ZodShape>(shape: T) =>
  z.discriminatedUnion("ok", [z.object({ ok: z.literal(true), ...shape }), failed]);

export const Message = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
export type Message = z.infer<typeof Message>;

export const LoadOptions = z.object({
  path: z.string(),
  purpose: Purpose,
  /** Tokens of one sequence; 0: what the model was trained for, at most 8192. */
  contextSize: z.number(),
  /** The shortest context that is still useful: the planner may go down to it. */
  minContextSize: z.number(),
  /** Conversations whose KV state is in memory at the same time; 0: as many as are cheap, at most 4. */
  sequences: z.number(),
  /** 0: found by measuring, starting with half of the cores. */
  threads: z.number(),
  gpu: z.enum(["auto", "off"]),
  /** "chatml" skips template detection for a model known to use it. */
  template: z.enum(["auto", "chatml"]),
});
export type LoadOptions = z.infer<typeof LoadOptions>;

/** How the planner decided to load a model: what was asked for, or less of it. */
export const LoadPlan = z.object({
  contextSize: z.number(),
  sequences: z.number(),
  kv: KvType,
  need: MemoryNeed,
  /** Ids of the models that make room. */
  evict: z.array(z.string()),
});
export type LoadPlan = z.infer<typeof LoadPlan>;

/**
 * JSON Schema, as zod writes it, with two keywords of our own for strings. `spans`, texts: a run of whole lines of one of
 * them, the first not blank. `below`, folders: a plain new file name below one of them. The model host turns it into a
 * grammar.
 */
export const JsonSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchema>;

export const ToolSpec = z.object({ name: z.string(), description: z.string(), parameters: JsonSchema });
export type ToolSpec = z.infer<typeof ToolSpec>;

export const SamplingOptions = z.object({
  maxTokens: z.number(),
  temperature: z.number(),
  seed: z.nullable(z.number()),
  stop: z.array(z.string()),
});
export type SamplingOptions = z.infer<typeof SamplingOptions>;

/**
 * What the answer may look like. "json": text that the schema accepts. "call": one call of one of the tools, as
 * `{"name": …, "arguments": …}`. Both are decoded under a grammar, so nothing else can come out.
 */
export const OutputFormat = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text") }),
  z.object({ kind: z.literal("json"), schema: JsonSchema }),
  z.object({ kind: z.literal("call"), tools: z.array(ToolSpec) }),
]);
export type OutputFormat = z.infer<typeof OutputFormat>;

/** Of the probabilities that the model gave to the tokens it chose: their geometric mean, and the lowest. 0..1. */
export const TokenConfidence = z.object({ mean: z.number(), lowest: z.number() });
export type TokenConfidence = z.infer<typeof TokenConfidence>;

/** What streams while a generation runs. */
export const GenerateProgress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("queued") }),
  /** A remote engine has not said anything for a while: it is still waited for. */
  z.object({ kind: z.literal("waiting"), ms: z.number() }),
  z.object({ kind: z.literal("reading"), done: z.number(), etaMs: z.nullable(z.number()) }),
  z.object({ kind: z.literal("chunk"), text: z.string(), thought: z.string() }),
]);
export type GenerateProgress = z.infer<typeof GenerateProgress>;

/** 0..1 */
export const LoadProgress = z.object({ done: z.number() });

const token = z.optional(z.union([z.string(), z.number()]));

/** First message on a connection; any other before it closes the connection. */
export const hostHello = request("host/hello", z.object({ token: z.string() }), z.object({ pid: z.number() }));

export const hostPing = request("host/ping", nothing, nothing);

/** The memory of the machine and what is loaded. */
export const hostMemory = request("host/memory", nothing, MemoryState);

export const modelDescribe = request(
  "model/describe",
  z.object({ path: z.string() }),
  orFailed({ model: ModelDescription }),
);

/** What loading would take and do, without doing it. A failure carries the numbers of the refusal. */
export const modelPlan = request("model/plan", LoadOptions, orFailed({ plan: LoadPlan }));

/**
 * Loads the model, or finds it loaded with options that do. The connection holds one more lease on it then; a model
 * with leases is not unloaded. Progress streams as LoadProgress.
 */
export const modelLoad = request(
  "model/load",
  z.extend(LoadOptions, { partialResultToken: token }),
  orFailed({ modelId: z.string(), model: ModelDescription, plan: LoadPlan }),
);

/** Gives one lease back. The model stays in memory until another one needs its place, or until it has been idle. */
export const modelRelease = request("model/release", z.object({ modelId: z.string() }), nothing);

/** Unloads the model as soon as its running work has ended, whoever has a lease on it. */
export const modelUnload = request("model/unload", z.object({ modelId: z.string() }), nothing);

/** Tokens of the messages as the model's own chat template renders them. */
export const modelCount = request(
  "model/count",
  z.object({ modelId: z.string(), messages: z.array(Message) }),
  orFailed({ tokens: z.number() }),
);

/**
 * Generates the assistant's next message; a last message of the assistant is continued.
 * `stateKey` names whose conversation this is (a workspace and a role): its KV state is kept in memory while there is
 * room and on the disk after that; null keeps nothing on the disk.
 * Cancelled by `$/cancelRequest` within one chunk of the prompt or one token: resolves with endReason null.
 */
export const modelGenerate = request(
  "model/generate",
  z.object({
    modelId: z.string(),
    messages: z.array(Message),
    sampling: SamplingOptions,
    format: OutputFormat,
    stateKey: z.nullable(z.string()),
    partialResultToken: token,
  }),
  orFailed({ endReason: z.nullable(EndReason), usage: Usage, confidence: z.nullable(TokenConfidence) }),
);

/** Writes what stands between `prefix` and `suffix`. Streams and is cancelled as modelGenerate is. */
export const modelInfill = request(
  "model/infill",
  z.object({
    modelId: z.string(),
    prefix: z.string(),
    suffix: z.string(),
    sampling: SamplingOptions,
    partialResultToken: token,
  }),
  orFailed({ endReason: z.nullable(EndReason), usage: Usage, confidence: z.nullable(TokenConfidence) }),
);

/** One vector of length 1 for each text, in order. */
export const modelEmbed = request(
  "model/embed",
  z.object({ modelId: z.string(), texts: z.array(z.string()) }),
  orFailed({ vectors: z.array(z.array(z.number())), tokens: z.number() }),
);

/** How well each document answers the query, 0..1, in the order of the documents. */
export const modelRank = request(
  "model/rank",
  z.object({ modelId: z.string(), query: z.string(), documents: z.array(z.string()) }),
  orFailed({ scores: z.array(z.number()), tokens: z.number() }),
);
