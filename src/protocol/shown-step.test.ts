import assert from "node:assert/strict";
import type { StepStatus } from "./plan.ts";
import { shownStep } from "./shown-step.ts";
import type { Check, Verdict } from "./verdict.ts";

const step = (state: StepStatus["state"]): StepStatus => ({ id: "s1", state, model: null, attempt: 1, text: "a" });
const verdict = (word: Verdict["verdict"], kind: Check["kind"] = "critic"): Verdict => ({
  subject: "s1",
  verdict: word,
  confidence: null,
  checks: [{ kind, outcome: word === "accept" ? "passed" : "failed", text: "" }],
  hint: "",
});
const shown = (state: StepStatus["state"], ...verdicts: Verdict[]) =>
  shownStep({ state: "done", steps: [step(state)], verdicts }, "s1");

describe("how a step is shown", () => {
  it("is kept, not done, where the last verdict is against it", () => {
    assert.equal(shown("done"), "done");
    assert.equal(shown("done", verdict("retry"), verdict("accept")), "done");
    assert.equal(shown("done", verdict("accept"), verdict("escalate")), "refused");
    assert.equal(shown("done", verdict("retry", "agreement")), "doubted");
    assert.equal(shown("done", verdict("unavailable")), "done");
    assert.equal(shown("done", { ...verdict("retry"), subject: "s2" }), "done");
    assert.equal(shown("failed", verdict("retry")), "failed");
  });

  it("is stopped where it was at work when the turn ended", () => {
    for (const state of ["stopped", "interrupted", "failed", "done"] as const) {
      for (const at of ["running", "checking"] as const)
        assert.equal(shownStep({ state, steps: [step(at)], verdicts: [] }, "s1"), "stopped");
      assert.equal(shownStep({ state, steps: [step("waiting")], verdicts: [] }, "s1"), "waiting");
    }
    assert.equal(shownStep({ state: "running", steps: [step("running")], verdicts: [] }, "s1"), "running");
    assert.equal(shownStep({ state: "running", steps: [], verdicts: [] }, "s1"), "waiting");
  });
});
