// Real llama.cpp in this process, with a plan that a test writes by itself.

import { checkModelFile } from "../../src/modelhost/gguf/check.ts";
import { createLlamaRuntime } from "../../src/modelhost/llama/runtime.ts";
import type { ChatWork, Generated, LlamaRuntime, LoadedModel } from "../../src/modelhost/loaded-model.ts";
import type { LoadOptions, LoadPlan, SamplingOptions } from "../../src/protocol/model-host.ts";

export interface Loading {
  readonly purpose?: LoadOptions["purpose"];
  readonly plan?: Partial<LoadPlan>;
  readonly runtime?: LlamaRuntime;
}

const need = { weightsBytes: 0, kvBytes: 0, computeBytes: 0, totalBytes: 0 };
const never = new AbortController().signal;

let shared: LlamaRuntime | undefined;

/** On one thread. Without a runtime of its own it keeps no KV states on the disk. */
export const loadModel = async (
  path: string,
  { purpose = "chat", plan = {}, runtime }: Loading = {},
): Promise<LoadedModel> => {
  shared ??= createLlamaRuntime({ kvStore: null, log: () => undefined });
  const checked = await checkModelFile(path);
  if (!checked.ok) throw new Error(JSON.stringify(checked.failure));
  const options = { path, purpose, contextSize: 0, minContextSize: 0, sequences: 0, threads: 1 };
  const loaded = await (runtime ?? shared).load(
    {
      description: checked.model,
      options: { ...options, gpu: "off", template: "auto" },
      plan: { contextSize: 1024, sequences: 1, kv: "f16", need, evict: [], ...plan },
    },
    () => undefined,
    never,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.model;
};

export const greedy: SamplingOptions = { maxTokens: 200, temperature: 0, seed: null, stop: [] };

export interface Said extends Generated {
  readonly text: string;
}

/** Generates and collects the text. Throws for a failure. */
export const say = async (model: LoadedModel, work: Partial<ChatWork> & Pick<ChatWork, "messages">): Promise<Said> => {
  let text = "";
  const result = await model.generate({
    sampling: greedy,
    format: { kind: "text" },
    stateKey: null,
    signal: never,
    ...work,
    report: (progress) => {
      if (progress.kind === "chunk") text += progress.text;
      work.report?.(progress);
    },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return { ...result, text };
};

export const user = (content: string) => ({ role: "user", content }) as const;
export const assistant = (content: string) => ({ role: "assistant", content }) as const;

/** About 400 tokens. */
export const longText = (name: string): string => Array.from({ length: 80 }, (_, i) => `${name} ${i}`).join(" ");
