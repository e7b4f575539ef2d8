import assert from "node:assert/strict";
import { newTurn } from "../protocol/new-turn.ts";
import { alreadySaid, endWords, newsOf } from "./announce.ts";
import type { TurnView } from "./state.ts";

const start: TurnView = {
  ...newTurn({ id: "t1", sessionId: "s1", prompt: { text: "why", attachments: [] }, createdAt: 1 }),
  progress: null,
  queued: [],
  here: true,
  pausing: false,
};

const plan = {
  goal: "a fix",
  revision: 0,
  steps: [
    { id: "read", title: "Read cart.ts", domain: "coder" as const, after: [], readOnly: true },
    { id: "edit", title: "Edit cart.ts", domain: "coder" as const, after: ["read"], readOnly: false },
  ],
};
const planned: TurnView = {
  ...start,
  plan,
  steps: plan.steps.map(({ id }) => ({ id, state: "waiting", model: null, attempt: 0, text: "" })),
};
const withStep = (
  turn: TurnView,
  id: string,
  state: "running" | "checking" | "done" | "failed",
  text = "",
): TurnView => ({
  ...turn,
  steps: turn.steps.map((step) => (step.id === id ? { ...step, state, attempt: 1, text } : step)),
});

describe("announcements", () => {
  it("say a plan once, a step when it begins, and nothing of its text or its end", () => {
    assert.deepEqual(newsOf(planned, alreadySaid(start)), ["Plan with 2 steps."]);
    const reading = withStep(planned, "read", "running");
    assert.deepEqual(newsOf(reading, alreadySaid(planned)), ["Step 1 of 2: Read cart.ts."]);
    assert.deepEqual(newsOf(withStep(reading, "read", "running", "more"), alreadySaid(reading)), []);
    const done = withStep(reading, "read", "done");
    assert.deepEqual(newsOf(done, alreadySaid(reading)), []);
    assert.deepEqual(newsOf(withStep(done, "edit", "failed"), alreadySaid(done)), ["Step 2 failed."]);
    const again = { ...planned, plan: { ...plan, revision: 1 } };
    assert.deepEqual(newsOf(again, alreadySaid(planned)), ["New plan with 2 steps."]);
  });

  it("say what was found wrong, and not what was accepted", () => {
    const failed = { kind: "arithmetic" as const, outcome: "failed" as const, text: "86 is wrong" };
    const verdict = { subject: "answer", confidence: null, checks: [failed], hint: "compute again" };
    const checked: TurnView = {
      ...start,
      verdicts: [
        { ...verdict, verdict: "retry" },
        { ...verdict, verdict: "accept" },
      ],
    };
    assert.deepEqual(newsOf(checked, alreadySaid(start)), ["Checked: problem found, 86 is wrong."]);
    assert.deepEqual(newsOf(checked, alreadySaid(checked)), []);
  });

  it("say that the turn is held and goes on", () => {
    const paused = { ...start, paused: true };
    assert.deepEqual(newsOf(paused, alreadySaid(start)), ["Paused."]);
    assert.deepEqual(newsOf(start, alreadySaid(paused)), ["Goes on."]);
  });

  it("end with how far the answer is proven", () => {
    assert.equal(endWords({ ...start, state: "done" }), "Answer complete");
    const evidence = { grade: "unverified" as const, checks: [] };
    assert.equal(endWords({ ...start, state: "done", evidence }), "Answer complete. not verified: no check applied");
    assert.equal(endWords({ ...start, state: "stopped", evidence }), "Answer stopped");
  });
});
