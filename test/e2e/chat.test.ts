// Chat in the real workbench with a real model: ask, stream, stop, retry, history, reload, two windows, keyboard.
import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { writeToyModels } from "../../scripts/gguf/toy-models.ts";
import { axeViolations } from "../support/axe.ts";
import { type ChatPage, openChatPage, until } from "../support/chat-page.ts";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

const code = "export function add(left, right) {\n  return left + right;\n}\n";

/** A line break is an element, which has no text. */
const unspaced = (text: string): string => text.replace(/\s+/g, "");

describe("chat", () => {
  let workbench: Workbench;
  let chat: ChatPage;

  before(async () => {
    const models = await writeToyModels(join(root, ".build", "toy-models"));
    workbench = await openWorkbench({
      // No plan: what this model would plan is noise, and takes its time.
      machineSettings: { "trivium.model.path": models.scriptedSlow, "trivium.agent.mode": "ask" },
      workspaceFiles: { "add.js": code },
    });
    await workbench.showChat();
    chat = openChatPage(workbench.chat);
  });
  after(() => workbench?.stop());

  it("shows the model's answer as markdown, with who answered and how fast", async () => {
    const mode = workbench.chat.getByTestId("mode");
    await until("the mode of the settings", async () => (await mode.inputValue()) === "ask");
    const turn = await chat.ask("What is this?");
    await chat.answerWhen(turn, "done");
    await turn.getByRole("heading", { name: "Three roads" }).waitFor();
    assert.equal(await turn.getByTestId("answer").locator("li").count(), 3);
    assert.match((await turn.locator("pre").textContent()) ?? "", /export const add/);
    assert.ok((await turn.locator("pre .hljs-keyword").count()) > 0, "code is highlighted");
    assert.match((await turn.getByTestId("routing").textContent()) ?? "", /scripted/);
    assert.match((await turn.getByTestId("metrics").textContent()) ?? "", /tok\/s.*first.*context/);
  });

  it("has no accessibility violations", async () => {
    assert.deepEqual(await axeViolations(workbench.page), []);
  });

  it("streams, and stops when Esc is pressed", async () => {
    await chat.newChat();
    const turn = await chat.ask("KW_FOREVER");
    await turn.getByTestId("answer").waitFor();
    const early = (await turn.getByTestId("answer").textContent()) ?? "";
    await until(
      "more text",
      async () => ((await turn.getByTestId("answer").textContent()) ?? "").length > early.length + 40,
    );
    await chat.input.press("Escape");
    const text = await chat.answerWhen(turn, "stopped");
    assert.ok(text.includes("round and round, step 1"), text.slice(0, 80));
    await turn.getByText("You stopped this answer.").waitFor();
    assert.equal(await workbench.chat.getByTestId("send").count(), 1);
  });

  it("answers again with Retry, in the place of the answer before", async () => {
    await chat.newChat();
    const first = await chat.ask("KW_SHORT");
    assert.match(await chat.answerWhen(first, "done"), /Short answer\./);
    const id = await first.getAttribute("data-turn-id");
    await first.getByRole("button", { name: /Retry/ }).click();
    await until("another turn", async () => (await chat.turns.first().getAttribute("data-turn-id")) !== id);
    assert.match(await chat.answerWhen(chat.turns.first(), "done"), /Short answer\./);
    assert.equal(await chat.turns.count(), 1);
  });

  it("attaches the selection and inserts code at the cursor", async () => {
    await chat.newChat();
    const { page } = workbench;
    await page.getByRole("treeitem", { name: "add.js" }).dblclick();
    await page.locator(".monaco-editor .view-line").first().click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Control+Alt+A");
    await workbench.chat.locator('[data-testid="attach-selection"][aria-pressed="true"]').waitFor({ timeout: 15_000 });
    const turn = await chat.ask("KW_CODE");
    await chat.answerWhen(turn, "done");
    await turn.getByText("add.js:1-3").waitFor();
    await turn.getByRole("button", { name: "Insert at cursor" }).click();
    await page.locator(".view-line", { hasText: "let" }).first().waitFor({ timeout: 15_000 });
  });

  it("shows no markup of the model's as anything but text", async () => {
    await chat.newChat();
    const turn = await chat.ask("KW_MARKUP");
    await chat.answerWhen(turn, "done");
    const answer = turn.getByTestId("answer");
    assert.equal(await answer.locator("img, script, iframe, a").count(), 0);
    assert.match((await answer.textContent()) ?? "", /<img src=x/);
  });

  it("lists chats, opens an earlier one and deletes one", async () => {
    await workbench.chat.getByTestId("history").click();
    const items = workbench.chat.getByTestId("history-item");
    await items.first().waitFor();
    const count = await items.count();
    assert.ok(count >= 5, `${count} chats`);
    await items.filter({ hasText: "KW_SHORT" }).getByRole("button").first().click();
    await chat.turns.first().getByText("Short answer.").waitFor();
    await workbench.chat.getByTestId("history").click();
    const row = items.filter({ hasText: "KW_FOREVER" });
    await row.getByRole("button", { name: /Delete/ }).click();
    await row
      .getByRole("button", { name: /Delete/ })
      .last()
      .click();
    await row.waitFor({ state: "detached" });
    assert.equal(await items.count(), count - 1);
    await workbench.page.keyboard.press("Escape");
  });

  it("goes on with the answer when the window is loaded again in the middle", async () => {
    await chat.newChat();
    const turn = await chat.ask("KW_LONG");
    await until("200 lines", async () =>
      ((await turn.getByTestId("answer").textContent()) ?? "").includes("line 0100"),
    );
    await workbench.reload();
    await workbench.showChat();
    const again = chat.turns.first();
    await again.waitFor({ timeout: 30_000 });
    const text = await chat.answerWhen(again, "done");
    assert.equal(unspaced(text), unspaced(expectedAnswers.KW_LONG));
    assert.equal(await chat.turns.count(), 1);
  });

  it("keeps the transcript when the view is hidden and shown in the middle", async () => {
    await chat.newChat();
    const turn = await chat.ask("KW_LONG");
    await turn.getByTestId("answer").waitFor();
    await workbench.page.keyboard.press("Control+Alt+B");
    await workbench.page.locator(".part.auxiliarybar").waitFor({ state: "hidden" });
    await workbench.page.keyboard.press("Control+Alt+B");
    await workbench.showChat();
    // Not only in the end: what is shown while it streams has no hole either.
    const shown = chat.turns.first().getByTestId("answer");
    await shown.waitFor();
    for (let look = 0; look < 10; look++) {
      const soFar = unspaced((await shown.textContent()) ?? "");
      assert.ok(unspaced(expectedAnswers.KW_LONG).startsWith(soFar), soFar.slice(-80));
      await workbench.page.waitForTimeout(100);
    }
    const text = await chat.answerWhen(chat.turns.first(), "done");
    assert.equal(unspaced(text), unspaced(expectedAnswers.KW_LONG));
  });

  it("asked no other host for anything", () => {
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
