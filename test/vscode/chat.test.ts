// The extension's own parts against the real agent, inside the extension host; the view is a list of what it was sent.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { type AgentHandle, createAgentHandle } from "../../src/extension/agent.ts";
import { createConversation } from "../../src/extension/features/chat/conversation.ts";
import { readRun } from "../../src/extension/features/chat/run-reader.ts";
import { applyUpdate } from "../../src/protocol/apply-event.ts";
import { sessionLoad, type Turn } from "../../src/protocol/session.ts";
import { turnPause } from "../../src/protocol/turn.ts";
import type { ToChatView } from "../../src/protocol/webview.ts";

const until = async (test: () => boolean): Promise<void> => {
  for (let waited = 0; !test(); waited += 10) {
    if (waited > 15_000) throw new Error("not within 15 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const memory = (): vscode.Memento => {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.get(key) as T | undefined) ?? fallback, // as the real one, unchecked
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as vscode.Memento; // the overloads of get cannot be written as one arrow function
};

const noSecrets: vscode.SecretStorage = {
  get: async () => undefined,
  keys: async () => [],
  store: async () => undefined,
  delete: async () => undefined,
  onDidChange: () => ({ dispose: () => undefined }),
};

describe("a conversation with the real agent", () => {
  let context: vscode.ExtensionContext;
  let agent: AgentHandle;
  let sent: ToChatView[];

  const messages = <T extends ToChatView["type"]>(type: T): Extract<ToChatView, { type: T }>[] =>
    sent.filter((message): message is Extract<ToChatView, { type: T }> => message.type === type);
  const lastTurn = (): Turn | undefined => messages("turn").at(-1)?.turn;
  const conversation = () => createConversation(context, agent, (message) => sent.push(message));

  before(() => {
    const extension = vscode.extensions.getExtension("trivium.trivium");
    assert.ok(extension);
    const { extensionPath } = extension;
    context = { extensionPath, workspaceState: memory(), secrets: noSecrets } as unknown as vscode.ExtensionContext; // what the parts use of it
    agent = createAgentHandle(context);
  });
  beforeEach(() => {
    sent = [];
  });
  // Not disposed: its log is the same channel as the installed extension's.
  after(() => agent.stop());

  it("streams an answer whose updates make up the final record", async () => {
    await conversation().ask("what can you do?", [], "agent");
    const turn = lastTurn();
    assert.equal(turn?.state, "done");
    assert.match(turn.answer, /explain a short function/);
    const start = messages("turn")[0]?.turn;
    assert.ok(start);
    const streamed = messages("updates")
      .flatMap(({ updates }) => updates)
      .reduce(applyUpdate, start);
    assert.equal(streamed.answer, turn.answer);
    assert.deepEqual(messages("problem"), []);
  });

  it("keeps what is said of an answer, and shows how its turn ran", async () => {
    const again = conversation();
    await again.refresh();
    const turnId = again.lastTurnId();
    assert.ok(turnId);
    await again.rate(turnId, { helpful: true, reason: "" });
    assert.deepEqual(lastTurn()?.feedback, { helpful: true, reason: "" });
    const text = await readRun(await agent.client(), turnId);
    assert.match(text, /^## Prompt\n\n```\nwhat can you do\?\n```$/m);
    assert.match(text, /^## Model calls$/m);
    await again.tell(turnPause, { turnId, paused: true });
    assert.equal(messages("problem").length, 1, "a turn that has ended cannot be held");
  });

  it("comes back to the chat it was in, and lists it", async () => {
    const again = conversation();
    await again.refresh();
    assert.match(messages("state").at(-1)?.state.turns[0]?.answer ?? "", /explain a short function/);
    await again.listSessions();
    assert.equal(messages("sessions")[0]?.sessions[0]?.title, "what can you do?");
  });

  it("goes on with the turn that the window before left behind, and only with that", async () => {
    // The window goes away as soon as its turn has begun: its agent ends, and the note in its memory stays.
    let note: unknown;
    let gone: Promise<void> | undefined;
    const before = createConversation(context, agent, (message) => {
      sent.push(message);
      if (message.type !== "turn" || gone) return;
      note = context.workspaceState.get("trivium.running");
      gone = agent.stop();
    });
    await before.ask("what can you do?", [], "agent");
    await gone;
    const left = lastTurn();
    assert.ok(left);
    const client = await agent.client();
    const { turns } = await client.request(sessionLoad, { sessionId: left.sessionId });
    assert.equal(turns.at(-1)?.state, "interrupted");

    await context.workspaceState.update("trivium.running", note);
    sent = [];
    await conversation().refresh();
    await until(() => lastTurn()?.state === "done");
    assert.equal(lastTurn()?.id, left.id);

    sent = [];
    await context.workspaceState.update("trivium.running", { turnId: left.id, at: Date.now() });
    await conversation().refresh();
    assert.deepEqual(messages("turn"), [], "a turn that is done does not run again");
  });

  it("shows a problem with a way out instead of failing silently", async () => {
    await conversation().ask("   ", [], "agent");
    assert.match(messages("problem")[0]?.message ?? "", /prompt is empty/);
  });

  it("starts the agent again on request, and the chat goes on", async () => {
    const before = messages("problem").length;
    await agent.restart();
    await conversation().ask("hello", [], "agent");
    assert.equal(lastTurn()?.state, "done");
    assert.equal(messages("problem").length, before);
  });
});
