import assert from "node:assert/strict";
import { newTurn } from "../../protocol/new-turn.ts";
import type { Feedback, Turn } from "../../protocol/session.ts";
import type { Check } from "../../protocol/verdict.ts";
import type { AnswerFacts } from "../checks/answer-facts.ts";
import { judge } from "../checks/judge.ts";
import { trackRecordOf } from "./track-record.ts";

const answered = (confidence: number | null, feedback: Feedback | null, checks: Check[] = []): Turn => ({
  ...newTurn({ id: "t", sessionId: "s", prompt: { text: "", attachments: [] }, createdAt: 0 }),
  feedback,
  verdicts: [{ subject: "answer", verdict: "accept", confidence, checks, hint: "" }],
});
const helpful: Feedback = { helpful: true, reason: "" };
const useless: Feedback = { helpful: false, reason: "wrong" };
const check = (kind: Check["kind"], outcome: Check["outcome"]): Check => ({ kind, outcome, text: "" });

describe("the track record", () => {
  it("puts what was said beside what was right, in bins of a tenth", () => {
    const turns = [answered(0.91, helpful), answered(0.99, useless), answered(0.32, useless), answered(1, helpful)];
    const { count, bins } = trackRecordOf(turns);
    assert.equal(count, 4);
    assert.deepEqual(
      bins.map(({ said, right, count: n }) => [said.toFixed(2), right.toFixed(2), n]),
      [
        ["0.32", "0.00", 1],
        ["0.97", "0.67", 3],
      ],
    );
  });

  it("counts checks that settle an answer, after what the user said of it", () => {
    const wrong = answered(0.5, null, [check("arithmetic", "failed"), check("tests", "passed")]);
    const right = answered(0.5, null, [check("tests", "passed")]);
    const overruled = answered(0.5, helpful, [check("arithmetic", "failed")]);
    assert.deepEqual(trackRecordOf([wrong]).bins[0]?.right, 0);
    assert.deepEqual(trackRecordOf([right]).bins[0]?.right, 1);
    assert.deepEqual(trackRecordOf([overruled]).bins[0]?.right, 1);
  });

  it("takes nothing for settled that checks leave open", () => {
    const recomputed = answered(0.5, null, [check("arithmetic", "passed"), check("arithmetic", "skipped")]);
    const doubtful = answered(0.5, null, [{ ...check("arithmetic", "failed"), sure: false }]);
    const mixed = answered(0.5, null, [
      check("arithmetic", "passed"),
      { ...check("arithmetic", "failed"), sure: false },
    ]);
    assert.equal(trackRecordOf([recomputed, doubtful, mixed]).count, 0);
  });

  it("agrees with what the rules find: an equation that holds does not make an answer right", () => {
    const judged = (question: string, answer: string): Turn => {
      const plain = { subject: "answer", path: "specialised", domain: "math", endReason: "end" } as const;
      const facts: AnswerFacts = { ...plain, question, answer, tokens: null, agreement: null, critic: null };
      return { ...answered(0.5, null), verdicts: [judge(facts)] };
    };
    const open = judged("Ann has 17 marbles and gives away 5. How many are left?", "17 + 5 = 22\nAnswer: 22");
    assert.equal(trackRecordOf([open]).count, 0);
    assert.deepEqual(trackRecordOf([judged("What is 17 - 5?", "17 - 5 = 12\nAnswer: 12")]).bins[0]?.right, 1);
    assert.deepEqual(trackRecordOf([judged("What is 17 - 5?", "17 - 5 = 13\nAnswer: 13")]).bins[0]?.right, 0);
  });

  it("leaves out what nobody judged, and what was said without confidence", () => {
    const open = answered(0.5, null, [check("critic", "failed"), check("arithmetic", "skipped")]);
    assert.deepEqual(trackRecordOf([open, answered(null, helpful)]), { count: 0, bins: [], byDomain: [] });
  });
});
