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
import { createMeter } from "./budget.ts";
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
    assert.match(notices.at(-1) ?? "", /has made 5 model calls.* Continue goes on/);
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
    assert.match(notices.at(-1) ?? "", /taken 1 minutes/);
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
      one.end(model, null);
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
});
