import assert from "node:assert/strict";
import { setImmediate as nextRound } from "node:timers/promises";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { sessionLoad, type Turn } from "../../src/protocol/session.ts";
import { type AgentProcess, askOnce, startAgent } from "../support/agent-process.ts";
import type { RunningTurn } from "../support/running-turn.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { within } from "../support/waiting.ts";

const kills = 20;

describe("an agent that ends in the middle of an answer", () => {
  let home: TestHome;
  let settings: { "model.path": string };

  before(async () => {
    home = createTestHome();
    settings = { "model.path": (await toyModels()).scripted };
  });

  after(() => home.close());

  const startTurn = async (agent: AgentProcess, text: string): Promise<{ sessionId: string; running: RunningTurn }> => {
    const { id } = await agent.newSession();
    const running = agent.ask({ sessionId: id, text });
    await running.when("words", ({ kind }) => kind === "message_chunk");
    return { sessionId: id, running };
  };

  /** The session's only turn as an agent that starts now finds it. */
  const found = async (agent: AgentProcess, sessionId: string): Promise<Turn> => {
    const { turns } = await agent.request(sessionLoad, { sessionId });
    assert.equal(turns.length, 1);
    const [turn] = turns;
    assert.ok(turn);
    return turn;
  };

  const isInterrupted = async (sessionId: string, shown: string): Promise<void> => {
    const agent = await startAgent({ home, settings });
    const turn = await found(agent, sessionId);
    assert.equal(turn.state, "interrupted");
    assert.ok(turn.answer.startsWith(shown) && shown !== "");
    await agent.stop();
  };

  it(`killed ${kills} times, loses no word that it had sent, and comes to the whole answer in the end`, async () => {
    let agent = await startAgent({ home, settings });
    await askOnce(agent, "KW_SHORT"); // the host runs and has the model
    const { id: sessionId } = await agent.newSession();
    let running = agent.ask({ sessionId, text: "KW_LONG" });
    let before = "";
    for (let kill = 1; kill <= kills; kill++) {
      await running.when("some words", () => running.shown().length > 30 * (kill % 7));
      await agent.kill("SIGKILL");
      await nextRound();
      const restarted = performance.now();
      agent = await startAgent({ home, settings });
      const turn = await found(agent, sessionId);
      assert.ok(performance.now() - restarted < 3_000);
      assert.equal(turn.state, "interrupted");
      assert.ok(turn.answer.startsWith(before + running.shown()), `kill ${kill} lost something`);
      assert.ok(expectedAnswers.KW_LONG.startsWith(turn.answer), `kill ${kill}: ${turn.answer.slice(-100)}`);
      before = turn.answer;
      running = agent.resume(turn.id);
    }
    const turn = await running.result;
    assert.deepEqual([turn.state, turn.endReason], ["done", "end"]);
    assert.equal(turn.answer, expectedAnswers.KW_LONG);
    assert.ok(before.length < expectedAnswers.KW_LONG.length, "the answer had ended before the last kill");
    assert.deepEqual(await found(agent, sessionId), turn);
  });

  it("by SIGTERM leaves it as interrupted", async () => {
    const agent = await startAgent({ home, settings });
    const { sessionId, running } = await startTurn(agent, "KW_FOREVER");
    await agent.kill("SIGTERM");
    await isInterrupted(sessionId, running.shown());
  });

  it("by the editor's shutdown leaves it as interrupted, and says so before it goes", async () => {
    const agent = await startAgent({ home, settings });
    const { sessionId, running } = await startTurn(agent, "KW_FOREVER");
    await agent.stop();
    const turn = await within(1_000, "the turn's end", running.result);
    assert.deepEqual([turn.state, turn.answer], ["interrupted", running.shown()]);
    await isInterrupted(sessionId, turn.answer);
  });

  it("because its editor is gone, ends within two seconds over ipc", async () => {
    const agent = await startAgent({ home, settings });
    const { sessionId, running } = await startTurn(agent, "KW_FOREVER");
    agent.child.disconnect();
    await within(2_000, "the agent ends", agent.exited);
    await isInterrupted(sessionId, running.shown());
  });

  it("because its editor is gone, ends within two seconds over stdio", async () => {
    const agent = await startAgent({ home, settings, transport: "stdio" });
    const { sessionId, running } = await startTurn(agent, "KW_FOREVER");
    agent.child.stdin?.end();
    await within(2_000, "the agent ends", agent.exited);
    await isInterrupted(sessionId, running.shown());
  });

  it("can be seen answering by another window until then", async () => {
    const agent = await startAgent({ home, settings });
    const other = await startAgent({ home, settings });
    const { sessionId } = await startTurn(agent, "KW_FOREVER");
    assert.equal((await found(other, sessionId)).state, "running");
    await agent.kill("SIGKILL");
    assert.equal((await found(other, sessionId)).state, "interrupted");
  });
});
