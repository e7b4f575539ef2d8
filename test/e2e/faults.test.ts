// What the person sees when something goes wrong, in the real workbench, and that the way out works.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { writeMachineSettings } from "../../scripts/editor/profile.ts";
import { type ToyModels, writeToyModels } from "../../scripts/gguf/toy-models.ts";
import { hostPidFile } from "../../src/protocol/model-host.ts";
import { type ChatPage, openChatPage, until } from "../support/chat-page.ts";
import { findProcesses } from "../support/find-process.ts";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

const text = async (turn: import("playwright-core").Locator): Promise<string> =>
  (await turn.getByTestId("answer").textContent()) ?? "";

describe("when something goes wrong", () => {
  let models: ToyModels;
  let workbench: Workbench;
  let chat: ChatPage;

  before(async () => {
    models = await writeToyModels(join(root, ".build", "toy-models"));
    workbench = await openWorkbench({ machineSettings: { "trivium.model.path": models.scriptedSlow } });
    await workbench.showChat();
    chat = openChatPage(workbench.chat);
  });
  after(() => workbench?.stop());

  it("keeps what was written when the model host is killed, and continues", async () => {
    const turn = await chat.ask("KW_LONG");
    await until("some lines", async () => (await text(turn)).includes("line 0020"));
    process.kill(Number(readFileSync(join(workbench.runtimeDir, hostPidFile), "utf8")), "SIGKILL");
    const kept = await chat.answerWhen(turn, "failed");
    assert.ok(kept.includes("line 0020"));
    await turn
      .getByTestId("failure")
      .getByText(/The model host stopped/)
      .waitFor();
    await turn.getByRole("button", { name: "Continue" }).click();
    assert.ok((await chat.answerWhen(turn, "done")).includes("line 0400"));
  });

  it("keeps what was written when the agent is killed, starts it again, and continues", async () => {
    await chat.newChat();
    const turn = await chat.ask("KW_LONG");
    await until("some lines", async () => (await text(turn)).includes("line 0020"));
    const [agent] = findProcesses("agent.mjs", workbench.triviumHome);
    assert.ok(agent, "the agent runs");
    process.kill(agent, "SIGKILL");
    const kept = await chat.answerWhen(chat.turns.first(), "interrupted");
    assert.ok(kept.includes("line 0020"));
    await chat.turns.first().getByRole("button", { name: "Continue" }).click();
    assert.ok((await chat.answerWhen(chat.turns.first(), "done")).includes("line 0400"));
  });

  it("names a model file that is missing, and goes back to the starter model with one click", async () => {
    await chat.newChat();
    writeMachineSettings(workbench.dataDir, { "trivium.model.path": "/nowhere/missing.gguf" });
    await workbench.chat.getByText("The model file /nowhere/missing.gguf does not exist.").waitFor({ timeout: 15_000 });
    await workbench.chat
      .getByRole("button", { name: /starter/i })
      .first()
      .click();
    await workbench.chat.getByTestId("model-chip").getByText("Starter").waitFor({ timeout: 15_000 });
    const turn = await chat.ask("hello");
    assert.match(await chat.answerWhen(turn, "done"), /starter model/);
  });

  it("uses a model file that is chosen with the command", async () => {
    await chat.newChat();
    const { page } = workbench;
    await page.keyboard.press("F1");
    await page.keyboard.type("Trivium: Choose Model File");
    await page
      .getByRole("option", { name: /Choose Model File/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Choose a GGUF Model File").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(models.scripted);
    // The dialog looks the path up before it takes it.
    await page
      .locator(".quick-input-widget")
      .getByRole("option", { name: /scripted\.gguf/ })
      .first()
      .waitFor();
    await page.getByText("Use Model").click();
    await workbench.chat.getByTestId("model-chip").getByText("scripted").waitFor({ timeout: 15_000 });
    assert.match(await chat.answerWhen(await chat.ask("KW_SHORT"), "done"), /Short answer\./);
    writeMachineSettings(workbench.dataDir, { "trivium.model.path": "" });
    await workbench.chat.getByTestId("model-chip").getByText("Starter").waitFor({ timeout: 15_000 });
  });

  it("says that a prompt is longer than the context, and keeps it", async () => {
    await chat.newChat();
    const turn = await chat.ask("words ".repeat(2_000));
    await chat.answerWhen(turn, "failed");
    await turn
      .getByTestId("failure")
      .getByText(/tokens; this model takes 512/)
      .waitFor();
  });

  it("lets two windows chat at once with one model host", async () => {
    const { page } = workbench;
    const other = await page.context().newPage();
    await other.goto(page.url());
    const tab = other.locator(".part.auxiliarybar").getByRole("tab", { name: "Trivium" });
    await tab.waitFor({ timeout: 60_000 });
    const frames = other.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    const otherChat = openChatPage(frames);
    await otherChat.input.waitFor({ timeout: 30_000 });
    await otherChat.newChat();
    await chat.newChat();
    const [here, there] = await Promise.all([chat.ask("hello"), otherChat.ask("what can you do?")]);
    assert.match(await chat.answerWhen(here, "done"), /starter model/);
    assert.match(await otherChat.answerWhen(there, "done"), /explain a short function/);
    assert.equal(findProcesses("agent.mjs", workbench.triviumHome).length, 2);
    assert.equal(findProcesses("modelhost.mjs", workbench.runtimeDir).length, 1);
    await other.close();
  });
});

describe("in a workspace that is not trusted", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ trust: "restricted" });
    await workbench.showChat();
  });
  after(() => workbench?.stop());

  it("says so, and chats", async () => {
    const chat = openChatPage(workbench.chat);
    await workbench.chat.getByText("Restricted Mode: chat only").waitFor();
    const turn = await chat.ask("hello");
    assert.match(await chat.answerWhen(turn, "done"), /starter model/);
  });
});
