import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { accepts, createHandClock, planOf, runFlow } from "../../../test/support/flow-turn.ts";
import type { RunEvent } from "../../protocol/run-event.ts";

const plan = planOf(["Find the cause"], ["Write the fix"], ["Tell the team", 1, 2]);
const answers = { planner: [plan], critic: [accepts], executor: ["It was the loop."], answerer: ["All is told."] };

describe("the user's hand on a running turn", () => {
  it("holds it before the next model call, for no time of its own, and lets it go on", async () => {
    const clock = createHandClock();
    let askedWhileHeld = -1;
    const pauses: boolean[] = [];
    const { outcome, engine, turn } = await runFlow({
      path: "complex",
      script: { answers },
      clock,
      limit: { ms: 1_000 },
      onEvent: (event: RunEvent, { control, engine: models }) => {
        if (event.kind === "plan") control.pause(true);
        if (event.kind !== "paused") return;
        pauses.push(event.paused);
        if (!event.paused) return;
        askedWhileHeld = models.asked.length;
        clock.move(60_000);
        void nextTurn().then(() => {
          assert.equal(models.asked.length, askedWhileHeld);
          control.pause(false);
        });
      },
    });
    assert.deepEqual([outcome, pauses], [{ state: "done", endReason: "end" }, [true, false]]);
    assert.ok(askedWhileHeld > 0 && engine.asked.length > askedWhileHeld);
    assert.deepEqual([turn.paused, turn.budget?.used.ms], [false, 0]);
  });

  it("stops it while it is held", async () => {
    const stop = new AbortController();
    const { outcome, turn } = await runFlow({
      path: "complex",
      script: { answers },
      signal: stop.signal,
      onEvent: ({ kind }, { control }) => {
        if (kind === "plan") control.pause(true);
        if (kind === "paused") stop.abort();
      },
    });
    assert.deepEqual([outcome, turn.paused], [{ state: "stopped" }, false]);
  });

  for (const [how, answer] of [
    ["stopped", { stall: "It begins" }],
    ["failed", { fail: { code: "host-stopped", detail: {} } }],
  ] as const)
    it(`keeps what was said last when the turn is ${how}`, async () => {
      const stop = new AbortController();
      const { outcome, turn } = await runFlow({
        script: { answers: { answerer: [answer] }, onAsk: () => void setImmediate(() => stop.abort()) },
        signal: stop.signal,
        onEvent: ({ kind }, { control }) => {
          if (kind === "receipt") control.steer("Shorter.");
        },
      });
      assert.deepEqual([outcome.state, turn.steering], [how, ["Shorter."]]);
    });

  it("tells the steps and the answer what was said while the steps run", async () => {
    let said = false;
    const { turn, engine } = await runFlow({
      path: "complex",
      script: { answers },
      onEvent: ({ kind }, { control }) => {
        if (kind === "step" && !said) control.steer("Mention the version.");
        said ||= kind === "step";
      },
    });
    assert.deepEqual([turn.steering, turn.plan?.revision], [["Mention the version."], 0]);
    const last = engine.asked.filter(({ role }) => role === "executor").at(-1);
    assert.match(last?.told ?? "", /Mention the version\./);
    assert.match(engine.asked.at(-1)?.told ?? "", /The user adds: Mention the version\./);
  });
});
