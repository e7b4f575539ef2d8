import * as z from "zod/mini";
import { FailureCode } from "./failure.ts";
import { nothing, request } from "./rpc.ts";
import { Usage } from "./run-event.ts";
import { EndReason } from "./session.ts";

/** Changes with every change of these messages; it is part of the socket's name, so versions never meet. */
export const modelHostVersion = 1;

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
  chat: z.boolean(),
  infill: z.boolean(),
  embedding: z.boolean(),
  licence: z.nullable(z.string()),
});
export type ModelDescription = z.infer<typeof ModelDescription>;

const failed = z.object({ ok: z.literal(false), failure: HostFailure });
const orFailed = <T extends z.core.$ZodShape>(shape: T) =>
  z.discriminatedUnion("ok", [z.object({ ok: z.literal(true), ...shape }), failed]);

export const Message = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
export type Message = z.infer<typeof Message>;

export const LoadOptions = z.object({
  path: z.string(),
  /** Tokens; 0: what the model was trained for, at most 8192. */
  contextSize: z.number(),
  /** 0: cores less one. */
  threads: z.number(),
  gpu: z.enum(["auto", "off"]),
  /** "chatml" skips template detection for a model known to use it. */
  template: z.enum(["auto", "chatml"]),
});
export type LoadOptions = z.infer<typeof LoadOptions>;

export const SamplingOptions = z.object({
  maxTokens: z.number(),
  temperature: z.number(),
  seed: z.nullable(z.number()),
  stop: z.array(z.string()),
});
export type SamplingOptions = z.infer<typeof SamplingOptions>;

/** What streams while a generation runs. */
export const GenerateProgress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("queued") }),
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

export const modelDescribe = request(
  "model/describe",
  z.object({ path: z.string() }),
  orFailed({ model: ModelDescription }),
);

/** Loads the model, or finds it loaded with the same options. Progress streams as LoadProgress. */
export const modelLoad = request(
  "model/load",
  z.extend(LoadOptions, { partialResultToken: token }),
  orFailed({ modelId: z.string(), model: ModelDescription, contextSize: z.number() }),
);

export const modelUnload = request("model/unload", z.object({ modelId: z.string() }), nothing);

/** Tokens of the messages as the model's own chat template renders them. */
export const modelCount = request(
  "model/count",
  z.object({ modelId: z.string(), messages: z.array(Message) }),
  orFailed({ tokens: z.number() }),
);

/**
 * Generates the assistant's next message; a last message of the assistant is continued.
 * Cancelled by `$/cancelRequest` within one chunk of the prompt or one token: resolves with endReason null.
 */
export const modelGenerate = request(
  "model/generate",
  z.object({ modelId: z.string(), messages: z.array(Message), sampling: SamplingOptions, partialResultToken: token }),
  orFailed({ endReason: z.nullable(EndReason), usage: Usage }),
);
