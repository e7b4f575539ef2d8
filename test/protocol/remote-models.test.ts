// What remote engines find out about the models of a server.
import assert from "node:assert/strict";
import type { OpenOptions } from "../../src/agent/inference/engine.ts";
import { type Dialect, servedModel } from "../support/model-dialects.ts";
import { startModelServer } from "../support/model-server.ts";
import { remoteEngine } from "../support/remote-engines.ts";

const signal = new AbortController().signal;
const options: Omit<OpenOptions, "contextSize"> = {
  ...{ model: servedModel, purpose: "chat", minContextSize: 0, sequences: 1 },
  ...{ threads: 1, gpu: "off", template: "auto" },
};

describe("the models of a server", () => {
  const found = async (dialect: Dialect, contextSize: number) => {
    const server = await startModelServer(dialect);
    const { engine } = remoteEngine({ dialect, urls: [server.url] });
    const described = await engine.describe(servedModel, signal);
    const opened = await engine.open({ ...options, contextSize }, () => undefined, signal);
    const listed = await engine.listModels(signal);
    await server.close();
    assert.ok(described.ok && opened.ok && listed.ok, JSON.stringify([described, opened, listed]));
    return { described: described.model, opened: opened.open.contextSize, listed: listed.models };
  };

  it("have the context that the server runs them with, not the one that they were trained for", async () => {
    const contexts: Record<string, (number | null)[]> = {};
    for (const dialect of ["llama-server", "ollama", "vllm", "anthropic"] as const) {
      const { described, opened } = await found(dialect, 0);
      contexts[dialect] = [described.contextSize, opened];
    }
    assert.deepEqual(contexts, {
      "llama-server": [4096, 4096],
      ollama: [131_072, 4096],
      vllm: [4096, 4096],
      anthropic: [null, 200_000],
    });
    assert.equal((await found("vllm", 1024)).opened, 1024);
  });

  it("are listed, with their sizes where the server knows them", async () => {
    const sizes: Record<string, unknown> = {};
    for (const dialect of ["llama-server", "ollama", "vllm", "anthropic"] as const)
      sizes[dialect] = (await found(dialect, 0)).listed.map(({ id, sizeBytes }) => [id, sizeBytes]);
    assert.deepEqual(sizes, {
      "llama-server": [[servedModel, 1234]],
      ollama: [[servedModel, 1234]],
      vllm: [[servedModel, null]],
      anthropic: [[servedModel, null]],
    });
  });
});
