import type {
  GenerateProgress,
  HostFailure,
  LoadOptions,
  LoadPlan,
  Message,
  ModelDescription,
  OutputFormat,
  SamplingOptions,
  TokenConfidence,
} from "../protocol/model-host.ts";
import type { Usage } from "../protocol/run-event.ts";
import type { EndReason } from "../protocol/session.ts";

export type HostResult<T extends object> = ({ ok: true } & T) | { ok: false; failure: HostFailure };

export interface Generated {
  /** null: stopped. */
  readonly endReason: EndReason | null;
  readonly usage: Usage;
  readonly confidence: TokenConfidence | null;
}

/** `report` gets "queued" when all sequences are taken, then what the generation does. */
export interface GenerateWork {
  readonly sampling: SamplingOptions;
  readonly report: (progress: GenerateProgress) => void;
  readonly signal: AbortSignal;
}

export interface ChatWork extends GenerateWork {
  readonly messages: readonly Message[];
  readonly format: OutputFormat;
  /** Whose KV state this is; null: nobody's, and it is not kept on the disk. */
  readonly stateKey: string | null;
}

export interface InfillWork extends GenerateWork {
  readonly prefix: string;
  readonly suffix: string;
}

/** A model in memory. Work that finds no free sequence waits for one, in order. What it cannot do fails with `not-supported`. */
export interface LoadedModel {
  readonly description: ModelDescription;
  readonly plan: LoadPlan;
  /** True while work runs or waits. */
  readonly busy: boolean;
  /** Tokens of the messages under the model's own template, with the opening of the answer. */
  count(messages: readonly Message[]): number;
  generate(work: ChatWork): Promise<HostResult<Generated>>;
  infill(work: InfillWork): Promise<HostResult<Generated>>;
  embed(texts: readonly string[], signal: AbortSignal): Promise<HostResult<{ vectors: number[][]; tokens: number }>>;
  rank(
    query: string,
    documents: readonly string[],
    signal: AbortSignal,
  ): Promise<HostResult<{ scores: number[]; tokens: number }>>;
  /** Ends after the running work, keeps the KV states that have a key on the disk, and frees everything. */
  dispose(): Promise<void>;
}

/** A graphics processor as llama.cpp sees it, in bytes. */
export interface Gpu {
  readonly name: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Some of its memory is main memory: Apple's processors, and those that are integrated. */
  readonly unified: boolean;
}

export interface LoadRequest {
  readonly description: ModelDescription;
  readonly options: LoadOptions;
  /** Decided by the broker; followed exactly, or the load fails. */
  readonly plan: LoadPlan;
}

export interface LlamaRuntime {
  /** `onProgress` gets 0..1. Rejects with the signal's reason when aborted. */
  load(
    request: LoadRequest,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<HostResult<{ model: LoadedModel }>>;
  /** null: none, or off. Opens the native library when it is not open yet. */
  gpu(): Promise<Gpu | null>;
  /** As `gpu`, and null while the library is not open: looking at it opens nothing. */
  openedGpu(): Promise<Gpu | null>;
}
