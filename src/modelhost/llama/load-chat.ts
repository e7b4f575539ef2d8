import {
  ChatMLChatWrapper,
  type ChatWrapper,
  type Llama,
  type LlamaContext,
  type LlamaModel,
  resolveChatWrapper,
} from "node-llama-cpp";
import { kvBytesOf } from "../../protocol/memory.ts";
import type { LoadedModel, LoadRequest } from "../loaded-model.ts";
import { generateChat, renderChat } from "./chat.ts";
import { createFormats } from "./format.ts";
import type { Generator } from "./generate.ts";
import { generateInfill } from "./infill.ts";
import type { KvStore } from "./kv-store.ts";
import { notSupported, unloaded } from "./refusals.ts";
import { createSequencePool } from "./sequences.ts";
import { createThreads, type Threads } from "./threads.ts";

/** A load request with what it is done with. */
export interface Loading extends LoadRequest {
  readonly llama: Llama;
  readonly kvStore: KvStore | null;
  readonly log: (line: string) => void;
  /** 0..1 */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** The weights; with a graphics processor, as many layers on it as leave room for the planned context. */
export const loadWeights = (loading: Loading): Promise<LlamaModel> => {
  const { llama, description, options, plan, onProgress, signal } = loading;
  const contextSize = plan.contextSize * plan.sequences;
  return llama.loadModel({
    modelPath: description.path,
    loadSignal: signal,
    onLoadProgress: (done) => onProgress(done),
    gpuLayers: llama.gpu === false ? 0 : { fitContext: { contextSize, embeddingContext: options.purpose !== "chat" } },
  });
};

/** Loads a model that generates text. Rejects when it cannot be loaded exactly as planned. */
export const loadForChat = async (loading: Loading): Promise<LoadedModel> => {
  const threads = createThreads(loading.llama, loading.options.threads);
  const model = await loadWeights(loading);
  try {
    const context = await createContext(model, loading, threads);
    return chatModel(loading, model, context, threads);
  } catch (error) {
    await model.dispose();
    throw error;
  }
};

const createContext = async (model: LlamaModel, { plan, signal }: Loading, threads: Threads): Promise<LlamaContext> => {
  const context = await model.createContext({
    // Tokens of one sequence: the library takes memory for this times the sequences.
    contextSize: plan.contextSize,
    sequences: plan.sequences,
    threads: threads.most,
    createSignal: signal,
    // The planner has decided; less than planned would break what it promised.
    failedCreationRemedy: false,
    ...(plan.kv === "q8_0" && { experimentalKvCacheKeyType: "Q8_0", experimentalKvCacheValueType: "Q8_0" }),
  });
  if (context.contextSize < plan.contextSize) throw new Error(`the context has only ${context.contextSize} tokens`);
  return context;
};

const wrapperFor = (model: LlamaModel, template: Loading["options"]["template"]): ChatWrapper =>
  template === "chatml"
    ? new ChatMLChatWrapper()
    : resolveChatWrapper(model, { warningLogs: false, fallbackToOtherWrappersOnJinjaError: true });

/** What a saved KV state must have in common with the model that reads it. */
const stateIdentity = ({ llama, description, plan }: Loading): string => {
  const { repo, release } = llama.llamaCppRelease;
  return JSON.stringify([description.fingerprint, plan.contextSize, plan.kv, repo, release]);
};

const chatModel = (loading: Loading, model: LlamaModel, context: LlamaContext, threads: Threads): LoadedModel => {
  const { description, plan, options, kvStore, log } = loading;
  const wrapper = wrapperFor(model, options.template);
  const identity = stateIdentity(loading);
  const stateBytes = (tokens: number): number => kvBytesOf(description.memory, plan.kv, tokens);
  const pool = createSequencePool({ context, wrapper, store: kvStore, identity, stateBytes, log });
  const generator: Generator = { pool, threads, contextSize: context.contextSize };
  const grammarFor = createFormats(loading.llama, description.name);
  let disposing: Promise<void> | undefined;

  const dispose = async (): Promise<void> => {
    await pool.close();
    await context.dispose();
    await model.dispose();
  };

  return {
    description,
    plan,
    get busy() {
      return pool.busy;
    },
    count: (messages) => renderChat(model, wrapper, messages).tokens.length,
    async generate(work) {
      const format = await grammarFor(work.format);
      if (disposing) return unloaded;
      if (!format.ok) return format;
      return generateChat(generator, renderChat(model, wrapper, work.messages), work, format.grammar);
    },
    async infill(work) {
      return disposing ? unloaded : generateInfill(generator, model, description.name, work);
    },
    embed: async () => notSupported(description.name, "embed"),
    rank: async () => notSupported(description.name, "rank"),
    dispose() {
      disposing ??= dispose();
      return disposing;
    },
  };
};
