import {
  type ChatHistoryItem,
  ChatMLChatWrapper,
  type ChatWrapper,
  getLlama,
  InsufficientMemoryError,
  type Llama,
  LlamaChat,
  LlamaLogLevel,
  resolveChatWrapper,
  type Token,
} from "node-llama-cpp";
import type {
  GenerateProgress,
  HostFailure,
  LoadOptions,
  Message,
  ModelDescription,
  SamplingOptions,
} from "../protocol/model-host.ts";
import type { Usage } from "../protocol/run-event.ts";
import type { EndReason } from "../protocol/session.ts";

/** The context that "as much as fits" stops at: larger ones cost memory that most chats never use. */
const defaultContextLimit = 8192;

/** The prompt is read in pieces, because llama.cpp cannot be interrupted inside one; each should take about this long. */
const targetChunkMs = 150;
const firstChunk = 32;
const smallestChunk = 16;
const largestChunk = 512;

/** The size that would have taken the time aimed at, at most four times the last: one fast piece proves little. */
const nextChunk = (size: number, tookMs: number): number => {
  const fitting = Math.round((size * targetChunkMs) / Math.max(tookMs, 1));
  return Math.max(smallestChunk, Math.min(fitting, size * 4, largestChunk));
};

export type GenerateResult =
  | { ok: true; endReason: EndReason | null; usage: Usage }
  | { ok: false; failure: HostFailure };

