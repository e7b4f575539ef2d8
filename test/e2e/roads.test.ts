// The three roads in the real workbench: a server on this machine plays the model's roles by a script.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { axeViolations } from "../support/axe.ts";
import { cartScript, complexPrompt, mathPrompt } from "../support/cart-script.ts";
import { type ChatPage, openChatPage, until } from "../support/chat-page.ts";
import { type RoleScript, type RoleServer, startRoleServer } from "../support/role-server.ts";
import { openWorkbench, type Workbench } from "../support/workbench.ts";

describe("the three roads", () => {
  let server: RoleServer;
  let workbench: Workbench;
  let chat: ChatPage;

  const fold = (turn: Locator, name: string) => turn.getByTestId(name).locator("summary").first().click();
  const stepsDone = (turn: Locator) => turn.getByTestId("step").filter({ hasText: "done" });
  const choose = (mode: string) => workbench.chat.getByTestId("mode").selectOption(mode);
  const roadOf = async (turn: Locator) => (await turn.getByTestId("routing").locator("summary").textContent()) ?? "";
  const timesAsked = (role: string) => server.asked.filter((one) => one === role).length;

  /** A step whose result never comes to its end; null: none. */
  let endless: string | null = null;
  const script: RoleScript = {
    ...cartScript,
    executor: (asked) => {
      if (endless !== null && asked.text.includes(endless)) server.misbehave("hang-mid-stream");
      return cartScript.executor?.(asked);
    },
  };

  before(async () => {
    server = await startRoleServer(script, 15);
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
    const turn = await chat.ask("@general What is a shopping cart for?");
    assert.match(await chat.answerWhen(turn, "done"), /until they pay/);
    assert.match(await roadOf(turn), /general.*simple/);
    assert.deepEqual([...new Set(server.asked)], ["answerer"]);
  });

  for (const [road, prompt] of [
    [/general.*simple/, "What is a shopping cart for?"],
    [/math.*specialised/, mathPrompt],
    [/complex/, complexPrompt],
  ] as const)
    it(`finds the road by itself: ${road.source}`, async () => {
      await chat.newChat();
      const turn = await chat.ask(prompt);
      await turn.getByTestId("routing").waitFor();
      assert.match(await roadOf(turn), road);
      await chat.answerWhen(turn, "done");
    });

  it("recomputes a specialist's sum, has it answered again, and says what it found", async () => {
    await chat.newChat();
    server.forget();
    const turn = await chat.ask(`@math ${mathPrompt}`);
    const answer = await chat.answerWhen(turn, "done");
    assert.match(answer, /84 eggs/);
    assert.doesNotMatch(answer, /86/);
    await turn.getByText("Answered again: 12 * 7 = 86 is wrong").waitFor();
    await turn.getByText("earlier answer: problem found").waitFor();
    await turn.getByTestId("evidence").waitFor();
    assert.equal(timesAsked("mathematician"), 2);
  });

  it("plans, has the plan looked at, carries its steps out, and answers from their results", async () => {
    await chat.newChat();
    server.forget();
    const turn = await chat.ask(`/plan ${complexPrompt}`);
    assert.match(await chat.answerWhen(turn, "done"), /applied twice/);
    await fold(turn, "plan");
    await stepsDone(turn).nth(2).waitFor();
    await turn.getByTestId("step").nth(1).locator("summary").first().click();
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
    await turn.getByRole("button", { name: "simple", exact: true }).click();
    await until("another road", async () => /simple/.test(await roadOf(turn)));
    assert.match(await chat.answerWhen(turn, "done"), /until they pay/);
    assert.equal(await turn.getByTestId("plan").count(), 0);
  });

  it("shows a plan first, and carries it out when told to", async () => {
    await chat.newChat();
    await choose("plan");
    const turn = await chat.ask("How should I test the cart?");
    assert.match(await chat.answerWhen(turn, "done"), /Work out the right total/);
    const before = timesAsked("executor");
    await turn.getByTestId("carry-out").click();
    await until("the steps are carried out", async () => timesAsked("executor") === before + 3);
    await until("the answer", async () => /applied twice/.test(await chat.answerWhen(turn, "done")));
    await choose("agent");
  });

  it("holds, hears what is said meanwhile, goes on, stops, and continues with the steps that are left", async () => {
    await chat.newChat();
    const planned = timesAsked("planner");
    endless = "Write the corrected function";
    const turn = await chat.ask(`/plan ${complexPrompt}`);
    await turn.getByTestId("plan").waitFor();
    await turn.getByTestId("pause").click();
    await turn.getByTestId("paused").waitFor();
    await chat.input.fill("Use const, please.");
    await chat.input.press("Enter");
    await turn.getByTestId("pause").click();
    await turn.getByText("Use const, please.").waitFor();
    await fold(turn, "plan");
    await stepsDone(turn).nth(1).waitFor();
    await chat.input.press("Escape");
    await chat.answerWhen(turn, "stopped");
    const done = await stepsDone(turn).count();
    assert.equal(done, 2);
    endless = null;
    server.misbehave(null);
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
    // Only the lines near its top are drawn.
    const editor = workbench.page.locator(".monaco-editor .view-lines").first();
    const words = async () => ((await editor.textContent()) ?? "").replace(/\s+/g, " ");
    await until("the run", async () => /Run .*mode: agent.*Refactor the cart/.test(await words()));
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
