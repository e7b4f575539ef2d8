import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { hostPidFile } from "../../src/protocol/model-host.ts";
import { sessionLoad, type Turn } from "../../src/protocol/session.ts";
import { type AgentProcess, askOnce, keepBusy, startAgent, statusIs } from "../support/agent-process.ts";
import { generate, openModel, openOptions, startEngine } from "../support/engine-in-process.ts";
import type { RunningTurn } from "../support/running-turn.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { isAlive, processEnds, within } from "../support/waiting.ts";

const forever = expectedAnswers.KW_FOREVER.repeat(500);
const shortPatience = { pingEveryMs: 50, hungAfterMs: 1_500 };

const hostOf = (home: TestHome): number => {
  const pid = home.hostPid();
  assert.ok(pid !== undefined && isAlive(pid), "no model host runs");
  return pid;
};

const killHost = async (home: TestHome): Promise<number> => {
  const pid = hostOf(home);
  process.kill(pid, "SIGKILL");
  await processEnds(pid, 5_000);
  return pid;
};

describe("a model host that is killed", () => {
  let home: TestHome;
  let agent: AgentProcess;

  beforeEach(async () => {
    home = createTestHome();
    agent = await startAgent({ home, settings: { "model.path": (await toyModels()).scriptedSlow } });
  });

  afterEach(() => home.close());

  const ask = async (text: string): Promise<RunningTurn> => {
    const { id } = await agent.newSession();
    return agent.ask({ sessionId: id, text });
  };

  /** A turn whose host dies when it has begun to answer. */
  const killedTurn = async (): Promise<{ running: RunningTurn; turn: Turn }> => {
    const running = await ask("KW_FOREVER");
    await running.when("first words", ({ kind }) => kind === "message_chunk");
    await killHost(home);
    return { running, turn: await within(2_000, "the end of the turn", running.result) };
  };

  it("while it answers: the turn fails with what was shown, and the next one gets a new host", async () => {
    const { running, turn } = await killedTurn();
    const killed = home.hostPid();
    assert.deepEqual([turn.state, turn.failure?.code, turn.failure?.next[0]], ["failed", "host-stopped", "continue"]);
    assert.equal(turn.answer, running.shown());
    assert.ok(turn.answer !== "" && forever.startsWith(turn.answer));
    await statusIs(
      agent,
      "a warning",
      ({ health, problem }) => health === "warning" && problem?.code === "host-stopped",
    );

    const next = await askOnce(agent, "KW_SHORT");
    assert.equal(next.answer, expectedAnswers.KW_SHORT);
    assert.notEqual(hostOf(home), killed);
    // Memory is the likeliest reason, so the model takes less of it now, and the turn says so.
    assert.ok((next.usage?.contextSize ?? 0) <= (turn.usage?.contextSize ?? 8192) / 2, `${next.usage?.contextSize}`);
    assert.match(next.notices.join(), /context is 4096 tokens/);
    await statusIs(agent, "health", ({ health }) => health === "ok");
  });

  it("while it answers: the turn can be continued from where it was", async () => {
    const { turn } = await killedTurn();
    const resumed = agent.resume(turn.id);
    await resumed.when("more words", ({ kind }) => kind === "message_chunk");
    resumed.stop();
    const { answer, failure } = await resumed.result;
    assert.equal(failure, null);
    assert.ok(answer.length > turn.answer.length && forever.startsWith(answer), answer);
  });

  it("while nobody asks: the next turn just works", async () => {
    await askOnce(agent, "KW_SHORT");
    const killed = await killHost(home);
    const turn = await askOnce(agent, "KW_SHORT");
    assert.deepEqual([turn.state, turn.answer], ["done", expectedAnswers.KW_SHORT]);
    assert.notEqual(hostOf(home), killed);
  });

  it("a fourth time in three minutes: the next turn says that it does not start again", async () => {
    await agent.useSettings({ "model.path": (await toyModels()).scripted });
    for (let loss = 0; loss < 4; loss++) assert.equal((await killedTurn()).turn.failure?.code, "host-stopped");
    const turn = await askOnce(agent, "KW_SHORT");
    assert.deepEqual([turn.state, turn.failure?.code], ["failed", "host-unavailable"]);
    assert.match(turn.failure?.message ?? "", /stopped more than 3 times in 3 minutes/);
    assert.deepEqual(turn.failure?.next, ["retry", "show-log"]);
    const { turns } = await agent.request(sessionLoad, { sessionId: turn.sessionId });
    assert.deepEqual(turns, [turn]);
  });
});

