import type {
  GenerateProgress,
  HostFailure,
  LoadOptions,
  Message,
  ModelDescription,
  SamplingOptions,
} from "../../protocol/model-host.ts";
import type { Usage } from "../../protocol/run-event.ts";
import type { EndReason } from "../../protocol/session.ts";

export type EngineResult<T extends object> = ({ ok: true } & T) | { ok: false; failure: HostFailure };

/** `starting`: the engine's process. `loading`: the weights, with 0..1. */
export type OpenProgress = { phase: "starting" } | { phase: "loading"; done: number };

/** Something that runs models. What can be expected to go wrong is a result; a rejection is a bug or the signal's reason. */
export interface Engine {
  /** What the file says about itself, without loading it. */
  describe(path: string): Promise<EngineResult<{ model: ModelDescription }>>;
  /** Makes the model ready to generate, or finds it ready. */
  open(
    options: LoadOptions,
    onProgress: (progress: OpenProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<{ open: OpenModel }>>;
  close(): Promise<void>;
}

/** A model that is ready. It stays usable until another one needs its memory; then `model-unloaded` says so. */
export interface OpenModel {
  readonly model: ModelDescription;
  /** Tokens. */
  readonly contextSize: number;
  /** Tokens of the messages under the model's own template. */
  count(messages: readonly Message[]): Promise<EngineResult<{ tokens: number }>>;
  /** Generates the assistant's next message, or goes on with a last one of the assistant. An abort ends it with endReason null. */
  generate(
    messages: readonly Message[],
    sampling: SamplingOptions,
    onProgress: (progress: GenerateProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<{ endReason: EndReason | null; usage: Usage }>>;
}
