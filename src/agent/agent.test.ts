import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  chunk,
  createFakeAgent,
  createFakeEngine,
  createTestPorts,
  type Script,
  type TestPorts,
} from "../../test/support/fake-agent.ts";
import { applyUpdate } from "../protocol/apply-event.ts";
import { newTurn } from "../protocol/new-turn.ts";
import type { Turn } from "../protocol/session.ts";
import { defaultSettings } from "../protocol/settings.ts";
import type { TurnStream } from "../protocol/turn.ts";
import type { Agent } from "./agent.ts";
import { openStore } from "./store/store.ts";

const never = new AbortController().signal;
const ignore = (): void => undefined;
const nothing = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };
const prompt = (text: string) => ({ text, attachments: [] });

describe("agent", () => {
  let ports: TestPorts;
  let agents: Agent[];

  const open = async (script: Script): Promise<{ agent: Agent; engine: ReturnType<typeof createFakeEngine> }> => {
    const engine = createFakeEngine(script);
    const agent = await createFakeAgent(ports, engine, await openStore(ports));
    const path = join(ports.places.data, "fake.gguf"); // not the starter: the fake speaks plain chat
    writeFileSync(path, "x");
    await agent.useSettings({ ...defaultSettings, "model.path": path, "agent.mode": "ask" });
    agents.push(agent);
    return { agent, engine };
  };
  const ask = async (
    agent: Agent,
    sessionId: string,
    text: string,
    onStream: (items: TurnStream[]) => void = ignore,
  ) => {
    // The road is fixed, so that what the classifier makes of a text, and whom it has asked, decides no test.
    const override = { domain: "general", path: "simple", model: null } as const;
    const result = await agent.startTurn({ sessionId, prompt: prompt(text), override }, onStream, never);
    assert.ok(result.ok, "the turn was refused");
    return result.turn;
  };

  beforeEach(() => {
    ports = createTestPorts();
    agents = [];
  });
  afterEach(async () => {
    for (const agent of agents) await agent.close();
    ports.remove();
  });

  it("says when the file of the history was deleted while it ran", async () => {
    if (process.platform === "win32") return; // an open file cannot be deleted there
    const { agent } = await open({ chunks: [chunk("Hello.")] });
    rmSync(join(ports.places.data, "trivium.db"));
    const { answer, notices } = await ask(agent, agent.newSession().id, "hi");
    assert.deepEqual([answer, notices.map((text) => text.slice(0, 24))], ["Hello.", ["The history is not kept:"]]);
  });

  it("streams the record first, then updates that add up to the result", async () => {
    const { agent } = await open({ chunks: [chunk("Hel"), chunk("lo", ""), chunk("", "hm")] });
    const session = agent.newSession();
    const items: TurnStream[] = [];
    const turn = await ask(agent, session.id, "hi", (more) => items.push(...more));
    const [first, ...updates] = items;
    assert.ok(first && "turn" in first);
    const built = updates.reduce<Turn>(
      (built, item) => ("event" in item ? applyUpdate(built, item) : built),
      first.turn,
    );
    assert.equal(built.answer, "Hello");
    assert.equal(built.thought, "hm");
    assert.deepEqual({ ...built, state: "done", endReason: "end" }, turn);
    assert.deepEqual(
      updates.map((item) => "event" in item && item.seq),
      updates.map((_, index) => index + 1),
    );
  });

  it("sends earlier turns along, and titles the chat by its first line", async () => {
    const { agent, engine } = await open({ chunks: [chunk("ok")] });
    const { id } = agent.newSession();
    await ask(agent, id, "first question\nmore");
    await ask(agent, id, "second");
    assert.deepEqual(engine.prompts[1]?.map(({ role, content }) => `${role}: ${content}`).slice(1), [
      "user: first question\nmore",
      "assistant: ok",
      "user: second",
    ]);
    assert.equal(agent.listSessions(10)[0]?.title, "first question");
  });

  it("keeps the partial answer when stopped, and resumes from it", async () => {
    const { agent } = await open({ chunks: [chunk("half")], hang: true });
    const { id } = agent.newSession();
    const stop = new AbortController();
    const onStream = (items: TurnStream[]): void => {
      if (items.some((item) => "event" in item && item.event.kind === "message_chunk")) stop.abort();
    };
    const stopped = await agent.startTurn({ sessionId: id, prompt: prompt("go") }, onStream, stop.signal);
    assert.ok(stopped.ok);
    assert.equal(stopped.turn.state, "stopped");
    assert.equal(stopped.turn.answer, "half");
    await agent.close();
    agents = [];

    const next = await open({ chunks: [chunk(" and half")] });
    const resumed = await next.agent.resumeTurn(stopped.turn.id, ignore, never);
    assert.ok(resumed.ok);
    assert.equal(resumed.turn.answer, "half and half");
    assert.deepEqual(next.engine.prompts[0]?.at(-1), { role: "assistant", content: "half" });
  });

  it("refuses what cannot be, by name and with a way out", async () => {
    const { agent } = await open({});
    const { id } = agent.newSession();
    const refused = async (result: Promise<{ ok: boolean } & object>) => {
      const value = await result;
      assert.ok(!value.ok && "failure" in value);
      return (value.failure as { code: string }).code; // a refused result has a failure
    };
    const start = (sessionId: string, text: string, replaces?: string) =>
      agent.startTurn({ sessionId, prompt: prompt(text), replaces }, ignore, never);
    assert.equal(await refused(start("nope", "hi")), "unknown-session");
    for (const empty of [" \n ", "/plan", "@coder /plan "])
      assert.equal(await refused(start(id, empty)), "prompt-empty");
    assert.equal(await refused(start(id, "hi", "nope")), "unknown-turn");
    assert.equal(await refused(agent.resumeTurn("nope", ignore, never)), "unknown-turn");
    assert.equal(await refused(agent.deleteSession("nope")), "unknown-session");
    assert.equal(await refused(Promise.resolve(agent.loadSession("nope"))), "unknown-session");
  });

  it("lets one turn of a chat run at a time", async () => {
    const { agent } = await open({ hang: true });
    const { id } = agent.newSession();
    const stop = new AbortController();
    const first = agent.startTurn({ sessionId: id, prompt: prompt("a") }, ignore, stop.signal);
    const second = await agent.startTurn({ sessionId: id, prompt: prompt("b") }, ignore, never);
    assert.ok(!second.ok);
    assert.equal(second.failure.code, "turn-running");
    stop.abort();
    await first;
  });

  it("puts a retry in the place of the turn before, with what came before it as history", async () => {
    const { agent, engine } = await open({ chunks: [chunk("x")] });
    const { id } = agent.newSession();
    const first = await ask(agent, id, "a");
    const later = await ask(agent, id, "b");
    const again = await agent.startTurn({ sessionId: id, prompt: first.prompt, replaces: first.id }, ignore, never);
    assert.ok(again.ok);
    const loaded = agent.loadSession(id);
    assert.ok(loaded.ok);
    assert.deepEqual(
      loaded.turns.map((turn) => turn.id),
      [again.turn.id, later.id],
    );
    assert.deepEqual(
      engine.prompts.at(-1)?.map(({ role }) => role),
      ["system", "user"],
    );
  });

  it("tells a failure of the engine in words, and what to do", async () => {
    const { agent } = await open({
      openFailure: { code: "model-truncated", detail: { path: "/m.gguf", sizeBytes: 1.2e9, neededBytes: 3.8e9 } },
    });
    const turn = await ask(agent, agent.newSession().id, "hi");
    assert.equal(turn.state, "failed");
    assert.match(turn.failure?.message ?? "", /\/m\.gguf is cut off: 1\.2 GB of 3\.8 GB/);
    assert.equal(agent.status().health, "warning");
  });

  it("opens the model again when another window took its memory", async () => {
    const gone = { code: "model-unloaded", detail: {} } as const;
    const { agent, engine } = await open({ chunks: [chunk("back")], generateFailures: [gone, gone] });
    assert.equal((await ask(agent, agent.newSession().id, "hi")).answer, "back");
    assert.equal(engine.prompts.length, 3);
  });

  it("ends a turn as interrupted when the agent closes", async () => {
    const { agent } = await open({ chunks: [chunk("part")], hang: true });
    const { id } = agent.newSession();
    const turn = agent.startTurn({ sessionId: id, prompt: prompt("a") }, ignore, never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await agent.close();
    agents = [];
    const ended = await turn;
    assert.ok(ended.ok);
    assert.equal(ended.turn.state, "interrupted");
  });

  it("leaves the oldest turns out when the chat is too long, and says so", async () => {
    const { agent, engine } = await open({ chunks: [chunk("a".repeat(300))], contextSize: 1400 });
    const { id } = agent.newSession();
    for (const text of ["one", "two", "three"]) await ask(agent, id, text);
    const turn = await ask(agent, id, "four");
    assert.equal(turn.state, "done");
    assert.match(turn.notices[0] ?? "", /oldest questions and answers were left out/);
    assert.ok(!engine.prompts.at(-1)?.some(({ content }) => content === "one"));
    assert.equal(engine.prompts.at(-1)?.at(-1)?.content, "four");
  });

  it("says how long a prompt is that does not fit, and sends nothing", async () => {
    const { agent, engine } = await open({ contextSize: 1024 });
    const turn = await ask(agent, agent.newSession().id, "x".repeat(2000));
    assert.equal(turn.failure?.code, "prompt-too-long");
    assert.equal(engine.prompts.length, 0);
  });

  it("fails a turn that cannot be saved, and lets the chat go on", async () => {
    const store = await openStore(ports);
    let full = true;
    const failing = {
      ...store,
      addUpdates: (updates: Parameters<typeof store.addUpdates>[0]) => {
        if (full) throw new Error("disk full");
        store.addUpdates(updates);
      },
    };
    const engine = createFakeEngine({ chunks: [chunk("x")] });
    const agent = await createFakeAgent(ports, engine, failing);
    agents.push(agent);
    const { id } = agent.newSession();
    const shown: TurnStream[] = [];
    const turn = await ask(agent, id, "hi", (items) => shown.push(...items));
    assert.equal(turn.failure?.code, "store-failed");
    assert.match(turn.failure?.message ?? "", /disk full/);
    assert.equal(shown.length, 1, "what is not kept is not shown");
    full = false;
    assert.equal((await ask(agent, id, "again")).state, "done");
  });

  it("shows the model that was chosen during an answer", async () => {
    const { agent } = await open({ hang: true });
    const stop = new AbortController();
    const { id } = agent.newSession();
    const turn = agent.startTurn({ sessionId: id, prompt: prompt("a") }, ignore, stop.signal);
    await agent.useSettings(defaultSettings);
    stop.abort();
    await turn;
    assert.equal(agent.status().model?.bundled, true);
  });

  it("shows a missing model in its status before anything is asked", async () => {
    const { agent } = await open({});
    await agent.useSettings({ ...defaultSettings, "model.path": "/nowhere/x.gguf" });
    assert.equal(agent.status().problem?.code, "model-missing");
    assert.match(agent.status().problem?.message ?? "", /\/nowhere\/x\.gguf/);
  });

  describe("a turn while it runs", () => {
    /** Waits for the first word of an answer without end. */
    const running = async () => {
      const { agent } = await open({ chunks: [chunk("half")], hang: true });
      const stop = new AbortController();
      const begun = Promise.withResolvers<string>();
      const onStream = (items: TurnStream[]): void => {
        for (const item of items)
          if ("event" in item && item.event.kind === "message_chunk") begun.resolve(item.turnId);
      };
      const ended = agent.startTurn({ sessionId: agent.newSession().id, prompt: prompt("go") }, onStream, stop.signal);
      return { agent, id: await begun.promise, ended, stop };
    };
    const codeOf = (result: { ok: boolean; failure?: { code: string } }): string | undefined => result.failure?.code;

    it("can be held, told something and limited, and not any more when it has ended", async () => {
      const { agent, id, ended, stop } = await running();
      const limit = { steps: 1, tokens: 0, ms: 0, wattHours: 0 };
      const reach = () => [agent.pauseTurn(id, true), agent.steerTurn(id, "shorter"), agent.limitTurn(id, limit)];
      assert.deepEqual(
        reach().map(({ ok }) => ok),
        [true, true, true],
      );
      assert.equal(codeOf(agent.feedback(id, { helpful: true, reason: "" })), "turn-running");
      stop.abort();
      const result = await ended;
      assert.ok(result.ok);
      assert.deepEqual([result.turn.state, result.turn.paused], ["stopped", false]);
      // Told at once: no model call ended that would have told it.
      assert.deepEqual(result.turn.budget?.limit, limit);
      assert.deepEqual(reach().map(codeOf), ["turn-not-running", "turn-not-running", "turn-not-running"]);
    });
  });

  it("takes the mode of the setting, or the one that is named, and keeps what the user fixed", async () => {
    const { agent } = await open({ chunks: [chunk("ok")] });
    const { id } = agent.newSession();
    assert.equal((await ask(agent, id, "hi")).mode, "ask");
    const override = { domain: "general", path: "simple", model: null } as const;
    const named = await agent.startTurn(
      { sessionId: id, prompt: prompt("hi"), mode: "agent", override },
      ignore,
      never,
    );
    assert.ok(named.ok);
    assert.deepEqual([named.turn.mode, named.turn.override], ["agent", override]);
    assert.deepEqual([named.turn.routing?.path, named.turn.routing?.source], ["simple", "user"]);
  });

  it("says the road of a request without a model, and keeps nothing of it", async () => {
    const { agent, engine } = await open({});
    const override = { domain: "coder", path: "specialised", model: null } as const;
    const routed = await agent.route({ prompt: prompt("hi"), override }, never);
    assert.ok(routed.ok);
    assert.deepEqual(
      [routed.routing.path, routed.routing.role, routed.routing.domain],
      ["specialised", "coder", "coder"],
    );
    assert.deepEqual([engine.prompts.length, agent.latestTurns(10).length], [0, 0]);
  });

  it("keeps what the user says of an answer, takes it back, and finds turns by the beginning of their ids", async () => {
    const { agent } = await open({ chunks: [chunk("ok")] });
    const { id: sessionId } = agent.newSession();
    const { id } = await ask(agent, sessionId, "hi");
    const feedback = { helpful: false, reason: "too short" };
    assert.ok(agent.feedback(id, feedback).ok);
    assert.deepEqual(agent.latestTurns(1, id.slice(0, 8))[0]?.feedback, feedback);
    assert.ok(agent.feedback(id, null).ok);
    assert.equal(agent.latestTurns(1)[0]?.feedback, null);
    assert.equal(agent.feedback("nope", null).ok, false);
    assert.deepEqual(agent.latestTurns(1, "nope"), []);
  });

  for (const endReason of ["limit", "no-progress"] as const)
    it(`goes on after a turn that ended with “${endReason}”, with as much again`, async () => {
      const store = await openStore(ports);
      const engine = createFakeEngine({ chunks: [chunk(" and half")] });
      const agent = await createFakeAgent(ports, engine, store);
      const path = join(ports.places.data, "fake.gguf");
      writeFileSync(path, "x");
      await agent.useSettings({ ...defaultSettings, "model.path": path, "agent.mode": "ask" });
      agents.push(agent);
      const session = agent.newSession();
      const budget = { used: { ...nothing, steps: 40 }, limit: { ...nothing, steps: 40 } };
      const start = { id: "t", sessionId: session.id, prompt: prompt("hi"), createdAt: 1 };
      const ended: Turn = { ...newTurn(start), state: "done", endReason, answer: "half", budget };
      store.startTurn({ ...ended, state: "running" }, session);
      store.endTurn(ended);
      const items: TurnStream[] = [];
      const resumed = await agent.resumeTurn("t", (more) => items.push(...more), never);
      assert.ok(resumed.ok, JSON.stringify(resumed));
      const { state, answer } = resumed.turn;
      assert.deepEqual([state, resumed.turn.endReason, answer], ["done", "end", "half and half"]);
      assert.equal(resumed.turn.budget?.used.steps, 1);
      const [first] = items;
      assert.ok(first && "turn" in first);
      assert.deepEqual([first.turn.state, first.turn.endReason], ["running", null]);
    });

  it("does not go on with what another window has brought to its end", async () => {
    const { agent } = await open({ chunks: [chunk("half")], hang: true });
    const stop = new AbortController();
    const onStream = (items: TurnStream[]): void => {
      if (items.some((item) => "event" in item && item.event.kind === "message_chunk")) stop.abort();
    };
    const request = { sessionId: agent.newSession().id, prompt: prompt("go") };
    const stopped = await agent.startTurn(request, onStream, stop.signal);
    assert.ok(stopped.ok && stopped.turn.state === "stopped");
    const other = await open({ chunks: [chunk(" and half")] });
    const ended = await other.agent.resumeTurn(stopped.turn.id, ignore, never);
    assert.ok(ended.ok && ended.turn.answer === "half and half");
    const refused = await agent.resumeTurn(stopped.turn.id, ignore, never);
    assert.equal(refused.ok || refused.failure.code, "turn-complete");
    assert.equal(agent.latestTurns(1)[0]?.answer, "half and half");
  });

  it("carries out the plan that a turn ended with, and no other turn that is done", async () => {
    const store = await openStore(ports);
    const engine = createFakeEngine({ chunks: [chunk("ok")] });
    const agent = await createFakeAgent(ports, engine, store);
    agents.push(agent);
    const { id } = agent.newSession();
    const done = await ask(agent, id, "hi");
    const refused = await agent.resumeTurn(done.id, ignore, never);
    assert.equal(refused.ok || refused.failure.code, "turn-complete");

    const step = { id: "s1", title: "Say it", domain: "general", after: [] as string[], readOnly: true } as const;
    const plan = { goal: "It is said", steps: [step], revision: 0 };
    const steps = [{ id: "s1", state: "waiting", model: null, attempt: 0, text: "" } as const];
    const planned: Turn = { ...done, id: "planned", mode: "plan", state: "running", plan, steps };
    const session = agent.listSessions(1)[0];
    assert.ok(session);
    store.startTurn(planned, session);
    store.endTurn({ ...planned, state: "done", endReason: "end" });
    const resumed = await agent.resumeTurn("planned", ignore, never);
    assert.ok(resumed.ok);
    assert.deepEqual([resumed.turn.mode, resumed.turn.state], ["agent", "done"]);
  });
});
