import assert from "node:assert/strict";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { sessionDelete, sessionList, sessionLoad } from "../../src/protocol/session.ts";
import { TriviumCapability } from "../../src/protocol/status.ts";
import { turnResume, turnStart } from "../../src/protocol/turn.ts";
import { type AgentProcess, askOnce, errorOf, failureOf, startAgent, statusIs } from "../support/agent-process.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { within } from "../support/waiting.ts";

const unknownId = "00000000-dead-beef";

/** The bodies of a stream of messages; fails at the first byte that is not part of one. */
const messagesIn = (bytes: Buffer): unknown[] => {
  const messages: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = /^(?:[A-Za-z-]+: [^\r\n]+\r\n)+\r\n/.exec(bytes.toString("latin1", at, at + 200))?.[0];
    const length = /Content-Length: (\d+)/.exec(header ?? "")?.[1];
    assert.ok(header && length, `no message at byte ${at}: ${bytes.toString("utf8", at, at + 100)}`);
    const start = at + header.length;
    at = start + Number(length);
    messages.push(JSON.parse(bytes.toString("utf8", start, at)));
  }
  return messages;
};

describe("an editor's conversation with the agent", () => {
  let home: TestHome;
  let agent: AgentProcess;

  before(async () => {
    home = createTestHome();
    agent = await startAgent({ home, settings: { "model.path": (await toyModels()).scripted } });
  });

  after(() => home.close());

  it("begins with a capability that says what the agent can do", () => {
    const { initialized } = agent;
    assert.ok(typeof initialized === "object" && initialized !== null && "capabilities" in initialized);
    const { capabilities } = initialized;
    assert.ok(typeof capabilities === "object" && capabilities !== null && "experimental" in capabilities);
    const { experimental } = capabilities;
    assert.ok(typeof experimental === "object" && experimental !== null && "trivium" in experimental);
    const capability = parse(TriviumCapability, experimental.trivium);
    assert.ok(capability.ok);
    assert.equal(capability.value.sessions, true);
    assert.equal(capability.value.turns, true);
    assert.match(capability.value.version, /^\d+\.\d+\.\d+/);
  });

  it("tells the status after initialized, with the model that the settings name", async () => {
    await statusIs(agent, "a first status", ({ model }) => model?.name === "scripted");
    assert.deepEqual([agent.statuses[0]?.health, agent.statuses[0]?.problem], ["ok", null]);
  });

  it("tells when it works and when it rests", async () => {
    const seen = agent.statuses.length;
    await askOnce(agent, "KW_SHORT");
    await statusIs(agent, "a resting status", ({ quiescent }) => quiescent);
    assert.ok(agent.statuses.slice(seen).some(({ quiescent }) => !quiescent));
    assert.equal(agent.statuses.at(-1)?.model?.loaded, true);
  });

  it("answers wrong parameters with −32602 and the fields that are wrong", async () => {
    const wrong: readonly (readonly [string, unknown, RegExp])[] = [
      [turnStart.method, { sessionId: 7, prompt: { text: "hi", attachments: [] } }, /^sessionId: /],
      [turnStart.method, { sessionId: "a", prompt: { text: "hi" } }, /^prompt\.attachments: /],
      [turnStart.method, { sessionId: "a" }, /^prompt: /],
      [turnResume.method, {}, /^turnId: /],
      [sessionLoad.method, { sessionId: null }, /^sessionId: /],
      [sessionList.method, { limit: 0 }, /^limit: /],
      [sessionList.method, { limit: 1.5 }, /^limit: /],
    ];
    for (const [method, params, issue] of wrong) {
      const error = await errorOf(agent.raw(method, params));
      assert.equal(error.code, -32602, method);
      assert.ok(error.data instanceof Object && "issues" in error.data && Array.isArray(error.data.issues));
      assert.match(String(error.data.issues[0]), issue);
      assert.match(error.message, new RegExp(`^${method}: `));
    }
  });

  it("answers an unknown method with −32601", async () => {
    const error = await errorOf(agent.raw("session/fly", {}));
    assert.equal(error.code, -32601);
  });

  it("names an unknown session and what to do next", async () => {
    const prompt = { text: "hi", attachments: [] };
    const answers = [
      agent.request(sessionLoad, { sessionId: unknownId }),
      agent.request(sessionDelete, { sessionId: unknownId }),
      agent.request(turnStart, { sessionId: unknownId, prompt }),
    ];
    for (const answer of answers) {
      const { code, message, next } = await failureOf(answer);
      assert.deepEqual([code, next], ["unknown-session", ["new-chat"]]);
      assert.ok(message.includes(unknownId));
    }
  });

  it("names an unknown turn and what to do next", async () => {
    const { id } = await agent.newSession();
    const answers = [
      agent.request(turnResume, { turnId: unknownId }),
      agent.ask({ sessionId: id, text: "hi", replaces: unknownId }).result,
    ];
    for (const answer of answers) {
      const { code, message, next } = await failureOf(answer);
      assert.deepEqual([code, next], ["unknown-turn", ["new-chat"]]);
      assert.ok(message.includes(unknownId));
    }
  });

  it("refuses to replace a turn of another session", async () => {
    const other = await askOnce(agent, "KW_SHORT");
    const { id } = await agent.newSession();
    const { code } = await failureOf(agent.ask({ sessionId: id, text: "hi", replaces: other.id }).result);
    assert.equal(code, "unknown-turn");
    const { turns } = await agent.request(sessionLoad, { sessionId: other.sessionId });
    assert.equal(turns.length, 1);
  });

  it("refuses an empty prompt and keeps nothing of it", async () => {
    const { id } = await agent.newSession();
    for (const text of ["", " \n\t "]) {
      const { code } = await failureOf(agent.ask({ sessionId: id, text }).result);
      assert.equal(code, "prompt-empty");
    }
    const { turns } = await agent.request(sessionLoad, { sessionId: id });
    assert.deepEqual(turns, []);
  });

  it("refuses a second turn in a session that is still answering, and leaves the first alone", async () => {
    const { id } = await agent.newSession();
    const first = agent.ask({ sessionId: id, text: "KW_FOREVER" });
    await first.when("its first words", ({ kind }) => kind === "message_chunk");
    const { code, next } = await failureOf(agent.ask({ sessionId: id, text: "KW_SHORT" }).result);
    assert.deepEqual([code, next], ["turn-running", ["new-chat"]]);
    first.stop();
    assert.equal((await within(5_000, "the stop", first.result)).state, "stopped");
  });

  it("keeps sessions: new, listed with the latest first, loaded, deleted", async () => {
    const older = await askOnce(agent, "KW_SHORT the older one\nand more");
    const newer = await askOnce(agent, "KW_SHORT the newer one");
    const empty = await agent.newSession();
    const { sessions } = await agent.request(sessionList, {});
    assert.deepEqual(
      sessions.slice(0, 2).map(({ id, title }) => [id, title]),
      [
        [newer.sessionId, "KW_SHORT the newer one"],
        [older.sessionId, "KW_SHORT the older one"],
      ],
    );
    assert.ok(!sessions.some(({ id }) => id === empty.id), "a session without turns is listed");
    assert.equal((await agent.request(sessionList, { limit: 1 })).sessions.length, 1);

    const loaded = await agent.request(sessionLoad, { sessionId: older.sessionId });
    assert.deepEqual(loaded.turns, [older]);
    assert.deepEqual(await agent.request(sessionDelete, { sessionId: older.sessionId }), {});
    const { code } = await failureOf(agent.request(sessionLoad, { sessionId: older.sessionId }));
    assert.equal(code, "unknown-session");
    assert.equal((await failureOf(agent.request(turnResume, { turnId: older.id }))).code, "unknown-turn");
  });

  it("ends the answer of a session that is deleted meanwhile", async () => {
    const { id } = await agent.newSession();
    const turn = agent.ask({ sessionId: id, text: "KW_FOREVER" });
    await turn.when("its first words", ({ kind }) => kind === "message_chunk");
    await agent.request(sessionDelete, { sessionId: id });
    assert.equal((await within(5_000, "the turn's end", turn.result)).state, "stopped");
    assert.equal((await failureOf(agent.request(sessionLoad, { sessionId: id }))).code, "unknown-session");
  });

  it("remembers the first turn in the second", async () => {
    const { id } = await agent.newSession();
    const first = await agent.ask({ sessionId: id, text: "KW_SHORT" }).result;
    const second = await agent.ask({ sessionId: id, text: "and again" }).result;
    // Without a keyword of its own the second question gets the answer of the latest one in the conversation.
    assert.deepEqual([first.answer, second.answer], [expectedAnswers.KW_SHORT, expectedAnswers.KW_SHORT]);
    assert.ok((second.usage?.promptTokens ?? 0) > (first.usage?.promptTokens ?? 0));
    const { turns } = await agent.request(sessionLoad, { sessionId: id });
    assert.deepEqual(turns, [first, second]);
  });

  it("puts a retry in the place of the turn that it replaces", async () => {
    const { id } = await agent.newSession();
    const first = await agent.ask({ sessionId: id, text: "KW_SHORT" }).result;
    const again = await agent.ask({ sessionId: id, text: "KW_JSON", replaces: first.id }).result;
    assert.equal(again.answer, expectedAnswers.KW_JSON);
    const { turns } = await agent.request(sessionLoad, { sessionId: id });
    assert.deepEqual(turns, [again]);
  });

  it("keeps the title of a session through retries", async () => {
    const first = await askOnce(agent, "KW_SHORT first words");
    await agent.ask({ sessionId: first.sessionId, text: "KW_JSON", replaces: first.id }).result;
    const { session } = await agent.request(sessionLoad, { sessionId: first.sessionId });
    assert.equal(session.title, "KW_SHORT first words");
  });
});

