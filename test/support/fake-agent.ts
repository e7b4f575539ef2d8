// An agent without processes: ports in memory and an engine that says what it is told. For unit tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import type { Engine, EngineResult, OpenModel } from "../../src/agent/inference/engine.ts";
import { nodeClock } from "../../src/agent/ports/clock.ts";
import { nodeFiles } from "../../src/agent/ports/files.ts";
import type { Ports } from "../../src/agent/ports/ports.ts";
import type { GenerateProgress, HostFailure, Message, ModelDescription } from "../../src/protocol/model-host.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface TestPorts extends Ports {
  /** Process ids that count as alive; this process is one. */
  readonly alive: Set<number>;
  remove(): void;
}

/** Real files in a folder of its own, this machine's clock, no processes and no sockets. */
export const createTestPorts = (data = mkdtempSync(join(tmpdir(), "trivium-unit-"))): TestPorts => {
  const alive = new Set([process.pid]);
  return {
    clock: nodeClock,
    files: nodeFiles,
    log: silent,
    places: {
      program: join(root, "dist"),
      bundledModels: join(root, "models"),
      data,
      runtime: join(data, "run"),
      home: data,
    },
    processes: {
      pid: process.pid,
      isAlive: (pid) => alive.has(pid),
      kill: () => undefined,
      startDetached: () => ({ exited: Promise.resolve(1) }),
    },
    sockets: { connect: () => Promise.reject(new Error("no sockets in unit tests")) },
    alive,
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
};

const description: ModelDescription = {
  path: "/models/fake.gguf",
  name: "fake",
  sizeBytes: 1,
  architecture: "llama",
  parameters: 1,
  trainedContext: 1024,
  chat: true,
  infill: false,
  embedding: false,
  licence: null,
};

export interface FakeEngine extends Engine {
  /** What each generation was asked with. */
  readonly prompts: Message[][];
}

export interface Script {
  /** Pieces of the answer, in order. */
  readonly chunks?: readonly GenerateProgress[];
  readonly openFailure?: HostFailure;
  readonly generateFailures?: HostFailure[];
  readonly contextSize?: number;
  /** Waits here after the chunks until aborted. */
  readonly hang?: boolean;
}

export const chunk = (text: string, thought = ""): GenerateProgress => ({ kind: "chunk", text, thought });

/** One token per character. */
export const countCharacters = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0);

export const createFakeEngine = (script: Script): FakeEngine => {
  const prompts: Message[][] = [];
  const failures = [...(script.generateFailures ?? [])];
  const contextSize = script.contextSize ?? 1024;
  const open: OpenModel = {
    model: description,
    contextSize,
    count: async (messages) => ({ ok: true, tokens: countCharacters(messages) }),
    async generate(messages, _sampling, onProgress, signal): ReturnType<OpenModel["generate"]> {
      prompts.push([...messages]);
      const failure = failures.shift();
      if (failure) return { ok: false, failure };
      for (const progress of script.chunks ?? []) onProgress(progress);
      if (script.hang && !signal.aborted)
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      const usage = {
        promptTokens: countCharacters(messages),
        cachedTokens: 0,
        completionTokens: script.chunks?.length ?? 0,
        contextSize,
        firstTokenMs: 1,
        tokensPerSecond: 1,
      };
      return { ok: true, endReason: signal.aborted ? null : "end", usage };
    },
  };
  return {
    prompts,
    describe: async () => ({ ok: true, model: description }),
    async open(_options, onProgress): Promise<EngineResult<{ open: OpenModel }>> {
      onProgress({ phase: "loading", done: 1 });
      return script.openFailure ? { ok: false, failure: script.openFailure } : { ok: true, open };
    },
    close: async () => undefined,
  };
};
