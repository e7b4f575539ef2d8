import assert from "node:assert/strict";
import {
  accepts,
  createHandClock,
  type FlowTurn,
  namedModel,
  noLimit,
  planOf,
  refuses,
  runFlow,
} from "../../../test/support/flow-turn.ts";
import type { Amounts } from "../../protocol/budget.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import type { Router } from "../router/decision.ts";
import { createMeter, limitText } from "./budget.ts";
import { createControl } from "./control.ts";

const three = planOf(["Find the cause"], ["Write the fix", 1], ["Tell the team", 2]);
const answers = { planner: [three], critic: [accepts], executor: ["It was the loop."], answerer: ["All is told."] };

const complex = (limit: Partial<Amounts>, flow: Partial<FlowTurn> = {}) =>
  runFlow({ path: "complex", script: { answers }, limit, ...flow });

describe("a turn's budget", () => {
  it("is told after every model call", async () => {
    const { events, engine } = await complex({});
    const told = events.flatMap((event) => (event.kind === "budget" ? [event.budget] : []));
    assert.equal(told.length, engine.asked.length);
    assert.deepEqual(
      told.map(({ used }) => used.steps),
      told.map((_, index) => index + 1),
    );
    assert.ok(told.every(({ used }, index) => used.tokens > (told[index - 1]?.used.tokens ?? 0)));
  });

  it("ends a turn by its model calls with what there is, and says how to go on", async () => {
    const { outcome, turn, engine, notices } = await complex({ steps: 5 });
    assert.deepEqual([outcome, engine.asked.length], [{ state: "done", endReason: "limit" }, 5]);
    assert.deepEqual(
      turn.steps.map(({ state }) => state),
      ["done", "done", "waiting"].slice(0, 3),
    );
    assert.equal(turn.answer, "### Find the cause\n\nIt was the loop.\n\n### Write the fix\n\nIt was the loop.");
    assert.match(notices.at(-1) ?? "", /has made 5 model calls and may make 5\. What there is stands\.$/);
    const rest = await complex({ steps: 5 }, { turn: { ...turn, state: "running" } });
    assert.deepEqual([rest.outcome, rest.turn.answer], [{ state: "done", endReason: "end" }, "All is told."]);
  });

  it("writes the answer anew when only that was missing", async () => {
    const { turn } = await complex({ steps: 8 });
    assert.match(turn.answer, /^### Find the cause/);
    const rest = await complex({}, { turn: { ...turn, state: "running" } });
    assert.deepEqual([rest.engine.asked.length, rest.turn.answer], [1, "All is told."]);
  });

  it("lets the first try of a step stand when there may be no second one", async () => {
    const script = { answers: { ...answers, critic: [accepts, refuses] } };
    const { outcome, turn } = await complex({ steps: 4 }, { script });
    assert.deepEqual(outcome, { state: "done", endReason: "limit" });
    assert.deepEqual(turn.steps[0] && [turn.steps[0].state, turn.steps[0].text], ["done", "It was the loop."]);
  });

  for (const steps of [1, 2, 3, 4, 5, 6, 7, 8])
    it(`holds at every place: ${steps} model calls`, async () => {
      const { outcome, engine } = await complex({ steps });
      assert.deepEqual([outcome, engine.asked.length], [{ state: "done", endReason: "limit" }, steps]);
    });

  it("ends a turn by its tokens, and lets no answer be longer than what is left", async () => {
    const { outcome, engine, notices } = await complex({ tokens: 1000 });
    assert.deepEqual(outcome, { state: "done", endReason: "limit" });
    assert.match(notices.at(-1) ?? "", /1000 tokens/);
    const longest = engine.asked.map(({ request }) => request.sampling.maxTokens);
    assert.ok(longest.every((tokens) => tokens <= 1000));
  });

  it("says what was used when the limit was lowered below it, and names the setting when it is the setting's", () => {
    const used = { steps: 4, tokens: 10, ms: 60_000, wattHours: 1 };
    const lowered = limitText("steps", { used, limit: { ...noLimit, steps: 3 } }, defaultSettings);
    assert.equal(lowered, "The turn has made 4 model calls and may make 3. What there is stands.");
    const settings = { ...defaultSettings, "agent.maxTokens": 10, "agent.maxMinutes": 1 };
    const limit = { ...noLimit, tokens: 10, ms: 60_000 };
    assert.match(limitText("tokens", { used, limit }, settings), /trivium\.agent\.maxTokens/);
    assert.match(limitText("ms", { used, limit }, settings), /trivium\.agent\.maxMinutes/);
  });

  it("ends a turn by its time, in the middle of an answer, and keeps the text", async () => {
    const clock = createHandClock();
    const { outcome, turn, notices } = await runFlow({
      clock,
      limit: { ms: 60_000 },
      script: { answers: { answerer: [{ stall: "It begins so" }] } },
      onEvent: ({ kind }) => {
        if (kind === "message_chunk") clock.move(31_000);
      },
    });
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "limit" }, "It begins so"]);
    assert.match(notices.at(-1) ?? "", /taken [0-9.]+ minutes and may take 1\./);
    assert.equal(clock.waiting(), 0, "a timer is left");
  });

  it("ends structured output by time too", async () => {
    const clock = createHandClock();
    const { outcome, turn } = await complex(
      { ms: 5_000 },
      {
        clock,
        script: {
          answers: { ...answers, planner: [{ stall: "{" }] },
          onAsk: () => void setImmediate(() => clock.move(5_000)),
        },
      },
    );
    assert.deepEqual([outcome, turn.plan], [{ state: "done", endReason: "limit" }, null]);
  });

  it("counts the tokens of what could not be used, and of what was stopped", async () => {
    const script = { answers: { ...answers, planner: ["no JSON ".repeat(500)] } };
    const garbled = await complex({}, { turn: { mode: "plan" }, script });
    assert.deepEqual(
      garbled.engine.asked.map(({ role }) => role),
      ["planner", "planner", "planner", "planner", "answerer"],
    );
    const [first] = garbled.events.flatMap((event) => (event.kind === "budget" ? [event.budget] : []));
    assert.deepEqual([first?.used.steps, (first?.used.tokens ?? 0) > 2_000], [2, true]);

    const stop = new AbortController();
    const stopped = await complex(
      {},
      {
        signal: stop.signal,
        script: { answers: { planner: [{ stall: "{" }] }, onAsk: () => void setImmediate(() => stop.abort()) },
      },
    );
    assert.ok((stopped.turn.budget?.used.tokens ?? 0) > 0);
  });

  it("asks for no repair that a limit forbids", async () => {
    const script = { answers: { ...answers, planner: ["no JSON"] } };
    const { outcome, engine } = await complex({ steps: 1 }, { script });
    assert.deepEqual([outcome, engine.asked.length], [{ state: "done", endReason: "limit" }, 1]);
  });

  it("leaves room for the prompt, and ends where an answer was cut for want of tokens", async () => {
    const free = await complex({});
    const [planner] = free.turn.receipts;
    assert.ok(planner);
    const cut = { json: { goal: "All is do" } };
    const tokens = planner.tokens + 4;
    const { outcome, engine, notices } = await complex(
      { tokens },
      { script: { answers: { ...answers, planner: [cut] } } },
    );
    assert.deepEqual(outcome, { state: "done", endReason: "limit" });
    assert.deepEqual(
      engine.asked.map(({ request }) => request.sampling.maxTokens),
      [4],
    );
    assert.match(notices.at(-1) ?? "", new RegExp(`Of the ${tokens} tokens`));
  });

  it("is not used up by choosing the road", async () => {
    const router: Router = {
      async decide(_input, askRouter, signal) {
        assert.ok(await askRouter?.("What is it?", signal));
        return {
          ...{ path: "simple", domain: "general", probabilities: { coder: 0, math: 0, general: 1 } },
          ...{ complexity: 0, confidence: 1, needsTools: false, tools: [], source: "model", reasons: [], ms: 0 },
        };
      },
    };
    const { outcome, turn } = await runFlow({
      ...{ limit: { steps: 1 }, router, isLoaded: () => true },
      script: {
        answers: {
          router: [{ json: { domain: "general", complexity: "simple", needsTools: false } }],
          answerer: ["It."],
        },
      },
    });
    assert.deepEqual([outcome, turn.answer, turn.budget?.used.steps], [{ state: "done", endReason: "end" }, "It.", 1]);
  });

  it("is a limit, and no failure of the step, when a second try is not allowed", async () => {
    const script = { answers: { ...answers, planner: [planOf(["Sum it up"])], executor: ["12 * 3 = 37"] } };
    const { outcome, turn } = await complex({ steps: 3 }, { script });
    assert.deepEqual(
      [outcome, turn.steps.map(({ state }) => state)],
      [{ state: "done", endReason: "limit" }, ["waiting"]],
    );
  });

  it("follows a limit that changes while the turn runs", async () => {
    const { outcome, engine } = await complex(
      { steps: 3 },
      {
        onEvent: (event, { control }) => {
          if (event.kind === "budget" && event.budget.used.steps === 1) control.setLimit(noLimit);
        },
      },
    );
    assert.deepEqual([outcome, engine.asked.length], [{ state: "done", endReason: "end" }, 9]);
  });

  it("lets an answer be whole that was there when the limit was reached", async () => {
    const { outcome, turn } = await runFlow({
      limit: { steps: 1 },
      script: { answers: { answerer: ["All is told."] } },
    });
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "end" }, "All is told."]);
  });
});

