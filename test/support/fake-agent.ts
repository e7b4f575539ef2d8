// An agent without processes: ports in memory and an engine that says what it is told. For unit tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { type Agent, createAgent } from "../../src/agent/agent.ts";
import type { EngineModel, EngineResult, OpenModel } from "../../src/agent/inference/engine.ts";
import type { LlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import { createModels } from "../../src/agent/models/models.ts";
import { nodeClock } from "../../src/agent/ports/clock.ts";
import { nodeFiles } from "../../src/agent/ports/files.ts";
import { nodeFolders } from "../../src/agent/ports/folders.ts";
import { nodeModelFiles } from "../../src/agent/ports/model-files.ts";
import { modelFolders } from "../../src/agent/ports/model-folders.ts";
import type { Net } from "../../src/agent/ports/net.ts";
import type { Ports } from "../../src/agent/ports/ports.ts";
import { loadClassifier } from "../../src/agent/router/load-classifier.ts";
import type { Store } from "../../src/agent/store/store.ts";
import type { GenerateProgress, HostFailure, Message } from "../../src/protocol/model-host.ts";

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
    // Those of the test's own home: what this machine has must not decide a test.
    folders: { ...nodeFolders, modelFolders: (home) => modelFolders(home, {}, "test") },
    hardware: {
      read: async () => ({
        platform: "linux",
        processor: "Test processor",
        cores: 4,
        logicalCores: 8,
        memoryBytes: 16 * 2 ** 30,
      }),
    },
    log: silent,
    modelFiles: nodeModelFiles,
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

const abilities = {
  chat: true,
  infill: false,
  embed: false,
  rank: false,
  grammar: true,
  tools: false,
  exactCount: true,
};
const model: EngineModel = { id: "/models/fake.gguf", name: "fake", contextSize: 1024, sizeBytes: 1, abilities };
const cannot = async () => ({ ok: false, failure: { code: "not-supported", detail: {} } }) as const;

export interface FakeEngine extends LlamaEngine {
  /** What each generation was asked with. */
  readonly prompts: Message[][];
  /** Leases given back. */
  readonly released: string[];
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
const countCharacters = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0);

export const createFakeEngine = (script: Script): FakeEngine => {
  const prompts: Message[][] = [];
  const released: string[] = [];
  const failures = [...(script.generateFailures ?? [])];
  const contextSize = script.contextSize ?? 1024;
  const open: OpenModel = {
    model,
    contextSize,
    shortened: null,
    abilities,
    count: async (messages) => ({ ok: true, tokens: countCharacters(messages) }),
    async generate({ messages }, onProgress, signal): ReturnType<OpenModel["generate"]> {
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
      return { ok: true, endReason: signal.aborted ? null : "end", usage, confidence: null, calls: [] };
    },
    infill: cannot,
    embed: cannot,
    rank: cannot,
    release: () => void released.push(model.id),
  };
  return {
    prompts,
    released,
    describe: async () => ({ ok: true, model }),
    inspect: cannot,
    memory: cannot,
    plan: cannot,
    unload: cannot,
    useLimits: () => undefined,
    async open(_options, onProgress): Promise<EngineResult<{ open: OpenModel }>> {
      onProgress({ phase: "loading", done: 1 });
      return script.openFailure ? { ok: false, failure: script.openFailure } : { ok: true, open };
    },
    close: async () => undefined,
  };
};

const noNet: Net = {
  allow: () => undefined,
  send: async ({ url }) => ({
    ok: false,
    failure: { code: "network-refused", detail: { host: url, reason: "a test" } },
  }),
};

/** An agent whose one engine is `llama`; no servers, no keys. */
export const createFakeAgent = async (ports: TestPorts, llama: LlamaEngine, store: Store): Promise<Agent> => {
  const models = await createModels({ ports, llama, net: noNet, secrets: { get: async () => null }, kept: null });
  return createAgent({ ports, models, store, classifier: await loadClassifier(ports), workspace: null });
};
