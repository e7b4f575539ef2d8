import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { expectedAnswers, keywords } from "../../scripts/gguf/scripted-answers.ts";
import { applyUpdate } from "../../src/protocol/apply-event.ts";
import { sessionList, sessionLoad } from "../../src/protocol/session.ts";
import { type AgentProcess, startAgent } from "../support/agent-process.ts";
import type { RunningTurn } from "../support/running-turn.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";

const finite = keywords.filter((keyword) => keyword !== "KW_FOREVER");

describe("the stream of a turn", () => {
  let home: TestHome;
  let agent: AgentProcess;

  before(async () => {
    home = createTestHome();
    agent = await startAgent({ home, settings: { "model.path": (await toyModels()).scripted } });
  });

  after(() => home.close());

  const ask = async (text: string): Promise<RunningTurn> => {
    const { id } = await agent.newSession();
    return agent.ask({ sessionId: id, text });
  };

  it("gives the model's exact words", async () => {
    for (const keyword of finite) {
      const turn = await (await ask(`Please: ${keyword}`)).result;
      assert.deepEqual(
        [turn.state, turn.endReason, turn.failure, turn.answer],
        ["done", "end", null, expectedAnswers[keyword]],
      );
    }
    assert.equal((await (await ask("no keyword")).result).answer, expectedAnswers.default);
  });

  it("begins with the turn's record, then counts its updates from 1 without a gap", async () => {
    const running = await ask("KW_LONG");
    await running.result;
    const [first, ...rest] = running.items;
    assert.ok(first && "turn" in first);
    assert.deepEqual([first.turn.state, first.turn.seq, first.turn.answer], ["running", 0, ""]);
    assert.ok(rest.every((item) => "event" in item && item.turnId === first.turn.id));
    assert.deepEqual(
      running.updates().map(({ seq }) => seq),
      rest.map((_, index) => index + 1),
    );
  });

  it("applied to the record makes the turn that the request ends with, and that is kept", async () => {
    const running = await ask("KW_MARKUP");
    const turn = await running.result;
    const [first] = running.items;
    assert.ok(first && "turn" in first);
    const applied = running.updates().reduce(applyUpdate, first.turn);
    assert.deepEqual({ ...applied, state: "done", endReason: "end" }, turn);
    assert.deepEqual(running.updates().map(({ event }) => event.kind)[0], "routing");
    const { turns } = await agent.request(sessionLoad, { sessionId: turn.sessionId });
    assert.deepEqual(turns, [turn]);
  });

  it("sends words in batches of 16 ms or more", async () => {
    const started = performance.now();
    const running = await ask("KW_LONG");
    const turn = await running.result;
    const elapsed = performance.now() - started;
    const chunks = running.updates().filter(({ event }) => event.kind === "message_chunk").length;
    assert.ok((turn.usage?.completionTokens ?? 0) > 1000);
    assert.ok(chunks > 3, `${chunks} pieces are no stream`);
    // One goes out at once after a pause, one with the end.
    assert.ok(chunks <= elapsed / 16 + 2, `${chunks} pieces in ${Math.round(elapsed)} ms`);
  });

  it("ends with the result: nothing follows", async () => {
    const running = await ask("KW_LONG");
    const turn = await running.result;
    const atResult = running.items.length;
    assert.equal(running.shown(), turn.answer);
    await sleep(100); // several times the interval of the batches
    await agent.request(sessionList, {});
    assert.equal(running.items.length, atResult);
  });

  it("is there for those who ask for it only", async () => {
    const { id } = await agent.newSession();
    const answer = await agent.raw("turn/start", { sessionId: id, prompt: { text: "KW_SHORT", attachments: [] } });
    assert.ok(answer instanceof Object && "turn" in answer && answer.turn instanceof Object && "answer" in answer.turn);
    assert.equal(answer.turn.answer, expectedAnswers.KW_SHORT);
  });

  it("of two sessions at once is two streams with each its own words", async () => {
    const running = [await ask("KW_LONG"), await ask("KW_CODE"), await ask("KW_UNICODE")];
    const turns = await Promise.all(running.map(({ result }) => result));
    assert.deepEqual(
      turns.map(({ answer }) => answer),
      [expectedAnswers.KW_LONG, expectedAnswers.KW_CODE, expectedAnswers.KW_UNICODE],
    );
    assert.deepEqual(
      running.map((turn) => turn.shown()),
      turns.map(({ answer }) => answer),
    );
  });

  it("ends an answer at the longest length that the settings allow, and says so", async () => {
    const { scripted } = await toyModels();
    await agent.useSettings({ "model.path": scripted, "generation.maxTokens": 10 });
    const turn = await (await ask("KW_FOREVER")).result;
    await agent.useSettings({ "model.path": scripted });
    assert.deepEqual([turn.state, turn.endReason, turn.usage?.completionTokens], ["done", "budget", 10]);
    assert.ok(expectedAnswers.KW_FOREVER.startsWith(turn.answer) && turn.answer !== "");
  });

  it("ends an answer where the context is full, and says so", async () => {
    const { scripted, scriptedSlow } = await toyModels();
    // One that nobody has loaded with a longer context: that would be shared.
    await agent.useSettings({ "model.path": scriptedSlow, "model.contextSize": 512 });
    const turn = await (await ask("KW_FOREVER")).result;
    await agent.useSettings({ "model.path": scripted });
    assert.deepEqual([turn.state, turn.endReason, turn.usage?.contextSize], ["done", "context", 512]);
    assert.ok(turn.answer.startsWith(expectedAnswers.KW_FOREVER));
  });
});
