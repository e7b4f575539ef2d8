import assert from "node:assert/strict";
import { newTurn } from "./new-turn.ts";
import type { Turn } from "./session.ts";
import { wayOn } from "./way-on.ts";

const turn = (now: Partial<Turn>): Turn => ({
  ...newTurn({ id: "t", sessionId: "s", prompt: { text: "", attachments: [] }, createdAt: 0 }),
  ...now,
});
const plan = { goal: "It is done", steps: [], revision: 0 };

describe("the way on after a turn", () => {
  it("is to continue what did not come to its end", () => {
    for (const state of ["stopped", "interrupted", "failed"] as const) assert.equal(wayOn(turn({ state })), "continue");
    for (const endReason of ["limit", "no-progress"] as const)
      assert.equal(wayOn(turn({ state: "done", endReason, plan })), "continue");
  });

  it("is to carry out a plan that was all that was asked for", () => {
    const planned = turn({ state: "done", endReason: "end", plan, mode: "plan" });
    assert.equal(wayOn(planned), "carry-out");
    assert.equal(wayOn({ ...planned, state: "stopped" }), "continue");
    assert.equal(wayOn({ ...planned, mode: "agent" }), null);
  });

  it("is none while it runs, and after its own end", () => {
    assert.equal(wayOn(turn({ state: "running" })), null);
    for (const endReason of ["end", "budget", "context"] as const)
      assert.equal(wayOn(turn({ state: "done", endReason })), null);
  });
});
