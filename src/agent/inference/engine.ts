import type {
  GenerateProgress,
  HostFailure,
  Message,
  OutputFormat,
  SamplingOptions,
  TokenConfidence,
  ToolSpec,
} from "../../protocol/model-host.ts";
import type { Usage } from "../../protocol/run-event.ts";
import type { EndReason } from "../../protocol/session.ts";

export type EngineResult<T extends object> = ({ ok: true } & T) | { ok: false; failure: HostFailure };

/** `starting`: the engine's process or connection. `loading`: the weights, with 0..1. */
export type OpenProgress = { phase: "starting" } | { phase: "loading"; done: number };

/** What can be asked of an open model; what it cannot do fails with `not-supported`. */
export interface Abilities {
  readonly chat: boolean;
  readonly infill: boolean;
  readonly embed: boolean;
  readonly rank: boolean;
  /** Whether `format` is enforced while decoding. */
  readonly grammar: boolean;
  /** Whether `tools` with text output is understood by the server's own template. */
  readonly tools: boolean;
  /** Whether `count` is exact. */
  readonly exactCount: boolean;
}

/** What an engine knows of a model without loading it. Facts a server does not tell are null. */
export interface EngineModel {
  readonly id: string;
  readonly name: string;
  readonly contextSize: number | null;
  readonly sizeBytes: number | null;
  readonly abilities: Abilities;
}

/** How to open a model. `model`: a path for the llama engine, the server's name of the model for all others. */
export interface OpenOptions {
  readonly model: string;
  readonly purpose: "chat" | "embed" | "rank";
  /** Tokens; 0: what suits the model. */
  readonly contextSize: number;
  readonly minContextSize: number;
  readonly sequences: number;
  readonly threads: number;
  readonly gpu: "auto" | "off";
  readonly template: "auto" | "chatml";
}

/** Something that runs models. What can be expected to go wrong is a result; a rejection is a bug or the signal's reason. */
export interface Engine {
  /** What is known of the model without loading it. */
  describe(model: string, signal: AbortSignal): Promise<EngineResult<{ model: EngineModel }>>;
  /** Makes the model ready, or finds it ready. */
  open(
    options: OpenOptions,
    onProgress: (progress: OpenProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<{ open: OpenModel }>>;
  close(): Promise<void>;
}

export interface ToolCall {
  readonly name: string;
  /** As the model wrote it: JSON that still has to be parsed with the tool's schema. */
  readonly arguments: string;
}

export interface GenerateRequest {
  readonly messages: readonly Message[];
  readonly sampling: SamplingOptions;
  readonly format: OutputFormat;
  /** Offered through the server's own template, beside text; empty for the llama engine, whose prompts name tools. */
  readonly tools: readonly ToolSpec[];
  /** Whose conversation this is, for the KV state that is kept; null: nobody's. */
  readonly stateKey: string | null;
}

export interface Generated {
  /** null: stopped. */
  readonly endReason: EndReason | null;
  readonly usage: Usage;
  /** null: the engine does not tell probabilities. */
  readonly confidence: TokenConfidence | null;
  readonly calls: readonly ToolCall[];
}

export interface InfillRequest {
  readonly prefix: string;
  readonly suffix: string;
  readonly sampling: SamplingOptions;
}

/**
 * A model that is ready, with a lease on it: it stays in memory until `release`. If it is lost all the same,
 * `model-unloaded` says so and opening it again helps.
 */
export interface OpenModel {
  readonly model: EngineModel;
  /** Tokens of prompt and answer together, as it was opened. */
  readonly contextSize: number;
  /** Why the context is shorter than asked: there is little memory, or the model host went down with this model before. */
  readonly shortened: "memory" | "crash" | null;
  readonly abilities: Abilities;
  /** Tokens of the messages under the model's own template; an estimate when `exactCount` is false. */
  count(messages: readonly Message[], signal: AbortSignal): Promise<EngineResult<{ tokens: number }>>;
  /** Generates the assistant's next message, or goes on with a last one of the assistant. An abort ends it with endReason null. */
  generate(
    request: GenerateRequest,
    onProgress: (progress: GenerateProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<Generated>>;
  /** Writes what stands between prefix and suffix. */
  infill(
    request: InfillRequest,
    onProgress: (progress: GenerateProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<Omit<Generated, "calls">>>;
  /** One vector of length 1 for each text, in order. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<EngineResult<{ vectors: number[][]; tokens: number }>>;
  /** How well each document answers the query, 0..1, in the documents' order. */
  rank(
    query: string,
    documents: readonly string[],
    signal: AbortSignal,
  ): Promise<EngineResult<{ scores: number[]; tokens: number }>>;
  /** Gives the lease back; what is called after it may fail with `model-unloaded`. */
  release(): void;
}
