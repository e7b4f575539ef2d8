import { stat } from "node:fs/promises";
import type { HostFailure, LoadOptions, ModelDescription } from "../protocol/model-host.ts";
import type { LlamaRuntime, LoadedModel } from "./llama.ts";
import { createQueue, type Queue } from "./queue.ts";

/** A loaded model with the queue of those who want to use it. */
export interface HeldModel {
  readonly id: string;
  readonly model: LoadedModel;
  readonly queue: Queue;
}

export type HoldResult = { ok: true; held: HeldModel } | { ok: false; failure: HostFailure };

type Check = (path: string) => Promise<{ ok: true; model: ModelDescription } | { ok: false; failure: HostFailure }>;

/** The models in memory. Loads one at a time; a new one first takes the place of those that nobody is using. */
export interface Models {
  load(options: LoadOptions, onProgress: (done: number) => void, signal: AbortSignal): Promise<HoldResult>;
  get(id: string): HeldModel | undefined;
  /** Unloads the model after the work in its queue; does nothing for one that is not loaded. */
  unload(id: string): Promise<void>;
}

export const createModels = (runtime: LlamaRuntime, checkModelFile: Check): Models => {
  const held = new Map<string, HeldModel>();
  const loading = createQueue();
  let counter = 0;
  const never = new AbortController().signal;

  /** The same file, unchanged, with the same options is the same model. Maps to the model's id. */
  const keys = new Map<string, string>();
  const keyOf = async (options: LoadOptions): Promise<string | undefined> => {
    const file = await stat(options.path).catch(() => undefined);
    return file && JSON.stringify([options, file.size, file.mtimeMs, file.ino]);
  };

  const unload = async (id: string): Promise<void> => {
    const entry = held.get(id);
    if (!entry) return;
    held.delete(id);
    for (const [key, value] of keys) if (value === id) keys.delete(key);
    await entry.queue.run(
      () => entry.model.dispose(),
      never,
      () => undefined,
    );
  };

  return {
    get: (id) => held.get(id),
    unload,
    load: (options, onProgress, signal) =>
      loading.run(
        async () => {
          const key = await keyOf(options);
          const known = key && held.get(keys.get(key) ?? "");
          if (known) return { ok: true, held: known };
          const checked = await checkModelFile(options.path);
          if (!checked.ok) return checked;
          if (!checked.model.chat)
            return { ok: false, failure: { code: "model-not-chat", detail: { path: options.path } } };

          const idle = [...held.values()].filter((entry) => !entry.queue.busy);
          for (const entry of idle) await unload(entry.id);

          // The description names the first part of a model in several files, which is the one to load.
          const loaded = await runtime.load(checked.model, options, onProgress, signal);
          if (!loaded.ok) return loaded;
          const entry: HeldModel = { id: `m${++counter}`, model: loaded.model, queue: createQueue() };
          held.set(entry.id, entry);
          if (key) keys.set(key, entry.id);
          return { ok: true, held: entry };
        },
        signal,
        () => undefined,
      ),
  };
};
