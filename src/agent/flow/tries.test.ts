import assert from "node:assert/strict";
import { namedModel } from "../../../test/support/flow-turn.ts";
import type { Check, VerdictWord } from "../../protocol/verdict.ts";
import { bestOf, hintAfter, holds, isStuck, moveAfter, type Try } from "./tries.ts";

const wrong: Check = { kind: "arithmetic", outcome: "failed", text: "12 * 7 is 84." };
const disliked: Check = { kind: "critic", outcome: "failed", text: "It is too long." };

const likely: Check = { kind: "arithmetic", outcome: "failed", sure: false, text: "12 was not used." };
const usage = {
  ...{ promptTokens: 1, cachedTokens: 0, completionTokens: 1, contextSize: 1 },
  ...{ firstTokenMs: 1, tokensPerSecond: 1 },
};

const tried = (verdict: VerdictWord, text = "Something.", checks: Check[] = [], model = "a"): Try => ({
  ...{ model: namedModel(model), text, endReason: "end", usage },
  verdict: { subject: "answer", verdict, confidence: 0.5, checks, hint: verdict === "accept" ? "" : "Do better." },
});

describe("what comes after a try", () => {
  for (const [what, tries, move] of [
    ["is nothing when it is accepted", [tried("accept")], "accept"],
    ["is nothing when nobody could judge it", [tried("unavailable")], "accept"],
    ["is one more with a hint", [tried("retry")], "again"],
    ["is the next model at once when there is no hope", [tried("escalate")], "other-model"],
    ["is the next model after a second try", [tried("retry"), tried("retry")], "other-model"],
    ["is nothing after the next model", [tried("retry"), tried("retry"), tried("retry", "", [], "b")], "stand"],
    ["is one more when nothing was said", [tried("accept", " ")], "again"],
  ] as const)
    it(what, () => assert.equal(moveAfter(tries, true), move));

  it("is nothing when there is no other model", () => assert.equal(moveAfter([tried("escalate")], false), "stand"));
});

describe("tries that do not get anywhere", () => {
  it("fail in the same check, or say the same", () => {
    assert.ok(isStuck([tried("retry", "One.", [wrong]), tried("retry", "Another.", [wrong])]));
    assert.ok(isStuck([tried("retry", "One.", [wrong]), tried("retry", "one.", [{ ...wrong, text: "It is not." }])]));
    assert.ok(
      !isStuck([tried("retry", "One.", [wrong]), tried("retry", "Another.", [{ ...wrong, text: "It is not." }])]),
    );
  });

  it("are not those that only a critic dislikes, or that are only likely to be wrong", () => {
    for (const check of [disliked, likely])
      assert.ok(!isStuck([tried("retry", "One.", [check]), tried("retry", "One.", [check])]));
  });

  it("are told what failed", () => {
    const hint = hintAfter([tried("retry", "One.", [wrong]), tried("retry", "One.", [wrong])]);
    assert.equal(hint, "12 * 7 is 84. Do better. The last try repeated itself. Take another way.");
  });
});

describe("a result that holds", () => {
  it("has something in it, and no check that surely failed", () => {
    assert.deepEqual(
      [tried("accept"), tried("retry", "One.", [disliked]), tried("retry", "One.", [likely])].map(holds),
      [true, true, true],
    );
    assert.deepEqual([tried("accept", " "), tried("retry", "One.", [wrong])].map(holds), [false, false]);
  });
});

describe("the try that stands", () => {
  it("was accepted, or else has the fewest faults, and something in it", () => {
    const [one, two, nothing] = [tried("retry", "One.", [wrong]), tried("retry", "Two."), tried("accept", "")];
    assert.equal(bestOf([two, one, nothing]), two);
    assert.equal(bestOf([tried("retry"), one])?.text, "Something.");
    const accepted = tried("accept");
    assert.equal(bestOf([accepted, two]), accepted);
    assert.equal(bestOf([two, { ...two, text: "Later." }])?.text, "Later.");
  });
});