/** A model in memory with one context. One generation at a time: the caller queues. */
export interface LoadedModel {
  readonly description: ModelDescription;
  readonly contextSize: number;
  /** Tokens of the messages under the model's own template, with the opening of the answer. */
  count(messages: readonly Message[]): number;
  generate(
    messages: readonly Message[],
    sampling: SamplingOptions,
    onProgress: (progress: GenerateProgress) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
  dispose(): Promise<void>;
}

export type LoadResult = { ok: true; model: LoadedModel } | { ok: false; failure: HostFailure };

export interface LlamaRuntime {
  /** `onProgress` gets 0..1. Rejects with the signal's reason when aborted. */
  load(
    description: ModelDescription,
    options: LoadOptions,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<LoadResult>;
}

/**
 * The llama.cpp runtime of this process. The native library is opened at the first load, once per choice of `gpu`.
 * Its log goes to `log`, never to stdout.
 */
export const createLlamaRuntime = (log: (line: string) => void): LlamaRuntime => {
  const runtimes = new Map<LoadOptions["gpu"], Promise<Llama>>();

  const runtime = (gpu: LoadOptions["gpu"]): Promise<Llama> => {
    const known = runtimes.get(gpu);
    if (known) return known;
    const opened = getLlama({
      gpu: gpu === "off" ? false : "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger: (level, message) => log(`llama.cpp ${level}: ${message.trimEnd()}`),
      maxThreads: 1,
    });
    runtimes.set(gpu, opened);
    opened.catch(() => runtimes.delete(gpu));
    return opened;
  };

  return {
    async load(description, options, onProgress, signal) {
      try {
        const llama = await runtime(options.gpu);
        signal.throwIfAborted();
        return { ok: true, model: await loadModel(llama, description, options, { onProgress, signal }) };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        log(`load of ${description.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
        return { ok: false, failure: loadFailure(error, description) };
      }
    },
  };
};

const loadFailure = (error: unknown, description: ModelDescription): HostFailure => {
  const detail = { path: description.path, sizeBytes: description.sizeBytes, reason: messageOf(error) };
  return { code: error instanceof InsufficientMemoryError ? "out-of-memory" : "model-load-failed", detail };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const loadModel = async (
  llama: Llama,
  description: ModelDescription,
  options: LoadOptions,
  { onProgress, signal }: { onProgress: (done: number) => void; signal: AbortSignal },
): Promise<LoadedModel> => {
  // More threads than free cores make llama.cpp's spinning barrier collapse, so one core stays free.
  const threads = options.threads > 0 ? options.threads : Math.max(1, llama.cpuMathCores - 1);
  llama.maxThreads = Math.max(llama.maxThreads, threads);

  const model = await llama.loadModel({
    modelPath: description.path,
    loadSignal: signal,
    onLoadProgress: (done) => onProgress(done),
  });
  try {
    const wanted = Math.min(description.trainedContext ?? defaultContextLimit, defaultContextLimit);
    const context = await model.createContext({
      sequences: 1,
      threads,
      contextSize: options.contextSize > 0 ? options.contextSize : { max: wanted },
      createSignal: signal,
    });
    const wrapper =
      options.template === "chatml"
        ? new ChatMLChatWrapper()
        : resolveChatWrapper(model, { warningLogs: false, fallbackToOtherWrappersOnJinjaError: true });
    const sequence = context.getSequence();
    const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: wrapper });
    const render = (messages: readonly Message[]): Token[] =>
      renderHistory(wrapper, toHistory(messages)).tokenize(model.tokenizer);
    return {
      description,
      contextSize: context.contextSize,
      count: (messages) => render(messages).length,
      generate: (messages, sampling, onProgress, signal) =>
        generate(chat, { tokens: render(messages), history: toHistory(messages) }, { sampling, onProgress, signal }),
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
};

const toHistory = (messages: readonly Message[]): ChatHistoryItem[] => {
  const history = messages.map((message): ChatHistoryItem => {
    if (message.role === "assistant") return { type: "model", response: [message.content] };
    return { type: message.role, text: message.content };
  });
  return history.at(-1)?.type === "model" ? history : [...history, { type: "model", response: [] }];
};

const renderHistory = (wrapper: ChatWrapper, chatHistory: ChatHistoryItem[]) =>
  wrapper.generateContextState({ chatHistory }).contextText;

interface Prompt {
  readonly tokens: Token[];
  readonly history: ChatHistoryItem[];
}

interface Generation {
  readonly sampling: SamplingOptions;
  readonly onProgress: (progress: GenerateProgress) => void;
  readonly signal: AbortSignal;
}

const generate = async (chat: LlamaChat, prompt: Prompt, generation: Generation): Promise<GenerateResult> => {
  const { sampling, onProgress, signal } = generation;
  const { sequence, context } = chat;
  const room = context.contextSize - prompt.tokens.length - 2;
  if (room < 1) {
    const detail = { tokens: prompt.tokens.length, contextSize: context.contextSize };
    return { ok: false, failure: { code: "prompt-too-long", detail } };
  }

  const startedAt = performance.now();
  let cachedTokens = 0;
  let firstTokenAt = 0;
  let lastTokenAt = 0;
  let outputTokens = 0;

  const result = (endReason: EndReason | null): GenerateResult => {
    const seconds = (lastTokenAt - firstTokenAt) / 1000;
    const usage: Usage = {
      promptTokens: prompt.tokens.length,
      cachedTokens,
      completionTokens: outputTokens,
      contextSize: context.contextSize,
      firstTokenMs: firstTokenAt === 0 ? 0 : firstTokenAt - startedAt,
      tokensPerSecond: seconds > 0 ? (outputTokens - 1) / seconds : 0,
    };
    return { ok: true, endReason, usage };
  };

  try {
    cachedTokens = await readPrompt(sequence, prompt.tokens, onProgress, signal);
    const response = await chat.generateResponse(prompt.history, {
      maxTokens: Math.min(sampling.maxTokens, room),
      temperature: sampling.temperature,
      ...(sampling.temperature > 0 && { topK: 40, topP: 0.95, minP: 0.05 }),
      ...(sampling.seed !== null && { seed: sampling.seed }),
      customStopTriggers: sampling.stop,
      // Code repeats itself on purpose; a repeat penalty makes models misspell names.
      repeatPenalty: false,
      signal,
      stopOnAbortSignal: true,
      // The history is sent exactly as given: what does not fit is an error above, never dropped here.
      contextShift: { size: 1 },
      lastEvaluationContextWindow: { history: prompt.history, minimumOverlapPercentageToPreventContextShift: 0 },
      onResponseChunk: (chunk) => {
        lastTokenAt = performance.now();
        if (firstTokenAt === 0) firstTokenAt = lastTokenAt;
        outputTokens += chunk.tokens.length;
        const thought = chunk.type === "segment" && chunk.segmentType === "thought";
        if (chunk.text.length === 0 || (chunk.type === "segment" && !thought)) return;
        onProgress({ kind: "chunk", text: thought ? "" : chunk.text, thought: thought ? chunk.text : "" });
      },
    });
    const { stopReason } = response.metadata;
    if (stopReason === "abort") return result(null);
    if (stopReason !== "maxTokens") return result("end");
    return result(sampling.maxTokens <= room ? "budget" : "context");
  } catch (error) {
    if (signal.aborted) return result(null);
    throw error;
  }
};

/**
 * Brings the prompt into the KV state piece by piece, so that it can be stopped and its progress shown.
 * Returns how many of its tokens were there already. The last token is left to the generation.
 */
const readPrompt = async (
  sequence: LlamaChat["sequence"],
  tokens: Token[],
  onProgress: Generation["onProgress"],
  signal: AbortSignal,
): Promise<number> => {
  await sequence.adaptStateToTokens(tokens, false);
  const cached = sequence.nextTokenIndex;
  const end = tokens.length - 1;
  const startedAt = performance.now();
  let size = firstChunk;
  for (let at = cached; at < end; ) {
    signal.throwIfAborted();
    const next = Math.min(at + size, end);
    const chunkStart = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, next));
    size = nextChunk(next - at, performance.now() - chunkStart);
    at = next;
    const perToken = (performance.now() - startedAt) / (at - cached);
    onProgress({ kind: "reading", done: at / tokens.length, etaMs: perToken * (end - at) });
  }
  signal.throwIfAborted();
  return cached;
};
