// The extension's own parts against the real agent, inside the extension host; the view is a list of what it was sent.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { type AgentHandle, createAgentHandle } from "../../src/extension/agent.ts";
import { createChatController } from "../../src/extension/features/chat/chat-controller.ts";
import { applyUpdate } from "../../src/protocol/apply-event.ts";
import type { Turn } from "../../src/protocol/session.ts";
import type { ToChatView } from "../../src/protocol/webview.ts";

const memory = (): vscode.Memento => {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.get(key) as T | undefined) ?? fallback, // as the real one, unchecked
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as vscode.Memento; // the overloads of get cannot be written as one arrow function
};

describe("the chat controller with the real agent", () => {
  let context: vscode.ExtensionContext;
  let agent: AgentHandle;
  let sent: ToChatView[];

  const messages = <T extends ToChatView["type"]>(type: T): Extract<ToChatView, { type: T }>[] =>
    sent.filter((message): message is Extract<ToChatView, { type: T }> => message.type === type);
  const lastTurn = (): Turn | undefined => messages("turn").at(-1)?.turn;
  const controller = () => createChatController(context, agent, (message) => sent.push(message));

  before(() => {
    const extension = vscode.extensions.getExtension("trivium.trivium");
    assert.ok(extension);
    const { extensionPath } = extension;
    context = { extensionPath, workspaceState: memory() } as unknown as vscode.ExtensionContext; // what the parts use of it
    agent = createAgentHandle(context);
  });
  beforeEach(() => {
    sent = [];
  });
  // Not disposed: its log is the same channel as the installed extension's.
  after(() => agent.stop());

  it("streams an answer whose updates make up the final record", async () => {
    await controller().ask("what can you do?", []);
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

  it("comes back to the chat it was in, and lists it", async () => {
    const again = controller();
    await again.refresh();
    assert.match(messages("state").at(-1)?.state.turns[0]?.answer ?? "", /explain a short function/);
    await again.listSessions();
    assert.equal(messages("sessions")[0]?.sessions[0]?.title, "what can you do?");
  });

  it("goes on with a turn that the window before left behind", async () => {
    const first = controller();
    await first.refresh();
    const turn = messages("state").at(-1)?.state.turns[0];
    assert.ok(turn);
    // A window that went away leaves this note; the turn itself is done, so nothing may run again.
    await context.workspaceState.update("trivium.running", { turnId: turn.id, at: Date.now() });
    sent = [];
    await controller().refresh();
    assert.deepEqual(messages("turn"), []);
  });

  it("shows a problem with a way out instead of failing silently", async () => {
    await controller().ask("   ", []);
    assert.match(messages("problem")[0]?.message ?? "", /prompt is empty/);
  });

  it("starts the agent again on request, and the chat goes on", async () => {
    const before = messages("problem").length;
    await agent.restart();
    await controller().ask("hello", []);
    assert.equal(lastTurn()?.state, "done");
    assert.equal(messages("problem").length, before);
  });
});
