import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createFakeAgent,
  createFakeEngine,
  createTestPorts,
  type TestPorts,
} from "../../../test/support/fake-agent.ts";
import { createHandClock, namedModel, noLimit } from "../../../test/support/flow-turn.ts";
import { createRoleEngine, type RoleEngine, type RoleScript } from "../../../test/support/role-engine.ts";
import { applyEvent } from "../../protocol/apply-event.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import type { Turn } from "../../protocol/session.ts";
import { defaultSettings, type Settings } from "../../protocol/settings.ts";
import type { TurnStream } from "../../protocol/turn.ts";
import type { Agent, TurnRequest } from "../agent.ts";
import { type Control, createControl } from "../flow/control.ts";
import { type RunParts, run } from "../flow/run.ts";
import type { Engine, OpenModel } from "../inference/engine.ts";
import { loadClassifier } from "../router/load-classifier.ts";
import { createRouter } from "../router/router.ts";
import type { JournalEntry, JournalRun } from "../store/journal.ts";
import { openStore, type Store } from "../store/store.ts";
import { recordParts } from "./record-run.ts";
import { replayRun } from "./replay-run.ts";

const never = new AbortController().signal;
const ignore = (): void => undefined;

const step = (id: string, title: string, after: string[] = []) => ({
  ...{ id, title, after },
  domain: "general",
  readOnly: true,
});

/** Two steps beside each other, and one that needs both. */
const planning: RoleScript["answers"] = {
  planner: [
    { json: { goal: "A report", steps: [step("s1", "Read"), step("s2", "Think"), step("s3", "Write", ["s1", "s2"])] } },
  ],
  critic: [{ json: { accept: true, problem: "", hint: "", score: 9 } }],
  executor: ({ told }) => `done ${told.length}`,
  answerer: ["The report is written."],
};
const complex: Partial<TurnRequest> = { override: { domain: "general", path: "complex", model: null }, mode: "agent" };
const simple: Partial<TurnRequest> = { override: { domain: "general", path: "simple", model: null } };

const noUsage = {
  ...{ promptTokens: 1, completionTokens: 1, cachedTokens: 0 },
  ...{ contextSize: 1, firstTokenMs: 1, tokensPerSecond: 1 },
};

interface Recorded {
  readonly engine: Engine;
  readonly clock?: RunParts["clock"];
  readonly control?: Control;
}

