import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type { FailureCode } from "../../src/protocol/failure.ts";
import { sessionList, type Turn } from "../../src/protocol/session.ts";
import { type AgentProcess, askOnce, startAgent, statusIs } from "../support/agent-process.ts";
import { writeHostileFiles } from "../support/hostile-gguf.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { isAlive } from "../support/waiting.ts";

/** What the starter says is not the point here, so it is short. */
const starter = { "generation.maxTokens": 4 };

describe("a model file", () => {
  let home: TestHome;
  let agent: AgentProcess;
  let folder: string;

  before(async () => {
    home = createTestHome();
    folder = join(home.data, "files");
    mkdirSync(folder);
    agent = await startAgent({ home, settings: starter });
    assert.equal((await askOnce(agent, "Hello")).state, "done");
  });

  after(() => home.close());

  const askWith = async (path: string, text = "Hello"): Promise<Turn> => {
    await agent.useSettings({ "model.path": path });
    return askOnce(agent, text);
  };

  /** Refused in words that name the file and a way out; then everything works with the starter, in the same host. */
  const isRefused = async (path: string, code: FailureCode, limitMs = 2_000): Promise<void> => {
    const host = home.hostPid();
    const started = performance.now();
    const turn = await askWith(path);
    const elapsed = performance.now() - started;
    assert.deepEqual([turn.state, turn.failure?.code, turn.answer], ["failed", code, ""], path);
    assert.ok(turn.failure?.message.includes(path), turn.failure?.message);
    assert.deepEqual(turn.failure?.next.slice(0, 2), ["choose-model", "use-starter"]);
    assert.ok(elapsed < limitMs, `${path}: refused after ${Math.round(elapsed)} ms`);
    await agent.useSettings(starter);
    assert.equal((await askOnce(agent, "Hello")).state, "done", `after ${path}`);
    assert.equal(home.hostPid(), host);
    assert.ok(host !== undefined && isAlive(host));
  };

  it("that is broken, hostile or no model at all is refused by name, and the next turn works", async () => {
    const files = await writeHostileFiles(join(folder, "hostile"));
    assert.ok(files.length > 40);
    for (const { path, expectedCode } of files) await isRefused(path, expectedCode);
  });

  it("that does not exist is refused, also in the status before anybody asks", async () => {
    const path = join(folder, "nothing-here.gguf");
    await agent.useSettings({ "model.path": path });
    await statusIs(agent, "a warning", ({ health, problem }) => health === "warning" && problem !== null);
    assert.ok(agent.statuses.at(-1)?.problem?.message.includes(path));
    await isRefused(path, "model-missing");
    await statusIs(agent, "health", ({ health, problem }) => health === "ok" && problem === null);
  });

  it("that is a folder is refused", () => isRefused(folder, "model-is-folder"));

  it("below a file instead of a folder is missing", async () => {
    const { scripted } = await toyModels();
    await isRefused(join(scripted, "model.gguf"), "model-missing");
  });

  it("that only makes embeddings is refused for chat", async () => {
    const { bert } = await toyModels();
    await isRefused(bert, "model-not-chat");
  });

  it("that is deleted after it was loaded is missing from then on", async () => {
    const path = join(folder, "short-lived.gguf");
    copyFileSync((await toyModels()).scripted, path);
    assert.equal((await askWith(path, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);
    rmSync(path);
    await isRefused(path, "model-missing");
  });

  it("that is replaced by another one answers as the other one", async () => {
    const path = join(folder, "replaced.gguf");
    const models = await toyModels();
    copyFileSync(models.scripted, path);
    assert.equal((await askWith(path, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);
    rmSync(path);
    copyFileSync(models.bert, path);
    await isRefused(path, "model-not-chat");
    rmSync(path);
    copyFileSync(models.scripted, path);
    assert.equal((await askWith(path, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);
  });

  it("with spaces, quotes and letters from everywhere in its name works", async () => {
    const path = join(folder, `it's a "модель" 模型 %20 #1 .gguf`);
    copyFileSync((await toyModels()).scripted, path);
    assert.equal((await askWith(path, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);
  });

  it("changes with the settings from one turn to the next", async () => {
    const models = await toyModels();
    for (const [path, name] of [
      [models.scripted, "scripted"],
      [models.qwen2, "toy-qwen2"],
      [models.llama, "toy-llama"],
      [models.scripted, "scripted"],
    ] as const) {
      await agent.useSettings({ "model.path": path, "generation.maxTokens": 8 });
      const turn = await askOnce(agent, "Hello");
      assert.deepEqual([turn.state, turn.routing?.model.name], ["done", name]);
      assert.ok(turn.routing?.reasons.includes("the model that you chose"));
    }
  });
});

describe("a prompt", () => {
  let home: TestHome;
  let agent: AgentProcess;

  before(async () => {
    home = createTestHome();
    agent = await startAgent({ home });
  });

  after(() => home.close());

  it("longer than the context is refused with its length and the context's, and nothing is generated", async () => {
    const { scripted } = await toyModels();
    await agent.useSettings({ "model.path": scripted, "model.contextSize": 512 });
    const { id } = await agent.newSession();
    const running = agent.ask({ sessionId: id, text: `${"word ".repeat(800)}KW_SHORT` });
    const turn = await running.result;
    assert.deepEqual(
      [turn.state, turn.failure?.code, turn.answer, turn.usage],
      ["failed", "prompt-too-long", "", null],
    );
    const [tokens = 0, contextSize] = (turn.failure?.message.match(/\d+/g) ?? []).map(Number);
    assert.equal(contextSize, 512);
    assert.ok(tokens > 800, `${tokens} tokens`);
    assert.equal(turn.failure?.next[0], "shorten");
    const sent = running.updates().filter(({ event }) => event.kind === "message_chunk" || event.kind === "usage");
    assert.deepEqual(sent, []);
    // The turn that failed takes no room in the next.
    const next = await agent.ask({ sessionId: id, text: "KW_SHORT" }).result;
    assert.equal(next.answer, expectedAnswers.KW_SHORT);
  });

  it("that fits although the chat does not is answered, and says that older messages were left out", async () => {
    const { scripted } = await toyModels();
    await agent.useSettings({ "model.path": scripted, "model.contextSize": 512, "agent.mode": "ask" });
    const { id } = await agent.newSession();
    await agent.ask({ sessionId: id, text: `${"word ".repeat(60)}KW_SHORT` }).result;
    const turn = await agent.ask({ sessionId: id, text: `${"word ".repeat(60)}KW_JSON` }).result;
    assert.deepEqual([turn.state, turn.answer], ["done", expectedAnswers.KW_JSON]);
    assert.equal(turn.notices.length, 1, turn.notices.join(" | "));
    assert.match(turn.notices[0] ?? "", /left out/);
  });

  it("of a megabyte is refused within seconds, while the agent goes on answering", async () => {
    const { qwen2 } = await toyModels();
    for (const settings of [{}, { "model.path": qwen2 }]) {
      await agent.useSettings(settings);
      await askOnce(agent, "hi");
      const { id } = await agent.newSession();
      const started = performance.now();
      const { result } = agent.ask({ sessionId: id, text: "some words in a line\n".repeat(50_000) });
      const ended = result.then(() => performance.now());
      await agent.request(sessionList, {});
      const listed = performance.now();
      const turn = await result;
      assert.equal(turn.failure?.code, "prompt-too-long");
      assert.ok((await ended) - started < 8_000, `refused after ${Math.round((await ended) - started)} ms`);
      assert.ok(listed < (await ended), "the list had to wait for the long prompt");
    }
  });
});