describe("an agent on standard input and output", () => {
  let home: TestHome;

  beforeEach(() => {
    home = createTestHome();
  });

  afterEach(() => home.close());

  it("writes messages to standard output and nothing else, also while models load and fail to", async () => {
    const models = await toyModels();
    const agent = await startAgent({ home, settings: { "model.path": models.scripted }, transport: "stdio" });
    assert.equal((await askOnce(agent, "KW_UNICODE")).answer, expectedAnswers.KW_UNICODE);
    for (const path of [models.bert, "", models.qwen2]) {
      await agent.useSettings({ "model.path": path, "generation.maxTokens": 4 });
      await askOnce(agent, "Hello");
    }
    await agent.stop();
    const messages = messagesIn(agent.stdout());
    assert.ok(messages.length > 10);
    for (const message of messages) assert.ok(message instanceof Object && "jsonrpc" in message);
  });

  it("ignores settings that are no settings, and works with the others", async () => {
    const { scripted } = await toyModels();
    const agent = await startAgent({ home, transport: "stdio" });
    const wrong = { "model.path": scripted, "model.threads": "many", "generation.temperature": 99 };
    // The point is a client that sends what the types forbid.
    await agent.useSettings(wrong as unknown as Parameters<AgentProcess["useSettings"]>[0]);
    assert.equal((await askOnce(agent, "KW_SHORT")).answer, expectedAnswers.KW_SHORT);
    assert.match(agent.log(), /trivium\.model\.threads/);
    assert.match(agent.log(), /trivium\.generation\.temperature/);
  });
});
