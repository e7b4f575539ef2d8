import assert from "node:assert/strict";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { sessionLoad, type Turn } from "../../src/protocol/session.ts";
import { type AgentProcess, askOnce, failureOf, keepBusy, startAgent } from "../support/agent-process.ts";
import type { RunningTurn } from "../support/running-turn.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { within } from "../support/waiting.ts";

/** More than anybody stops after. */
const forever = expectedAnswers.KW_FOREVER.repeat(500);

/** Far less than reading or writing on would take. */
const soonMs = 1_500;

const stopNow = async (turn: RunningTurn): Promise<Turn> => {
  turn.stop();
  return within(soonMs, "the end after a stop", turn.result);
};

describe("stopping a turn", () => {
  let home: TestHome;
  let agent: AgentProcess;
  let slow: string;

  before(async () => {
    home = createTestHome();
    slow = (await toyModels()).scriptedSlow;
    agent = await startAgent({ home, settings: { "model.path": slow } });
  });

  after(() => home.close());

  const ask = async (text: string): Promise<RunningTurn> => {
    const { id } = await agent.newSession();
    return agent.ask({ sessionId: id, text });
  };

  const worksAgain = async (): Promise<void> =>
    assert.equal((await askOnce(agent, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);

  it("while the model host starts", async () => {
    const turn = await ask("KW_FOREVER");
    await turn.when("the start of the host", ({ kind }) => kind === "progress");
    turn.stop();
    assert.equal((await within(5_000, "the end after a stop", turn.result)).state, "stopped");
    await worksAgain();
  });

  it("before anything happened", async () => {
    const turn = await ask("KW_FOREVER");
    assert.deepEqual([(await stopNow(turn)).state, turn.shown()], ["stopped", ""]);
    await worksAgain();
  });

  it("while words come keeps all that was shown", async () => {
    const running = await ask("KW_FOREVER");
    await running.when("several lines", () => running.shown().length > 200);
    const turn = await stopNow(running);
    assert.deepEqual([turn.state, turn.failure, turn.endReason], ["stopped", null, null]);
    assert.equal(turn.answer, running.shown());
    assert.ok(turn.answer.length > 200 && forever.startsWith(turn.answer));
    const { turns } = await agent.request(sessionLoad, { sessionId: turn.sessionId });
    assert.deepEqual(turns, [turn]);
    await worksAgain();
  });

  it("can be taken back: the turn goes on where it stopped", async () => {
    const running = await ask("KW_FOREVER");
    await running.when("a line", () => running.shown().length > 30);
    const stopped = await stopNow(running);
    const resumed = agent.resume(stopped.id);
    await resumed.when("more lines", () => resumed.shown().length > 30);
    const turn = await stopNow(resumed);
    assert.deepEqual([turn.state, turn.id], ["stopped", stopped.id]);
    assert.equal(turn.answer, stopped.answer + resumed.shown());
    assert.ok(forever.startsWith(turn.answer), turn.answer);
    assert.equal(resumed.updates()[0]?.seq, stopped.seq + 1);
    const { turns } = await agent.request(sessionLoad, { sessionId: turn.sessionId });
    assert.deepEqual(turns, [turn]);
  });

  it("can be taken back by one of two windows that try it at once", async () => {
    const other = await startAgent({ home, settings: { "model.path": slow } });
    const running = await ask("KW_FOREVER");
    await running.when("a line", () => running.shown().length > 30);
    const stopped = await stopNow(running);
    const both = [agent.resume(stopped.id), other.resume(stopped.id)];
    const refused = await Promise.any(both.map(({ result }) => failureOf(result)));
    assert.equal(refused.code, "turn-running");
    for (const one of both) one.stop();
    const ended = await Promise.allSettled(both.map(({ result }) => within(soonMs, "the end after a stop", result)));
    const [turn, ...others] = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    assert.ok(turn?.answer.startsWith(stopped.answer) && others.length === 0);
    const { turns } = await agent.request(sessionLoad, { sessionId: stopped.sessionId });
    assert.deepEqual(turns, [turn]);
    await other.stop();
  });

  it("while the prompt is read, long before it is read to its end", async () => {
    const running = await ask(`${"word ".repeat(1_500)} KW_SHORT`);
    await running.when("reading", (event) => event.kind === "progress" && event.phase === "reading");
    const turn = await stopNow(running);
    assert.deepEqual([turn.state, turn.answer, turn.failure], ["stopped", "", null]);
    const read = running.updates().flatMap(({ event }) => (event.kind === "progress" ? [event.done ?? 0] : []));
    assert.ok(Math.max(...read) < 0.9, `${Math.max(...read)} was read`);
    await worksAgain();
  });

  it("while it waits for another window's answer, which goes on", async () => {
    const other = await startAgent({ home, settings: { "model.path": slow } });
    const busy = await keepBusy(other);

    const waiting = await ask("KW_SHORT");
    await waiting.when("waiting", (event) => event.kind === "progress" && event.phase === "queued");
    const turn = await stopNow(waiting);
    assert.deepEqual([turn.state, turn.answer], ["stopped", ""]);

    const before = busy.shown().length;
    await busy.when("more of the other's words", () => busy.shown().length > before + 100);
    const next = await ask("KW_SHORT");
    await next.when("waiting", (event) => event.kind === "progress" && event.phase === "queued");
    assert.ok(forever.startsWith((await stopNow(busy)).answer));
    assert.equal((await within(10_000, "the answer after the other's", next.result)).answer, expectedAnswers.KW_SHORT);
    await other.stop();
  });

  it("fifty times leaves no trace", async () => {
    const { id } = await agent.newSession();
    for (let round = 0; round < 50; round++) {
      const turn = agent.ask({ sessionId: id, text: "KW_FOREVER" });
      if (round % 2 === 1) await turn.when("a first item", () => true);
      const { state, answer } = await stopNow(turn);
      assert.equal(state, "stopped");
      assert.ok(forever.startsWith(answer));
    }
    await worksAgain();
    assert.doesNotMatch(agent.log(), /error|unhandled/i);
  });
});
