import assert from "node:assert/strict";
import { parse } from "zod/mini";
import { recordEngine } from "../../src/agent/inference/replay/record-engine.ts";
import { type RecordedCall, Recording } from "../../src/agent/inference/replay/recording.ts";
import { createReplayEngine } from "../../src/agent/inference/replay/replay-engine.ts";
import { type EngineCan, engineContract, type StartedEngine } from "../support/engine-contract.ts";
import { startEngine } from "../support/engine-in-process.ts";
import { type Dialect, servedModel } from "../support/model-dialects.ts";
import { startModelServer } from "../support/model-server.ts";
import { remoteEngine } from "../support/remote-engines.ts";
import { createTestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";

const served = { chat: servedModel, embed: servedModel, rank: servedModel };

const startRemote = async (dialect: Dialect): Promise<StartedEngine> => {
  const server = await startModelServer(dialect);
  const { engine } = remoteEngine({ dialect, urls: [`${server.url}/v1`] });
  const lastSeed = (): unknown => server.requests.at(-1)?.body["seed"];
  return { engine, models: served, ...(dialect !== "anthropic" && { lastSeed }), close: server.close };
};

const all: EngineCan = { call: true, infill: true, embed: true, rank: true, exactCount: true };
const remote: Readonly<Record<Exclude<Dialect, "llama-server">, EngineCan>> = {
  ollama: { ...all, rank: false, exactCount: false },
  vllm: { ...all, infill: false, exactCount: false },
  anthropic: { ...all, infill: false, embed: false, rank: false, exactCount: false },
};

for (const dialect of ["ollama", "vllm", "anthropic"] as const)
  engineContract(dialect, () => startRemote(dialect), remote[dialect]);

describe("a server and its recording", () => {
  const calls: RecordedCall[] = [];

  const startRecorded = async (): Promise<StartedEngine> => {
    const started = await startRemote("llama-server");
    const keep = (call: RecordedCall): void => void calls.push(structuredClone(call));
    return { ...started, engine: recordEngine(started.engine, { keep, now: () => 0, seed: () => null }) };
  };

  /** What the suite before this one asked, out of a file. */
  const startReplay = async (): Promise<StartedEngine> => {
    assert.ok(calls.length > 0, "run it together with the suite of llama-server, which it repeats");
    const recording = parse(Recording, JSON.parse(JSON.stringify({ version: 1, calls })));
    return { engine: createReplayEngine(recording), models: served, close: async () => undefined };
  };

  engineContract("llama-server", startRecorded, all);
  engineContract("replay", startReplay, all);
});

const startLlama = async (): Promise<StartedEngine> => {
  const home = createTestHome();
  const { scripted, bert, rank } = await toyModels();
  return { engine: startEngine(home, {}), models: { chat: scripted, embed: bert, rank }, close: home.close };
};

engineContract("llama.cpp", startLlama, all);
