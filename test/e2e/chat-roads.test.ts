// Roads, plans, checks, budgets and modes in the chat view by itself in a real browser, with a state made up for it.
import assert from "node:assert/strict";
import type { RunEvent } from "../../src/protocol/run-event.ts";
import type { FromChatView } from "../../src/protocol/webview.ts";
import { until } from "../support/chat-page.ts";
import {
  chatState,
  checkedTurn,
  type FakeChat,
  limitedTurn,
  openFakeChat,
  plannedTurn,
  runningTurn,
  stoppedTurn,
} from "../support/fake-chat.ts";

const ended = [checkedTurn, plannedTurn, limitedTurn, stoppedTurn];

/** Unfolds everything that can be, folds inside folds too. */
const unfold = async ({ page }: FakeChat): Promise<void> => {
  await page.evaluate(`document.querySelectorAll("details").forEach((details) => { details.open = true; })`);
  for (const button of await page.locator('article [aria-expanded="false"]').all()) await button.click();
};

describe("the chat view with a made-up state", () => {
  let chat: FakeChat;

  const turn = (id: string) => chat.page.locator(`[data-turn-id="${id}"]`);
  const input = () => chat.page.getByTestId("composer-input");
  const posts = (expected: FromChatView) =>
    until(`the page posts ${JSON.stringify(expected)}`, async () =>
      (await chat.posted()).some((message) => JSON.stringify(message) === JSON.stringify(expected)),
    );
  const show = async (...turns: Parameters<typeof chatState>[0]) => {
    await chat.send({ type: "state", state: chatState(turns) });
    await turn(turns.at(-1)?.id ?? "").waitFor();
  };

  beforeEach(async () => {
    chat = await openFakeChat();
  });
  afterEach(() => chat?.close());

  for (const theme of ["dark", "light"] as const)
    it(`has no accessibility violations in the ${theme} theme with everything unfolded`, async () => {
      const page = await openFakeChat(theme);
      try {
        for (const turns of [ended, [runningTurn], [{ ...runningTurn, paused: true }]]) {
          await page.send({ type: "state", state: chatState(turns) });
          await page.page.locator(`[data-turn-id="${turns.at(-1)?.id}"]`).waitFor();
          assert.deepEqual(await page.axeViolations(), []);
          await unfold(page);
          assert.deepEqual(await page.axeViolations(), []);
        }
      } finally {
        await page.close();
      }
    });

  it("never scrolls sideways and cuts no control off, from 280 pixels on", async () => {
    for (const width of [280, 340, 420, 900]) {
      await chat.page.setViewportSize({ width, height: 900 });
      for (const turns of [ended, [runningTurn]]) {
        await show(...turns);
        await unfold(chat);
        const outside = await chat.page.evaluate<string[]>(
          `[...document.querySelectorAll("article *, .composer *")].filter((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            const cut = element.closest("svg, pre, .marks, .bar, .visually-hidden");
            return width > 1 && !cut && (left < 0 || right > ${width});
          }).map((element) => element.outerHTML.slice(0, 120))`,
        );
        assert.deepEqual(outside, [], `outside at ${width}`);
        const wide = await chat.page.evaluate<number>(
          `document.querySelector(".transcript").scrollWidth - document.querySelector(".transcript").clientWidth`,
        );
        assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
      }
    }
  });

  it("answers again with another road in one click, and not while a turn runs", async () => {
    await show(checkedTurn);
    const card = turn("checked").getByTestId("routing");
    assert.match((await card.locator("summary").textContent()) ?? "", /coder·specialised·93 %.*Orbit Coder/);
    await card.locator("summary").click();
    await card.getByText("“function”, “test” and “.ts” point to code").waitFor();
    assert.equal(await card.locator("dd.confidence").textContent(), "93 %");
    await card.getByText("Orbit Coder 7B Instruct Q4_K_M, answers").waitFor();
    assert.deepEqual(await card.getByRole("group").getByRole("button").allTextContents(), [
      ...["maths", "general", "simple", "complex"],
    ]);
    await card.getByRole("button", { name: "maths" }).click();
    await posts({ type: "reroute", turnId: "checked", override: { domain: "math", path: null, model: null } });
    await until("the others wait", () => card.getByRole("button", { name: "complex" }).isDisabled());
    const chosen = { ...checkedTurn, override: { domain: "math" as const, path: null, model: null } };
    await show(chosen);
    await card.getByRole("button", { name: "complex" }).click();
    await posts({ type: "reroute", turnId: "checked", override: { domain: "math", path: "complex", model: null } });
    await show(checkedTurn, runningTurn);
    assert.equal(await card.getByRole("button", { name: "general" }).isDisabled(), true);
  });

  it("shows what was found and how far the answer is proven, folded", async () => {
    await show(checkedTurn);
    const answered = turn("checked");
    await answered.getByText("Answered again: 12 × 7 = 86 is wrong", { exact: true }).waitFor();
    assert.equal(await answered.getByTestId("verdict").count(), 1, "what was accepted needs no line");
    assert.match(
      (await answered.getByTestId("verdict").locator("summary").textContent()) ?? "",
      /earlier answer: problem found · 12 × 7 = 86 is wrong: it is 84/,
    );
    assert.equal(await answered.getByText("passed: the code is complete").isVisible(), false);
    await answered.getByTestId("verdict").locator("summary").click();
    await answered.getByText("passed: the code is complete").waitFor();
    assert.match((await answered.getByTestId("evidence").textContent()) ?? "", /verified: 3 calculations recomputed/);
    assert.equal(await answered.getByTestId("confidence").textContent(), "87 % sure");
  });

  it("has a receipt for each model call, what was left out first", async () => {
    await show(checkedTurn);
    await turn("checked").getByRole("button", { name: "receipt" }).click();
    const tables = turn("checked").getByTestId("receipt").getByRole("table");
    assert.equal(await tables.count(), 2);
    const rows = await tables.first().locator("tbody tr").allTextContents();
    assert.deepEqual(rows.slice(0, 2), ["12 earlier turns0left out", "src/cart.ts, lines 1-2201500cut"]);
    assert.match((await tables.first().locator("tfoot").textContent()) ?? "", /Total1934/);
  });

  it("shows a plan as a line, as a picture for the eye, and as a list with each step's log", async () => {
    await show(limitedTurn);
    const plan = turn("limited").getByTestId("plan");
    await plan.getByText("1 of 4 steps done").waitFor();
    await plan.locator("summary").first().focus();
    await chat.page.keyboard.press("Enter");
    const steps = plan.getByRole("list", { name: "Steps" }).getByTestId("step");
    assert.equal(await steps.count(), 4);
    assert.equal(await plan.locator('.plan-graph[aria-hidden="true"] .node').count(), 4);
    assert.equal(await plan.locator(".plan-graph line").count(), 3);
    await chat.page.keyboard.press("Tab");
    await chat.page.keyboard.press("Enter");
    await steps.first().getByText("Orbit Coder 7B Instruct Q4_K_M, attempt 1").waitFor();
    await steps.nth(2).locator("summary").first().click();
    await steps.nth(2).getByText("step: problem found · cart.test.ts fails").waitFor();
  });

  it("marks a step that the critic refused to the last and one that the stop ended, and keeps lines and code", async () => {
    await show(stoppedTurn);
    const plan = turn("stopped").getByTestId("plan");
    await unfold(chat);
    const steps = plan.getByRole("list", { name: "Steps" }).getByTestId("step");
    assert.deepEqual(await steps.locator(".state").allTextContents(), [
      ...["done", "kept, the critic disagrees", "stopped", "waiting"],
    ]);
    assert.equal(await plan.locator(".codicon-loading").count(), 0, "nothing moves any more");
    assert.equal(await plan.locator(".codicon-pass-filled").count(), 3, "the tick is only for what was accepted");
    assert.equal(await steps.nth(1).locator(".answer p").innerHTML(), "3 * 20 = 60<br>60 * 0.9 = 54");
    const hints = steps.nth(1).getByTestId("verdict").locator(".checks + p + ul > li");
    assert.deepEqual(await hints.allTextContents(), ["Wrong: `60 * 0.9`", "multiply by 0.8"]);
    const backOf = `getComputedStyle(document.querySelector(".step pre > code")).backgroundColor`;
    assert.equal(await chat.page.evaluate<string>(backOf), "rgba(0, 0, 0, 0)");
    const shares = turn("stopped").getByTestId("routing").locator(".probabilities .number");
    assert.deepEqual(await shares.allTextContents(), ["34 %", "33 %", "33 %"]);
  });

  it("says what is done while nothing can be read: loading until the prompt is sent, then the role's work", async () => {
    const began = { ...runningTurn, plan: null, steps: [], seq: 0 };
    await show(began);
    const line = turn("running").getByTestId("progress");
    const send = (seq: number, event: RunEvent) =>
      chat.send({ type: "updates", updates: [{ turnId: "running", seq, event }] });
    const receipt = { role: "planner", model: "orbit", contextSize: 8, reserved: 1, tokens: 1, parts: [] };
    await send(1, { kind: "progress", phase: "loading", done: 0.4, etaMs: null });
    await line.getByText("Loading the model").waitFor();
    await line.getByText("40 %").waitFor();
    await send(2, { kind: "progress", phase: "loading", done: 1, etaMs: null });
    await line.getByText("Waiting for the model").waitFor();
    await send(3, { kind: "receipt", receipt });
    await line.getByText("Making a plan…").waitFor();
    assert.equal(await line.getByText("%").count(), 0);
    await send(4, { kind: "message_chunk", text: "84" });
    await send(5, { kind: "receipt", receipt: { ...receipt, role: "critic" } });
    await line.getByText("The critic looks at it…").waitFor();
  });

  it("offers the way to the latest without covering a button", async () => {
    for (const width of [300, 420]) {
      await chat.page.setViewportSize({ width, height: 500 });
      await show(...ended, { ...checkedTurn, id: "again" });
      await chat.page.evaluate(`document.querySelector(".transcript").scrollTop = 0`);
      const jump = chat.page.getByRole("button", { name: "Jump to latest" });
      await jump.waitFor();
      const box = await jump.boundingBox();
      assert.ok(box && box.x + box.width < width - 116, `over the buttons of an answer at ${width}`);
      await jump.click();
      await jump.waitFor({ state: "detached" });
    }
  });

  it("carries out a plan that was only made, and continues what its budget ended", async () => {
    await show({ ...plannedTurn, evidence: { grade: "unverified", checks: [] } });
    assert.equal(await turn("planned").getByTestId("evidence").textContent(), "a plan, nothing carried out yet");
    await chat.page.getByRole("button", { name: "Carry out" }).click();
    await posts({ type: "resume", turnId: "planned" });
    await show(limitedTurn);
    await turn("limited").getByText("What there is stands.").waitFor();
    await turn("limited").getByText("Continue gives this turn as much again.").waitFor();
    assert.match((await turn("limited").getByTestId("budget").textContent()) ?? "", /40\/40 calls.*about 1\.2 Wh/);
    assert.equal(await turn("limited").getByRole("button", { name: "adjust" }).count(), 0);
    await turn("limited").getByRole("button", { name: "Continue" }).click();
    await posts({ type: "resume", turnId: "limited" });
  });

  it("holds a turn and lets it go on, and sets its budget, all with the keyboard", async () => {
    await show(runningTurn);
    await turn("running").getByText("Checking step 2 of 4: Work out the right totals by hand").waitFor();
    await turn("running").getByRole("button", { name: "adjust" }).focus();
    await chat.page.keyboard.press("Enter");
    await chat.page.keyboard.press("Tab");
    await chat.page.keyboard.press("Enter");
    await posts({ type: "pause", turnId: "running", paused: true });
    await turn("running").getByTestId("pausing").waitFor();
    const update = { turnId: "running", seq: 21, event: { kind: "paused" as const, paused: true } };
    await chat.send({ type: "updates", updates: [update] });
    await turn("running").getByText("Paused. Nothing new begins until you resume.").waitFor();
    await turn("running").getByRole("button", { name: "resume" }).press("Enter");
    await posts({ type: "pause", turnId: "running", paused: false });

    await chat.page.keyboard.press("Tab");
    await chat.page.getByLabel("Calls", { exact: true }).and(chat.page.locator(":focus")).fill("80");
    await chat.page.getByLabel("Minutes").fill("1.5");
    await chat.page.getByLabel("Tokens").fill("");
    await chat.page.getByLabel("Minutes").press("Enter");
    await posts({ type: "limit", turnId: "running", limit: { steps: 80, tokens: 0, ms: 90_000, wattHours: 0 } });
    await chat.page.getByTestId("limits").waitFor({ state: "detached" });
  });

  it("lets nobody stop, hold or tell a turn that another window runs", async () => {
    await chat.send({ type: "state", state: { ...chatState([runningTurn]), runningHere: [] } });
    await chat.page.getByText("Another window writes an answer here").waitFor();
    await turn("running").waitFor();
    assert.equal(await turn("running").getByTestId("pause").count(), 0);
    assert.equal(await chat.page.getByTestId("stop").count(), 0);
    await input().fill("is it done?");
    await input().press("Escape");
    await input().press("Enter");
    await posts({ type: "ask", text: "is it done?", attachSelection: false, mode: "agent" });
    assert.equal((await chat.posted()).filter(({ type }) => type === "stop" || type === "steer").length, 0);
  });

  it("keeps what is too long to be told, and says how much too long it is", async () => {
    await show(runningTurn);
    await input().fill("x".repeat(2_003));
    await chat.page.getByText("3 characters too many to tell it while it works").waitFor();
    await input().press("Enter");
    assert.equal(await chat.page.getByTestId("steer-send").count(), 0);
    assert.equal((await input().inputValue()).length, 2_003);
    await input().fill("x".repeat(2_000));
    await input().press("Enter");
    await posts({ type: "steer", turnId: "running", text: "x".repeat(2_000) });
  });

  it("tells a running turn something with Enter, and Esc still stops it", async () => {
    await show(runningTurn);
    await chat.page.getByText("Enter: tell Trivium while it works").waitFor();
    await input().fill("use a map");
    await input().press("Enter");
    await posts({ type: "steer", turnId: "running", text: "use a map" });
    assert.equal(await input().inputValue(), "");
    await turn("running").getByTestId("queued").getByText("use a map").waitFor();
    const update = { turnId: "running", seq: 21, event: { kind: "steer" as const, text: "use a map" } };
    await chat.send({ type: "updates", updates: [update] });
    await turn("running").getByTestId("queued").waitFor({ state: "detached" });
    assert.equal(await turn("running").getByTestId("steer").count(), 2);

    await input().fill("too late");
    await chat.page.getByRole("button", { name: "Tell Trivium (Enter)" }).click();
    await input().press("Escape");
    await posts({ type: "stop", turnId: "running" });
    await chat.send({ type: "turn", turn: { ...runningTurn, state: "stopped", seq: 22 } });
    await turn("running").getByRole("button", { name: "came too late; ask it now" }).click();
    assert.equal(await input().inputValue(), "too late");
  });

  it("takes a thumb with a reason, and takes it back", async () => {
    await show(checkedTurn);
    await turn("checked").getByRole("button", { name: "Not helpful" }).press("Enter");
    await posts({ type: "feedback", turnId: "checked", feedback: { helpful: false, reason: "" } });
    await chat.page.getByLabel("What was wrong?").and(chat.page.locator(":focus")).fill("the sum");
    await chat.page.keyboard.press("Enter");
    await posts({ type: "feedback", turnId: "checked", feedback: { helpful: false, reason: "the sum" } });
    await chat.send({ type: "turn", turn: { ...checkedTurn, feedback: { helpful: true, reason: "" } } });
    await turn("checked").locator('[aria-label="Helpful"][aria-pressed="true"]').click();
    await posts({ type: "feedback", turnId: "checked", feedback: null });
    await turn("checked").getByRole("button", { name: "Show run" }).click();
    await posts({ type: "showRun", turnId: "checked" });
  });

  it("asks in the mode that was chosen, until a new chat begins", async () => {
    await show(checkedTurn);
    const mode = chat.page.getByRole("combobox", { name: "Mode" });
    assert.equal(await mode.inputValue(), "agent");
    await mode.focus();
    await mode.press("p");
    await until("Plan is chosen", async () => (await mode.inputValue()) === "plan");
    await input().fill("sort it");
    await input().press("Enter");
    await posts({ type: "ask", text: "sort it", attachSelection: false, mode: "plan" });
    await chat.page.getByTestId("new-chat").click();
    await until("the mode of the settings", async () => (await mode.inputValue()) === "agent");
  });

  it("says aloud what happens, in sentences", async () => {
    const live = chat.page.getByTestId("status-live");
    const began = { ...runningTurn, plan: null, steps: [], routing: null, seq: 0 };
    await show({ ...began });
    await live.getByText("Answering").waitFor();
    const send = (seq: number, event: RunEvent) =>
      chat.send({ type: "updates", updates: [{ turnId: "running", seq, event }] });
    const { routing, plan, steps } = runningTurn;
    assert.ok(routing && plan && steps[2]);
    await send(1, { kind: "routing", routing });
    await live.getByText("Road: coder, complex, Orbit Coder 7B Instruct Q4_K_M.").waitFor();
    await send(2, { kind: "plan", plan });
    await live.getByText("Plan with 4 steps.").waitFor();
    await send(3, { kind: "step", step: steps[2] });
    await live.getByText("Step 3 of 4: Change the order of discount and total.").waitFor();
    await chat.send({ type: "turn", turn: { ...runningTurn, state: "done", evidence: checkedTurn.evidence } });
    await live.getByText("Answer complete. verified: 3 calculations recomputed").waitFor();
  });

  it("shows no movement to those who want none", async () => {
    await chat.page.emulateMedia({ reducedMotion: "reduce" });
    await show(runningTurn);
    await unfold(chat);
    const moving = await chat.page.evaluate<number>(
      `document.getAnimations().filter(({ playState }) => playState === "running").length`,
    );
    assert.equal(moving, 0);
  });

  it("asked no other host for anything", async () => {
    await show(...ended);
    assert.deepEqual(chat.outsideRequests, []);
  });
});
