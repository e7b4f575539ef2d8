import type { LlamaModel } from "node-llama-cpp";
import type { HostResult, LoadedModel } from "../loaded-model.ts";
import { embedTexts, rankDocuments } from "./embed.ts";
import { type Loading, loadWeights } from "./load-chat.ts";
import { createQueue } from "./queue.ts";
import { notSupported, unloaded } from "./refusals.ts";
import { createThreads, type Threads } from "./threads.ts";

/** Loads a model that makes vectors or scores. Rejects when it cannot be loaded exactly as planned. */
export const loadForVectors = async (loading: Loading): Promise<LoadedModel> => {
  const threads = createThreads(loading.llama, loading.options.threads);
  const model = await loadWeights(loading);
  try {
    return await vectorModel(loading, model, threads);
  } catch (error) {
    await model.dispose();
    throw error;
  }
};

const ignore = (): void => undefined;

const vectorModel = async (loading: Loading, model: LlamaModel, threads: Threads): Promise<LoadedModel> => {
  const { description, plan, options, signal } = loading;
  const { contextSize } = plan;
  // An encoder sees a text at once, so one batch must hold all of it; a smaller one ends the process.
  const contextOptions = { contextSize, batchSize: contextSize, threads: threads.most, createSignal: signal };
  const embedder = options.purpose === "embed" ? await model.createEmbeddingContext(contextOptions) : null;
  const ranker = options.purpose === "rank" ? await model.createRankingContext(contextOptions) : null;
  const queue = createQueue();
  let disposing: Promise<void> | undefined;

  const run = <T extends object>(work: () => Promise<HostResult<T>>, aborted: AbortSignal): Promise<HostResult<T>> =>
    queue.run(
      async () => {
        const use = threads.begin();
        try {
          return await work();
        } finally {
          use.end();
        }
      },
      aborted,
      ignore,
    );

  const dispose = async (): Promise<void> => {
    await queue.idle();
    await embedder?.dispose();
    await ranker?.dispose();
    await model.dispose();
  };

  return {
    description,
    plan,
    get busy() {
      return queue.busy;
    },
    count: (messages) => messages.reduce((sum, { content }) => sum + model.tokenize(content).length, 0),
    generate: async () => notSupported(description.name, "chat"),
    infill: async () => notSupported(description.name, "infill"),
    async embed(texts, aborted) {
      if (!embedder) return notSupported(description.name, "embed");
      return disposing ? unloaded : run(() => embedTexts(embedder, contextSize, texts, aborted), aborted);
    },
    async rank(query, documents, aborted) {
      if (!ranker) return notSupported(description.name, "rank");
      return disposing ? unloaded : run(() => rankDocuments(ranker, query, documents, aborted), aborted);
    },
    dispose() {
      disposing ??= dispose();
      return disposing;
    },
  };
};
