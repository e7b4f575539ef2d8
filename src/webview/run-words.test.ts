import assert from "node:assert/strict";
import { newTurn } from "../protocol/new-turn.ts";
import type { ShownStep } from "../protocol/shown-step.ts";
import type { Check, Evidence, Verdict } from "../protocol/verdict.ts";
import { budgetShare, budgetTexts } from "./budget-words.ts";
import { evidenceText, foundBy, provenText, sourceText, stepLook, sureText, verdictLook } from "./run-words.ts";

const check = (outcome: Check["outcome"], text: string): Check => ({ kind: "arithmetic", outcome, text });
const evidence = (grade: Evidence["grade"], ...checks: Check[]): string => evidenceText({ grade, checks });

describe("words about a run", () => {
  it("tell one check in its own words, count several, and name what failed first", () => {
    const sums = check("passed", "3 calculations recomputed");
    assert.equal(evidence("verified", sums), "verified: 3 calculations recomputed");
    assert.equal(evidence("verified", sums, check("skipped", "no file")), "verified: 3 calculations recomputed");
    assert.equal(evidence("verified", sums, check("passed", "the code is complete")), "verified: 2 checks passed");
    assert.equal(evidence("partly", sums, check("failed", "a test fails")), "partly verified: a test fails");
    assert.equal(
      evidence("unverified", check("failed", "a"), check("failed", "b"), sums),
      "not verified: 2 of 3 checks failed",
    );
    assert.equal(evidence("unverified"), "not verified: no check applied");
  });

  it("prove nothing of a plan that is not carried out", () => {
    const turn = newTurn({ id: "t", sessionId: "s", prompt: { text: "", attachments: [] }, createdAt: 0 });
    const ended = { ...turn, state: "done" as const, evidence: { grade: "unverified" as const, checks: [] } };
    const steps = [{ id: "a", state: "waiting" as const, model: null, attempt: 0, text: "" }];
    const planned = { ...ended, plan: { goal: "", steps: [], revision: 0 }, steps };
    assert.equal(provenText(ended), "not verified: no check applied");
    assert.equal(provenText({ ...planned, mode: "plan" }), "a plan, nothing carried out yet");
    assert.equal(provenText({ ...planned, state: "stopped" }), null);
    const done = steps.map((step) => ({ ...step, state: "done" as const }));
    assert.equal(provenText({ ...planned, mode: "plan", steps: done }), "not verified: no check applied");
    assert.equal(provenText(turn), null);
  });

  it("say what a verdict found, and never what is done about it", () => {
    const fine = check("passed", "fine");
    const wrong = check("failed", "86 is wrong");
    assert.equal(foundBy({ checks: [fine, wrong] }), "86 is wrong");
    assert.equal(foundBy({ checks: [fine] }), "");
    for (const verdict of ["retry", "escalate"] as const) {
      assert.equal(verdictLook({ verdict, checks: [fine, wrong] }).word, "problem found");
      assert.equal(verdictLook({ verdict, checks: [{ ...wrong, sure: false }] }).word, "may be wrong");
      assert.equal(verdictLook({ verdict, checks: [fine] }).word, "not good enough");
    }
  });

  it("say how sure in a number, and nothing that an accepted verdict contradicts", () => {
    assert.equal(sureText(0.87), "87 % sure");
    assert.equal(sureText(0.12), "12 % sure");
  });

  it("give each state and verdict its own icon and word", () => {
    const states: ShownStep[] = [
      ...(["waiting", "running", "checking", "done", "failed", "skipped", "unavailable"] as const),
      ...(["refused", "doubted", "stopped"] as const),
    ];
    const looks = states.map(stepLook);
    assert.equal(new Set(looks.map(({ icon }) => icon)).size, states.length);
    assert.equal(new Set(looks.map(({ word }) => word)).size, states.length);
    const verdicts: Pick<Verdict, "verdict" | "checks">[] = [
      { verdict: "accept", checks: [] },
      { verdict: "retry", checks: [check("failed", "wrong")] },
      { verdict: "retry", checks: [] },
      { verdict: "unavailable", checks: [] },
    ];
    assert.equal(new Set(verdicts.map((verdict) => verdictLook(verdict).icon)).size, 4);
    const sources = (["user", "rule", "classifier", "model", "default"] as const).map(sourceText);
    assert.equal(new Set(sources).size, 5);
  });
});

describe("words about a budget", () => {
  const used = { steps: 6, tokens: 9_400, ms: 41_000, wattHours: 0.06 };
  const limit = { steps: 40, tokens: 200_000, ms: 1_800_000, wattHours: 0 };

  it("say what is used of what may be used", () => {
    assert.deepEqual(budgetTexts({ used, limit }), ["6/40 calls", "9.4k/200k tokens", "41 s/30 min", "about 0.06 Wh"]);
  });

  it("leave out limits that are none, and energy that nobody measured", () => {
    const free = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };
    assert.deepEqual(budgetTexts({ used: { ...used, wattHours: 0 }, limit: free }), ["6 calls", "9.4k tokens", "41 s"]);
    assert.equal(budgetShare({ used, limit: free }), null);
  });

  it("measure by the limit that is nearest", () => {
    assert.equal(budgetShare({ used, limit }), 0.15);
    assert.equal(budgetShare({ used, limit: { ...limit, steps: 3 } }), 2);
  });
});