describe("a model host", () => {
  let home: TestHome;

  beforeEach(() => {
    home = createTestHome();
  });

  afterEach(() => home.close());

  it("that hangs is noticed and ended, and the next request gets a new one", async () => {
    const { scripted } = await toyModels();
    const engine = startEngine(home, { patience: shortPatience });
    const { begun, ended } = generate(await openModel(engine, scripted), "KW_FOREVER", new AbortController().signal);
    await begun;
    const hung = hostOf(home);
    process.kill(hung, "SIGSTOP");
    const result = await within(5_000, "the hung host is noticed", ended);
    assert.deepEqual(result, { ok: false, failure: { code: "host-hung", detail: {} } });
    await processEnds(hung, 2_000);

    const again = generate(await openModel(engine, scripted), "KW_SHORT", new AbortController().signal);
    assert.equal((await again.ended).ok, true);
    assert.equal(again.text(), expectedAnswers.KW_SHORT);
    assert.notEqual(hostOf(home), hung);
    await engine.close();
  });

  it("that hangs before a window shakes hands with it is noticed too", async () => {
    const { scripted } = await toyModels();
    const first = startEngine(home, {});
    await openModel(first, scripted);
    const hung = hostOf(home);
    process.kill(hung, "SIGSTOP");
    const second = startEngine(home, { patience: shortPatience });
    const load = openOptions(scripted);
    const opened = await within(
      5_000,
      "an answer",
      second.open(load, () => undefined, new AbortController().signal),
    );
    assert.equal(opened.ok, false);
    await processEnds(hung, 2_000);
    await openModel(second, scripted);
    await first.close();
    await second.close();
  });

  it("leaves when nobody has been connected for a while, and takes its files along", async () => {
    const engine = startEngine(home, { lingerMs: 200 });
    await openModel(engine, (await toyModels()).scripted);
    const pid = hostOf(home);
    await engine.close();
    await processEnds(pid, 3_000);
    assert.equal(existsSync(join(home.runtime, hostPidFile)), false);
  });

  it("stays while somebody is connected, and for the next one who comes in time", async () => {
    const { scripted } = await toyModels();
    const first = startEngine(home, { lingerMs: 300 });
    const second = startEngine(home, { lingerMs: 300 });
    await openModel(first, scripted);
    const pid = hostOf(home);
    await openModel(second, scripted);
    await first.close();
    await first.close();
    const { ended, text } = generate(await openModel(second, scripted), "KW_LONG", new AbortController().signal);
    assert.equal((await ended).ok, true);
    assert.equal(text(), expectedAnswers.KW_LONG);
    assert.equal(hostOf(home), pid);
    await second.close();
  });

  it("that is about to leave never spoils a request", async () => {
    const { scripted } = await toyModels();
    const lingerMs = 60;
    const hosts = new Set<number>();
    for (let round = 0; round < 6; round++) {
      const engine = startEngine(home, { lingerMs });
      const result = generate(await openModel(engine, scripted), "KW_SHORT", new AbortController().signal);
      assert.deepEqual([(await result.ended).ok, result.text()], [true, expectedAnswers.KW_SHORT]);
      hosts.add(hostOf(home));
      await engine.close();
      await sleep(lingerMs - 4 + 2 * round); // before, while and after it leaves
    }
    assert.ok(hosts.size > 1, "no host ever left");
  });

  it("survives a window that is killed while it answers, and serves the others", async () => {
    const { scriptedSlow } = await toyModels();
    const settings = { "model.path": scriptedSlow };
    const [one, other] = await Promise.all([startAgent({ home, settings }), startAgent({ home, settings })]);
    await askOnce(other, "KW_SHORT");
    const pid = hostOf(home);
    for (let round = 0; round < 3; round++) {
      const doomed = round === 0 ? one : await startAgent({ home, settings });
      await keepBusy(doomed);
      const { id: otherId } = await other.newSession();
      const waiting = other.ask({ sessionId: otherId, text: "KW_SHORT" });
      await waiting.when("waiting", (event) => event.kind === "progress" && event.phase === "queued");
      await doomed.kill("SIGKILL");
      const turn = await within(5_000, "the waiting turn", waiting.result);
      assert.deepEqual([turn.state, turn.answer], ["done", expectedAnswers.KW_SHORT]);
    }
    assert.equal(hostOf(home), pid);
  });
});

describe("two windows that start at the same moment", () => {
  it("share one model host and one copy of the model", async () => {
    const { scripted } = await toyModels();
    for (let round = 0; round < 5; round++) {
      const home = createTestHome();
      try {
        const engines = [startEngine(home, {}), startEngine(home, {})];
        const load = openOptions(scripted);
        const pids = new Set<number | undefined>();
        let loads = 0;
        const opened = await Promise.all(
          engines.map(async (engine) => {
            let loading = false;
            const result = await engine.open(
              load,
              ({ phase }) => {
                loading ||= phase === "loading";
              },
              new AbortController().signal,
            );
            if (loading) loads++;
            pids.add(home.hostPid());
            return result;
          }),
        );
        assert.ok(opened.every(({ ok }) => ok));
        assert.deepEqual([...pids], [hostOf(home)]);
        assert.equal(loads, 1, "the weights were read twice");
        assert.equal(home.hostLog().match(/listening/g)?.length, 1, home.hostLog());
        for (const engine of engines) await engine.close();
      } finally {
        await home.close();
      }
    }
  });

  it("answer both, word by word, and keep both", async () => {
    const { scripted } = await toyModels();
    const home = createTestHome();
    try {
      const settings = { "model.path": scripted };
      const agents = await Promise.all([startAgent({ home, settings }), startAgent({ home, settings })]);
      const turns = await Promise.all(agents.map((agent) => askOnce(agent, "KW_LONG")));
      for (const [index, { answer, state, sessionId }] of turns.entries()) {
        assert.deepEqual([state, answer], ["done", expectedAnswers.KW_LONG]);
        const reader = agents[1 - index];
        assert.ok(reader);
        const { turns: kept } = await reader.request(sessionLoad, { sessionId });
        assert.deepEqual(kept, [turns[index]]);
      }
    } finally {
      await home.close();
    }
  });
});
