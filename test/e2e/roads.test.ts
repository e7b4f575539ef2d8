// The three roads in the real workbench: a server on this machine plays the model's roles by a script.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { axeViolations } from "../support/axe.ts";
import { cartScript, complexPrompt, mathPrompt } from "../support/cart-script.ts";
import { type ChatPage, openChatPage, until } from "../support/chat-page.ts";
import { type RoleServer, startRoleServer } from "../support/role-server.ts";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

describe("the three roads", () => {
  let server: RoleServer;
  let workbench: Workbench;
  let chat: ChatPage;

  const fold = (turn: Locator, name: string) => turn.getByTestId(name).locator("summary").first().click();
  const stepsDone = (turn: Locator) => turn.getByTestId("step").filter({ hasText: "done" });
  const choose = (mode: string) => workbench.chat.getByTestId("mode").selectOption(mode);
  const timesAsked = (role: string) => server.asked.filter((one) => one === role).length;

  before(async () => {
    server = await startRoleServer(cartScript, 15);
    workbench = await openWorkbench({
      machineSettings: {
        "trivium.engines": [{ id: "team", kind: "openai", urls: [server.url] }],
        "trivium.model.path": "engine:team/scripted",
      },
    });
    await workbench.showChat();
    chat = openChatPage(workbench.chat);
  });
  after(async () => {
    await workbench?.stop();
    await server?.close();
  });

  it("answers a general question with one model", async () => {
    const turn = await chat.ask("What is a shopping cart for?");
    assert.match(await chat.answerWhen(turn, "done"), /until they pay/);
    assert.match((await turn.getByTestId("routing").locator("summary").textContent()) ?? "", /general.*simple/);
    assert.deepEqual([...new Set(server.asked)], ["answerer"]);
  });

  it("recomputes a specialist's sum, has it answered again, and says what it found", async () => {
    await chat.newChat();
    const turn = await chat.ask(mathPrompt);
    const answer = await chat.answerWhen(turn, "done");
    assert.match(answer, /84 eggs/);
    assert.doesNotMatch(answer, /86/);
    assert.match((await turn.getByTestId("routing").locator("summary").textContent()) ?? "", /math.*specialised/);
    await turn.getByText(/86/).first().waitFor();
    await turn.getByTestId("evidence").waitFor();
    assert.equal(timesAsked("mathematician"), 2);
  });

  it("plans, has the plan looked at, carries its steps out, and answers from their results", async () => {
    await chat.newChat();
    const turn = await chat.ask(complexPrompt);
    assert.match(await chat.answerWhen(turn, "done"), /applied twice/);
    await fold(turn, "plan");
    await stepsDone(turn).nth(2).waitFor();
    await turn.getByTestId("step").nth(1).locator("summary").click();
    await turn.getByTestId("step").nth(1).getByText("60 * 0.9 = 54").waitFor();
    assert.equal(timesAsked("planner"), 1);
    assert.equal(timesAsked("executor"), 3);
    await turn.getByTestId("receipt-toggle").click();
    await turn
      .getByTestId("receipt")
      .getByText(/executor|Carrying/i)
      .first()
      .waitFor();
  });

  it("has no accessibility violations", async () => {
    assert.deepEqual(await axeViolations(workbench.page), []);
  });

  it("takes another road with one click", async () => {
    const turn = chat.turns.first();
    await fold(turn, "routing");
    await turn.getByRole("button", { name: "general", exact: true }).click();
    await until("another road", async () =>
      /general/.test((await turn.getByTestId("routing").locator("summary").textContent()) ?? ""),
    );
    await chat.answerWhen(turn, "done");
  });

  it("shows a plan first, and carries it out when told to", async () => {
    await chat.newChat();
    await choose("plan");
    const turn = await chat.ask("How should I test the cart?");
    assert.match(await chat.answerWhen(turn, "done"), /Work out the right total/);
    const before = timesAsked("executor");
    await turn.getByTestId("carry-out").click();
    await until("the steps are carried out", async () => timesAsked("executor") === before + 3);
    await until("the answer", async () => /applied twice|until they pay/.test((await turn.textContent()) ?? ""));
    await chat.answerWhen(turn, "done");
    await choose("agent");
  });

  it("holds, hears what is said meanwhile, goes on, stops, and continues with the steps that are left", async () => {
    await chat.newChat();
    const planned = timesAsked("planner");
    const turn = await chat.ask(complexPrompt);
    await turn.getByTestId("plan").waitFor();
    await turn.getByTestId("pause").click();
    await turn.getByTestId("paused").waitFor();
    await chat.input.fill("Use const, please.");
    await chat.input.press("Enter");
    await turn.getByTestId("pause").click();
    await turn.getByText("Use const, please.").waitFor();
    await fold(turn, "plan");
    await stepsDone(turn).first().waitFor();
    await chat.input.press("Escape");
    await chat.answerWhen(turn, "stopped");
    const done = await stepsDone(turn).count();
    const executed = timesAsked("executor");
    await turn.getByRole("button", { name: "Continue" }).click();
    await chat.answerWhen(turn, "done");
    assert.equal(timesAsked("executor"), executed + 3 - done);
    assert.ok(timesAsked("planner") <= planned + 2, "a plan is made anew only for what was said");
  });

  it("keeps what is said of an answer, and shows the whole run", async () => {
    const turn = chat.turns.last();
    await turn.getByRole("button", { name: "Helpful", exact: true }).click();
    await turn.locator('button[aria-label="Helpful"][aria-pressed="true"]').waitFor();
    await workbench.runCommand("Trivium: Show Run");
    const editor = workbench.page.locator(".monaco-editor .view-lines").first();
    await until("the run", async () => /planner/i.test((await editor.textContent()) ?? ""));
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