describe("the meter", () => {
  it("estimates energy from the cores that models of this machine keep busy", () => {
    const clock = createHandClock();
    const meter = createMeter({ clock, cores: 10, control: createControl({ ...noLimit, wattHours: 100 }) });
    const { signal } = new AbortController();
    const call = (model: ReturnType<typeof namedModel>) => {
      const one = meter.begin(signal);
      clock.move(3_600_000);
      one.end(model);
    };
    call(namedModel("here"));
    assert.equal(meter.budget().used.wattHours, 60);
    call({ ...namedModel("elsewhere"), engine: "team" });
    assert.deepEqual([meter.budget().used.wattHours, meter.reached()], [60, null]);
    const few = namedModel("few");
    call({ ...few, open: { ...few.open, threads: 5 } });
    assert.deepEqual([meter.budget().used.wattHours, meter.reached()], [90, null]);
    call(namedModel("here"));
    assert.equal(meter.reached(), "wattHours");
  });

  it("counts time in which several models work once", () => {
    const clock = createHandClock();
    const meter = createMeter({ clock, cores: 1, control: createControl(noLimit) });
    const begin = () => meter.begin(new AbortController().signal);
    const hour = (): void => clock.move(3_600_000);
    const [here, hours] = [namedModel("here"), () => Math.round(meter.budget().used.wattHours * 1000) / 6000];
    const first = begin();
    hour();
    const second = begin();
    hour();
    second.end(here);
    assert.equal(hours(), 1);
    hour();
    first.end(here);
    assert.equal(hours(), 3);
    hour();
    const third = begin();
    hour();
    third.end(here);
    assert.equal(hours(), 4);
  });

  it("lets calls side by side share what is left", () => {
    const meter = createMeter({
      clock: createHandClock(),
      cores: 1,
      control: createControl({ ...noLimit, tokens: 100 }),
    });
    const begin = () => meter.begin(new AbortController().signal);
    const usage = { cachedTokens: 0, contextSize: 100, firstTokenMs: 1, tokensPerSecond: 1 };
    const [one, two, three] = [begin(), begin(), begin()];
    assert.equal(one.begins({ promptTokens: 20, longest: 50 }), 50);
    assert.equal(two.begins({ promptTokens: 20, longest: 50 }), 10);
    assert.equal(three.begins({ promptTokens: 20, longest: 50 }), 0);
    assert.ok(three.signal.aborted);
    assert.equal(three.end(null), "tokens");
    one.ended({ ...usage, promptTokens: 20, completionTokens: 10 });
    assert.equal(one.end(null), null);
    two.ended({ ...usage, promptTokens: 20, completionTokens: 10 });
    assert.equal(two.end(null), "tokens");
    assert.equal(meter.budget().used.tokens, 60);
    assert.equal(begin().begins({ promptTokens: 20, longest: 50 }), 20);
  });
});
