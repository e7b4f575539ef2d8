// The client of the model host inside the test's own process, where its patience can be short.
import { dirname } from "node:path";
import type { Engine, EngineResult, OpenModel, OpenOptions } from "../../src/agent/inference/engine.ts";
import { defaultHostOptions, type HostOptions } from "../../src/agent/inference/llama/host-process.ts";
import { createLlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import { lineLog } from "../../src/agent/ports/log.ts";
import { nodePorts } from "../../src/agent/ports/ports.ts";
import type { Message, SamplingOptions } from "../../src/protocol/model-host.ts";
import type { EndReason } from "../../src/protocol/session.ts";
import { hostProgram, type TestHome } from "./test-home.ts";

/** The real ports with the folders of a test's home. What is logged there goes nowhere. */
const portsOf = (home: TestHome) => {
  const program = dirname(hostProgram);
  const ports = nodePorts(
    program,
    lineLog(() => undefined),
  );
  return { ...ports, places: { ...ports.places, data: home.data, runtime: home.runtime } };
};

/** A client of its own, as every window has one; it is closed with the home at the latest. */
export const startEngine = (home: TestHome, options: Partial<HostOptions>): Engine => {
  const engine = createLlamaEngine(portsOf(home), { ...defaultHostOptions, ...options });
  home.onClose(() => void engine.close());
  return engine;
};

const sampling: SamplingOptions = { maxTokens: 100_000, temperature: 0, seed: null, stop: [] };

interface Generation {
  readonly text: () => string;
  /** Resolves with the first words. */
  readonly begun: Promise<void>;
  readonly ended: Promise<EngineResult<{ endReason: EndReason | null }>>;
}

/** Generates from one user message; `signal` stops it. */
export const generate = (open: OpenModel, content: string, signal: AbortSignal): Generation => {
  const begun = Promise.withResolvers<void>();
  const messages: Message[] = [{ role: "user", content }];
  let text = "";
  const ended = open.generate(
    { messages, sampling, format: { kind: "text" }, tools: [], stateKey: null },
    (progress) => {
      if (progress.kind !== "chunk") return;
      text += progress.text;
      begun.resolve();
    },
    signal,
  );
  return { text: () => text, begun: begun.promise, ended };
};

/** The model with everything else as it comes, on one thread. */
export const openOptions = (path: string): OpenOptions => ({
  model: path,
  purpose: "chat",
  contextSize: 0,
  minContextSize: 512,
  sequences: 1,
  threads: 1,
  gpu: "off",
  template: "auto",
});

/** Opens the model; fails when the engine cannot. */
export const openModel = async (engine: Engine, path: string): Promise<OpenModel> => {
  const opened = await engine.open(openOptions(path), () => undefined, new AbortController().signal);
  if (!opened.ok) throw new Error(`the model does not open: ${JSON.stringify(opened.failure)}`);
  return opened.open;
};
