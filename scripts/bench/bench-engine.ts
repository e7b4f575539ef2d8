// The agent's client of the model host in this process, and the host it starts: what a turn does without a turn around it.
import { dirname } from "node:path";
import type { OpenModel, OpenOptions } from "../../src/agent/inference/engine.ts";
import { defaultHostOptions } from "../../src/agent/inference/llama/host-process.ts";
import { createLlamaEngine, type LlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { nodePorts } from "../../src/agent/ports/ports.ts";
import type { GenerateProgress, Message } from "../../src/protocol/model-host.ts";
import type { Usage } from "../../src/protocol/run-event.ts";
import { hostProgram, type TestHome } from "../../test/support/test-home.ts";
import { endProcess } from "../editor/runtime-dir.ts";
import { within } from "./measure.ts";

export const never: AbortSignal = new AbortController().signal;

/** A client whose host has the folders of `home`. The home's end is the host's. */
export const createEngine = (home: TestHome): LlamaEngine => {
  const log = lineLog(() => undefined);
  const ports = nodePorts(dirname(hostProgram), log);
  const places = { ...ports.places, data: home.data, runtime: home.runtime };
  const engine = createLlamaEngine({ ...ports, places }, defaultHostOptions);
  home.onClose(() => void engine.close());
  return engine;
};

/** Ends the host as a shutdown of the machine does: it keeps its conversations first. */
export const endHost = async (home: TestHome): Promise<void> => {
  const pid = home.hostPid();
  if (pid === undefined) throw new Error("There is no model host to end.");
  await endProcess(pid, 10_000);
};

/** Opens it for 4,096 tokens on one thread. */
export const openModel = async (engine: LlamaEngine, model: string): Promise<OpenModel> => {
  const sizes = { contextSize: 4096, minContextSize: 4096, sequences: 1, threads: 1 };
  const options: OpenOptions = { model, purpose: "chat", ...sizes, gpu: "off", template: "chatml" };
  const opened = await within(
    60_000,
    "loading",
    engine.open(options, () => undefined, never),
  );
  if (!opened.ok) throw new Error(`The model does not open: ${JSON.stringify(opened.failure)}`);
  return opened.open;
};

export const unload = async (engine: LlamaEngine): Promise<void> => {
  const asked = await engine.memory(never);
  if (!asked.ok) throw new Error(`The host does not tell its models: ${JSON.stringify(asked.failure)}`);
  for (const { modelId } of asked.memory.models) await engine.unload(modelId, never);
};

export interface Generation {
  /** From the request to the result. */
  readonly ms: number;
  readonly usage: Usage;
  readonly endReason: string | null;
}

export interface GenerateOptions {
  readonly stateKey?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: GenerateProgress) => void;
}

/** Generates one token, so that the whole of it is the time to the first token. */
export const firstToken = async (
  open: OpenModel,
  messages: readonly Message[],
  { stateKey, signal = never, onProgress = () => undefined }: GenerateOptions = {},
): Promise<Generation> => {
  const sampling = { maxTokens: 1, temperature: 0, seed: null, stop: [] };
  const request = { messages, sampling, format: { kind: "text" }, tools: [], stateKey: stateKey ?? null } as const;
  const startedAt = performance.now();
  const answer = await within(120_000, "an answer", open.generate(request, onProgress, signal));
  const ms = performance.now() - startedAt;
  if (!answer.ok) throw new Error(`The model does not generate: ${JSON.stringify(answer.failure)}`);
  return { ms, usage: answer.usage, endReason: answer.endReason };
};

/** A message of about so many tokens that begins like no other with another `id`. */
export const messageOf = async (open: OpenModel, id: number, tokens: number): Promise<Message> => {
  const sentence = `the old keeper wrote down wind and tide ${id} `;
  const message = (times: number): Message => ({ role: "user", content: `${id} ${sentence.repeat(times)}` });
  const counted = await open.count([message(100)], never);
  if (!counted.ok) throw new Error(`The model does not count: ${JSON.stringify(counted.failure)}`);
  return message(Math.ceil((tokens / counted.tokens) * 100));
};
