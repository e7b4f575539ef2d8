import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { accepts, type FlowTurn, namedModel, planOf, refuses, runFlow } from "../../../test/support/flow-turn.ts";

/** Retries, another model, parallel steps and a critic on the way: each place where a turn can be stopped. */
const flow = (): FlowTurn => ({
  path: "complex",
  chains: { executor: [namedModel("a"), namedModel("b")], critic: [namedModel("judge")] },
  script: {
    answers: {
      planner: [planOf(["A"], ["B"], ["C", 1, 2]), planOf(["A"], ["B"], ["C", 1, 2], ["D", 3])],
      critic: [refuses, accepts, refuses, refuses, accepts],
      executor: ({ told }) => `The result of ${told.length}, which is long enough to come in several pieces.`,
      answerer: ["The answer, which comes in several pieces too."],
    },
  },
});

/** Aborts after this many turns of the queue of promises. */
const stopAfter = (ticks: number): AbortController => {
  const stop = new AbortController();
  const wait = async (): Promise<void> => {
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    stop.abort();
  };
  void wait();
  return stop;
};

/** How many turns of the queue of promises a whole turn takes, at least. */
const ticksOf = async (): Promise<number> => {
  let ticks = 0;
  let ended = false;
  const count = async (): Promise<void> => {
    for (; !ended; ticks++) await Promise.resolve();
  };
  void count();
  await runFlow(flow());
  ended = true;
  return ticks;
};

/** The same numbers every time. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

describe("a turn that is stopped at any point", () => {
  it("ends as stopped with what was shown, gives everything back and asks nothing more", async () => {
    const whole = await runFlow(flow());
    assert.deepEqual(whole.outcome, { state: "done", endReason: "end" });
    const ticks = await ticksOf();
    const next = random(11);
    const ends = new Map<string, number>();
    for (let point = 0; point < 500; point++) {
      const { signal } = stopAfter(Math.floor(next() * ticks));
      // runFlow itself checks that no lease and no generation is left.
      const { outcome, turn, engine } = await runFlow({ ...flow(), signal });
      assert.ok(whole.turn.answer.startsWith(turn.answer), turn.answer);
      ends.set(outcome.state, (ends.get(outcome.state) ?? 0) + 1);
      if (outcome.state !== "stopped") continue;
      const asked = engine.asked.length;
      if (point % 25 === 0) await nextTurn();
      assert.equal(engine.asked.length, asked);
    }
    assert.ok((ends.get("stopped") ?? 0) > 450, JSON.stringify([...ends]));
    assert.equal(ends.get("failed"), undefined);
  });
});
