// One generation by an engine, as it is seen from outside.
import type { Engine, EngineResult, Generated, GenerateRequest } from "../../src/agent/inference/engine.ts";
import type { GenerateProgress } from "../../src/protocol/model-host.ts";
import { servedModel } from "./model-dialects.ts";

export interface OneGeneration {
  readonly result: EngineResult<Generated>;
  readonly text: string;
  readonly progress: readonly GenerateProgress[];
}

export const requestOf = (content: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: "user", content }],
  sampling: { maxTokens: 1000, temperature: 0, seed: null, stop: [] },
  format: { kind: "text" },
  tools: [],
  stateKey: null,
  ...more,
});

/** Opens the served model and generates. What fails on the way is the result. */
export const generateOnce = async (
  engine: Engine,
  request: GenerateRequest,
  signal: AbortSignal = new AbortController().signal,
  onProgress: (progress: GenerateProgress) => void = () => undefined,
): Promise<OneGeneration> => {
  const options = { model: servedModel, purpose: "chat", contextSize: 0, minContextSize: 0, sequences: 1 } as const;
  const opened = await engine.open({ ...options, threads: 1, gpu: "off", template: "auto" }, () => undefined, signal);
  if (!opened.ok) return { result: opened, text: "", progress: [] };
  const progress: GenerateProgress[] = [];
  const report = (one: GenerateProgress): void => {
    progress.push(one);
    onProgress(one);
  };
  const result = await opened.open.generate(request, report, signal);
  const text = progress.map((one) => (one.kind === "chunk" ? one.text : "")).join("");
  return { result, text, progress };
};
