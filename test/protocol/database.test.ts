import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sessionList, sessionLoad, type Turn } from "../../src/protocol/session.ts";
import { type AgentProcess, askOnce, startAgent, statusIs } from "../support/agent-process.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";

const garbage = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251));

describe("the history of several windows", () => {
  let home: TestHome;

  beforeEach(() => {
    home = createTestHome();
  });

  afterEach(() => home.close());

  it("keeps each of 2 × 100 turns that are written at the same time", async () => {
    const settings = { "model.path": (await toyModels()).scripted };
    const agents = await Promise.all([startAgent({ home, settings }), startAgent({ home, settings })]);
    /** Ten chats of ten turns, one turn after the other. */
    const work = async (agent: AgentProcess) => {
      const written = [];
      for (let chat = 0; chat < 10; chat++) {
        const { id } = await agent.newSession();
        const turns = [];
        for (let turn = 0; turn < 10; turn++) turns.push(await agent.ask({ sessionId: id, text: "KW_SHORT" }).result);
        written.push({ id, turns });
      }
      return written;
    };
    const written = (await Promise.all(agents.map(work))).flat();
    assert.ok(written.every(({ turns }) => turns.every(({ state }) => state === "done")));

    const reader = await startAgent({ home, settings });
    assert.equal((await reader.request(sessionList, {})).sessions.length, 20);
    for (const { id, turns } of written) {
      assert.deepEqual((await reader.request(sessionLoad, { sessionId: id })).turns, turns);
    }
    for (const agent of [...agents, reader]) assert.doesNotMatch(agent.log(), /error/i);
  });

  it("begins in one database, however many windows start at once", async () => {
    const agents = await Promise.all(Array.from({ length: 4 }, () => startAgent({ home })));
    const sessions = await Promise.all(agents.map((agent) => agent.newSession()));
    for (const agent of agents) {
      for (const { id } of sessions) await agent.request(sessionLoad, { sessionId: id });
    }
  });
});

describe("a database", () => {
  let home: TestHome;
  let file: string;

  beforeEach(() => {
    home = createTestHome();
    file = join(home.data, "trivium.db");
  });

  afterEach(() => home.close());

  const setAside = (): string[] => readdirSync(home.data).filter((name) => /^trivium\.db\.damaged-\d+$/.test(name));

  /** A turn that is kept, but needs no model. */
  const keepTurn = async (agent: AgentProcess, text: string): Promise<Turn> => {
    await agent.useSettings({ "model.path": "missing.gguf" });
    const turn = await askOnce(agent, text);
    assert.equal(turn.failure?.code, "model-missing");
    return turn;
  };

  /** A database with a chat of some size, closed properly. */
  const makeDatabase = async (): Promise<Buffer> => {
    const agent = await startAgent({ home });
    await keepTurn(agent, "some words ".repeat(5_000));
    await agent.stop();
    return readFileSync(file);
  };

  const damages: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ["of garbage", async () => garbage],
    ["of NUL bytes", async () => Buffer.alloc(8_192)],
    [
      "that was cut short",
      async () => {
        const whole = await makeDatabase();
        truncateSync(file, whole.length / 2);
        return whole.subarray(0, whole.length / 2);
      },
    ],
    ["whose middle was overwritten", async () => Buffer.concat([(await makeDatabase()).subarray(0, 200), garbage])],
  ];

  for (const [what, damage] of damages) {
    it(`${what} is set aside whole, and the agent starts with a new one and says so`, async () => {
      const bytes = await damage();
      writeFileSync(file, bytes);
      const agent = await startAgent({ home });
      const [copy, ...others] = setAside();
      assert.ok(copy !== undefined && others.length === 0, readdirSync(home.data).join(" "));
      assert.ok(readFileSync(join(home.data, copy)).equals(bytes));
      await statusIs(agent, "a warning that names the copy", ({ health, problem }) => {
        return health === "warning" && problem?.code === "store-damaged" && problem.message.includes(copy);
      });
      const turn = await keepTurn(agent, "hi");
      await agent.stop();
      const again = await startAgent({ home });
      assert.deepEqual((await again.request(sessionLoad, { sessionId: turn.sessionId })).turns, [turn]);
      assert.deepEqual(setAside(), [copy]);
    });
  }

  it("that is damaged is set aside once when two windows find it", async () => {
    for (let round = 0; round < 3; round++) {
      writeFileSync(file, garbage);
      const before = setAside().length;
      const agents = await Promise.all([startAgent({ home }), startAgent({ home })]);
      const sessions = await Promise.all(agents.map((agent) => agent.newSession()));
      assert.equal(setAside().length, before + 1);
      for (const agent of agents) {
        for (const { id } of sessions) await agent.request(sessionLoad, { sessionId: id });
      }
      for (const agent of agents) await agent.stop();
    }
  });

  it("of a later version stops the agent with words, and stays as it is", async () => {
    const later = new DatabaseSync(file);
    later.exec("CREATE TABLE later (what TEXT); INSERT INTO later VALUES ('kept'); PRAGMA user_version = 99");
    later.close();
    const bytes = readFileSync(file);
    await assert.rejects(startAgent({ home }), /written by a later Trivium \(version 99\)/);
    assert.ok(readFileSync(file).equals(bytes));
    assert.deepEqual(readdirSync(home.data), ["trivium.db"]);
  });
});