describe("the runs of turns", () => {
  let ports: TestPorts;
  let store: Store;
  let agents: Agent[];

  const open = async (script: RoleScript, settings: Partial<Settings> = {}): Promise<[Agent, RoleEngine]> => {
    const engine = createRoleEngine(script);
    store = await openStore(ports);
    const agent = await createFakeAgent(ports, { ...createFakeEngine({}), ...engine }, store);
    const path = join(ports.places.data, "fake.gguf");
    writeFileSync(path, "x"); // not the starter, which has rules of its own
    await agent.useSettings({ ...defaultSettings, "model.path": path, "agent.mode": "ask", ...settings });
    agents.push(agent);
    return [agent, engine];
  };
  const ask = async (agent: Agent, text: string, more: Partial<TurnRequest> = {}, onStream: OnItems = ignore) => {
    const prompt = { text, attachments: [] };
    const sessionId = more.sessionId ?? agent.newSession().id;
    const result = await agent.startTurn({ ...simple, ...more, sessionId, prompt }, onStream, never);
    assert.ok(result.ok, "the turn was refused");
    return result.turn;
  };
  type OnItems = (items: TurnStream[]) => void;
  const stopAtFirstWord = async (agent: Agent, text: string, sessionId = agent.newSession().id) => {
    const stop = new AbortController();
    const onStream = (items: TurnStream[]): void => {
      if (items.some((item) => "event" in item && item.event.kind === "message_chunk")) stop.abort();
    };
    const prompt = { text, attachments: [] };
    const stopped = await agent.startTurn({ ...simple, sessionId, prompt }, onStream, stop.signal);
    assert.ok(stopped.ok);
    assert.equal(stopped.turn.state, "stopped");
    return stopped.turn;
  };
  const replay = async (agent: Agent, turn: Turn) => {
    const replayed = await agent.replay(turn.id, never);
    assert.ok(replayed.ok, JSON.stringify(replayed));
    return replayed;
  };

  /** A turn of the flow alone, recorded and then replayed. */
  const recorded = async ({ engine, clock = createHandClock(), control = createControl(noLimit) }: Recorded) => {
    const { classifier, weights } = await loadClassifier(ports);
    const router = createRouter(classifier, clock);
    const model = namedModel("m");
    const parts: RunParts = {
      chainOf: async () => ({ ok: true, chain: [model], settings: defaultSettings }),
      engineOf: () => engine,
      ...{ router, control, clock, cores: 2, isLoaded: () => false },
    };
    const start: Turn = {
      ...newTurn({ id: "t", sessionId: "s", prompt: { text: "hi", attachments: [] }, createdAt: 0 }),
      override: { domain: "general", path: "simple", model: null },
    };
    const request = { turn: start, settings: defaultSettings, workspace: null };
    const entries: JournalEntry[] = [];
    const keep = (entry: JournalEntry) => void entries.push(structuredClone(entry));
    const events = run({ ...request, history: [] }, recordParts(parts, { keep, fingerprintOf: () => null }), never);
    let turn = start;
    for (let step = await events.next(); ; step = await events.next()) {
      if (step.done) {
        turn = { ...turn, ...step.value };
        break;
      }
      turn = applyEvent(turn, step.value);
    }
    const kept = { start: { ...request, history: [], cores: 2, routerWeights: weights }, entries };
    const { differences } = await replayRun({ run: kept, ended: turn }, { router, routerWeights: weights }, never);
    return { turn, differences };
  };

  beforeEach(() => {
    ports = createTestPorts();
    agents = [];
  });
  afterEach(async () => {
    for (const agent of agents) await agent.close();
    ports.remove();
  });

  it("keep every question with its answer, its role and the seed that was drawn", async () => {
    const [agent, engine] = await open({ answers: { answerer: ["Hello."] } });
    const turn = await ask(agent, "hi");
    const shown = agent.run(turn.id);
    assert.ok(shown.ok);
    const [call, ...others] = shown.run.calls;
    assert.equal(others.length, 0);
    assert.deepEqual([call?.role, call?.text, call?.endReason], ["answerer", "Hello.", "end"]);
    assert.deepEqual(call?.messages, engine.asked[0]?.request.messages);
    const seed = call?.sampling.seed;
    assert.ok(typeof seed === "number" && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31);
    assert.equal(engine.asked[0]?.request.sampling.seed, seed);
  });

  it("name the role that was asked, whichever chain its model is from", async () => {
    const accepted = { accept: true, where: null, problem: "", hint: "", score: 9 };
    const steps = (["coder", "math"] as const).map((domain, at) => ({
      ...{ id: `s${at + 1}`, title: `Do ${domain}`, domain, after: [], readOnly: true },
    }));
    const [agent] = await open(
      {
        answers: {
          planner: [{ json: { goal: "It is done", steps } }],
          critic: Array.from({ length: 4 }, () => ({ json: accepted })),
          executor: ["This is done as it should be.", "That is done as well, in its own way."],
          answerer: ["All is done."],
        },
      },
      { "agent.mode": "agent" },
    );
    const turn = await ask(agent, "Do it all", { override: { domain: "coder", path: "complex", model: null } });
    const shown = agent.run(turn.id);
    assert.ok(shown.ok);
    const rolesIn = (some: readonly { readonly role: string }[]): string[] => some.map(({ role }) => role).sort();
    assert.deepEqual(rolesIn(shown.run.calls), rolesIn(turn.receipts));
    assert.equal(shown.run.calls.filter(({ role }) => role === "executor").length, 2);
  });

  it("can be repeated without the model: a simple one with its history", async () => {
    const [agent, engine] = await open({ answers: { answerer: ["One.", "Two."] } });
    const first = await ask(agent, "first");
    const second = await ask(agent, "second", { sessionId: first.sessionId });
    const { turn, differences } = await replay(agent, second);
    assert.deepEqual([turn.answer, differences], ["Two.", []]);
    assert.equal(engine.asked.length, 2);
  });

  it("can be repeated: one whose limit changed during a call", async () => {
    let id = "";
    const onAsk: RoleScript["onAsk"] = ({ role }) => {
      if (role === "answerer") assert.ok(agent.limitTurn(id, { ...noLimit, tokens: 100_000 }).ok);
    };
    const [agent] = await open({ answers: { answerer: ["A fine answer."] }, onAsk }, { "agent.maxTokens": 1_000 });
    const onStream: OnItems = ([item]) => {
      if (item && "turn" in item) id = item.turn.id;
    };
    const turn = await ask(agent, "hi", {}, onStream);
    assert.deepEqual([turn.answer, turn.budget?.limit.tokens], ["A fine answer.", 100_000]);
    assert.deepEqual((await replay(agent, turn)).differences, []);
  });

  it("can be repeated: one whose limit a timer lowered in the middle of a call, and raised again", async () => {
    const clock = createHandClock();
    const engine = createRoleEngine({
      answers: { answerer: [{ stall: "half" }] },
      onAsk: () => {
        for (const limit of [
          { ...noLimit, ms: 60_000 },
          { ...noLimit, ms: 2_500 },
        ]) {
          control.setLimit(limit);
          clock.move(1_500);
        }
      },
    });
    const control = createControl({ ...noLimit, ms: 30_000 });
    const ended = await recorded({ engine, clock, control });
    assert.deepEqual([ended.turn.endReason, ended.turn.budget?.used.ms, ended.differences], ["limit", 3_000, []]);
  });

  it("can be repeated: one that went in circles, whose model went on after it was stopped", async () => {
    const engine = createRoleEngine({ answers: { answerer: ["x"] } });
    const open: typeof engine.open = async (...args) => {
      const opened = await engine.open(...args);
      if (!opened.ok) return opened;
      const generate: OpenModel["generate"] = async (_request, onProgress, signal) => {
        for (let pieces = 0; pieces < 2_000 && !signal.aborted; pieces++)
          onProgress({ kind: "chunk", text: "The same forty characters again and again. ", thought: "" });
        onProgress({ kind: "chunk", text: "LATE", thought: "" });
        return { ok: true, endReason: null, usage: noUsage, confidence: null, calls: [] };
      };
      return { ok: true, open: { ...opened.open, generate } };
    };
    const ended = await recorded({ engine: { ...engine, open } });
    assert.deepEqual([ended.turn.endReason, ended.differences], ["no-progress", []]);
    assert.ok(!ended.turn.answer.includes("LATE"));
  });

  it("can be repeated as they were when an earlier turn has changed since", async () => {
    const answers = { answerer: [{ stall: "One" }, "Two.", ", and a half."] };
    const [agent] = await open({ answers });
    const first = await stopAtFirstWord(agent, "first");
    const second = await ask(agent, "second", { sessionId: first.sessionId });
    const resumed = await agent.resumeTurn(first.id, ignore, never);
    assert.ok(resumed.ok && resumed.turn.answer === "One, and a half.");
    const { turn, differences } = await replay(agent, second);
    assert.deepEqual([turn.answer, differences], ["Two.", []]);
  });

  it("can be repeated: one with a plan, steps beside each other and a critic", async () => {
    const [agent, engine] = await open({ answers: planning });
    const ended = await ask(agent, "Make a report", complex);
    assert.deepEqual([ended.state, ended.steps.map(({ state }) => state)], ["done", ["done", "done", "done"]]);
    const count = engine.asked.length;
    const { turn, differences } = await replay(agent, ended);
    assert.deepEqual([turn.answer, turn.plan, turn.steps, differences], [ended.answer, ended.plan, ended.steps, []]);
    assert.equal(engine.asked.length, count, "the replay asked a model");
  });

  it("can be repeated: one that was stopped, and one that went on", async () => {
    const [agent] = await open({ answers: { answerer: [{ stall: "half" }, " and half"] } });
    const stopped = await stopAtFirstWord(agent, "go");
    assert.deepEqual((await replay(agent, stopped)).differences, []);
    const resumed = await agent.resumeTurn(stopped.id, ignore, never);
    assert.ok(resumed.ok);
    assert.equal(resumed.turn.answer, "half and half");
    assert.deepEqual((await replay(agent, resumed.turn)).differences, []);
    const shown = agent.run(resumed.turn.id);
    assert.ok(shown.ok);
    assert.deepEqual(
      shown.run.calls.map(({ text, endReason }) => [text, endReason]),
      [
        ["half", null],
        [" and half", "end"],
      ],
    );
  });

  it("can be repeated: one in which the user spoke, and one that a limit ended", async () => {
    let id = "";
    const onAsk: RoleScript["onAsk"] = ({ role }) => {
      if (role !== "planner" || id === "") return;
      assert.ok(agent.steerTurn(id, "in two sentences").ok);
      id = "";
    };
    const [agent] = await open({ answers: planning, onAsk });
    const onStream: OnItems = ([item]) => {
      if (item && "turn" in item) id = item.turn.id;
    };
    const spoken = await ask(agent, "Make a report", complex, onStream);
    assert.deepEqual(spoken.steering, ["in two sentences"]);
    assert.deepEqual((await replay(agent, spoken)).differences, []);

    await agent.useSettings({
      ...defaultSettings,
      "model.path": join(ports.places.data, "fake.gguf"),
      "agent.maxSteps": 3,
    });
    const limited = await ask(agent, "Make a report", complex);
    assert.equal(limited.endReason, "limit");
    assert.deepEqual((await replay(agent, limited)).differences, []);
  });

  describe("when the recording or the flow has changed", () => {
    const replayed = async (change: (run: JournalRun) => JournalRun) => {
      const [agent] = await open({ answers: { answerer: ["Hello."] } });
      const ended = await ask(agent, "hi");
      const [run] = store.journal.runs(ended.id);
      assert.ok(run);
      const { classifier, weights } = await loadClassifier(ports);
      const parts = { router: createRouter(classifier, ports.clock), routerWeights: weights };
      return replayRun({ run: change(run), ended }, parts, never);
    };

    it("say in what the answer differs", async () => {
      const { turn, differences } = await replayed((run) => ({
        ...run,
        entries: run.entries.map((entry) =>
          entry.kind === "call" && entry.call.method === "generate"
            ? { ...entry, call: { ...entry.call, progress: [{ kind: "chunk", text: "Howdy.", thought: "" }] } }
            : entry,
        ),
      }));
      assert.equal(turn.answer, "Howdy.");
      assert.deepEqual(differences, ["the answer was “Hello.” and is “Howdy.”"]);
    });

    it("name a question that was not asked then, and end there", async () => {
      const { turn, differences } = await replayed((run) => {
        const prompt = { text: "something else", attachments: [] };
        return { ...run, start: { ...run.start, turn: { ...run.start.turn, prompt } } };
      });
      assert.equal(turn.state, "stopped");
      assert.match(differences[0] ?? "", /^A model was asked something that was not asked then\..*something else/s);
    });

    it("name other weights of the router", async () => {
      const { differences } = await replayed((run) => ({ ...run, start: { ...run.start, routerWeights: "others" } }));
      assert.deepEqual(differences, ["The router has other weights now than it had then."]);
    });
  });

  it("are kept no longer than their chat", async () => {
    const [agent] = await open({ answers: { answerer: ["Hello."] } });
    const turn = await ask(agent, "hi");
    await agent.deleteSession(turn.sessionId);
    assert.deepEqual(store.journal.runs(turn.id), []);
    const shown = agent.run(turn.id);
    assert.equal(shown.ok || shown.failure.code, "unknown-turn");
  });

  it("cost nothing but themselves when they cannot be kept", async () => {
    const [agent] = await open({ answers: { answerer: ["Hello."] } });
    store.journal.begin = () => {
      throw new Error("disk full");
    };
    const turn = await ask(agent, "hi");
    assert.equal(turn.answer, "Hello.");
    const shown = agent.run(turn.id);
    assert.equal(shown.ok || shown.failure.code, "run-not-kept");
  });

  it("are not taken for each other: an earlier one does not stand for one that could not be kept", async () => {
    const [agent] = await open({ answers: { answerer: [{ stall: "half" }, " and half"] } });
    const stopped = await stopAtFirstWord(agent, "go");
    store.journal.begin = () => {
      throw new Error("disk full");
    };
    const resumed = await agent.resumeTurn(stopped.id, ignore, never);
    assert.ok(resumed.ok && resumed.turn.answer === "half and half");
    const replayed = await agent.replay(stopped.id, never);
    assert.equal(replayed.ok || replayed.failure.code, "run-not-kept");
  });

  it("show no secret, while what is kept is whole, so that they can be repeated", async () => {
    const secret = `sk-${"a1B2c3D4e5".repeat(3)}`;
    const [agent] = await open({ answers: { answerer: [`I have read ${secret}.`] } });
    const turn = await ask(agent, `KEY is ${secret}`);
    const shown = agent.run(turn.id);
    assert.ok(shown.ok && shown.run.calls.length === 1);
    const { turn: again, differences } = await replay(agent, turn);
    assert.deepEqual([again.answer, differences], ["I have read [redacted].", []]);
    assert.ok(!JSON.stringify([shown.run, again]).includes(secret));
    assert.ok(turn.answer.includes(secret));
  });
});
