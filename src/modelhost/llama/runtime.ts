import { getLlama, InsufficientMemoryError, type Llama, LlamaLogLevel } from "node-llama-cpp";
import type { HostFailure, LoadOptions, ModelDescription } from "../../protocol/model-host.ts";
import type { Gpu, LlamaRuntime } from "../loaded-model.ts";
import type { KvStore } from "./kv-store.ts";
import { loadForChat } from "./load-chat.ts";
import { loadForVectors } from "./load-vectors.ts";

export interface LlamaRuntimeOptions {
  /** Where KV states are kept; null: nowhere. */
  readonly kvStore: KvStore | null;
  readonly log: (line: string) => void;
}

/**
 * The llama.cpp runtime of this process. The native library is opened at the first load, once per choice of `gpu`.
 * Its log goes to `log`, never to stdout.
 */
export const createLlamaRuntime = ({ kvStore, log }: LlamaRuntimeOptions): LlamaRuntime => {
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
    async load(request, onProgress, signal) {
      const { description, options } = request;
      try {
        const llama = await runtime(options.gpu);
        signal.throwIfAborted();
        const load = options.purpose === "chat" ? loadForChat : loadForVectors;
        return { ok: true, model: await load({ ...request, llama, kvStore, log, onProgress, signal }) };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        log(`load of ${description.path} failed: ${error instanceof Error ? error.stack : String(error)}`);
        return { ok: false, failure: loadFailure(error, description) };
      }
    },
    gpu: async () => gpuOf(await runtime("auto")),
    async openedGpu() {
      const opened = await runtimes.get("auto");
      return opened ? gpuOf(opened) : null;
    },
  };
};

const gpuOf = async (llama: Llama): Promise<Gpu | null> => {
  if (llama.gpu === false) return null;
  const [names, memory] = await Promise.all([llama.getGpuDeviceNames(), llama.getVramState()]);
  const { total: totalBytes, free: freeBytes, unifiedSize } = memory;
  return { name: names[0] ?? llama.gpu, totalBytes, freeBytes, unified: unifiedSize > 0 };
};

const loadFailure = (error: unknown, description: ModelDescription): HostFailure => {
  const reason = error instanceof Error ? error.message : String(error);
  const detail = { path: description.path, sizeBytes: description.sizeBytes, reason };
  return { code: error instanceof InsufficientMemoryError ? "out-of-memory" : "model-load-failed", detail };
};
