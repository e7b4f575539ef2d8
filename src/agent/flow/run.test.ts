import assert from "node:assert/strict";
import { namedModel, runFlow, starter } from "../../../test/support/flow-turn.ts";
import type { HostFailure } from "../../protocol/model-host.ts";
import type { RunEvent } from "../../protocol/run-event.ts";

const kinds = (events: readonly RunEvent[]): string[] => {
  const all = events.map(({ kind }) => kind).filter((kind) => kind !== "progress");
  return all.filter((kind, index) => kind !== all[index - 1]);
};

describe("the simple road", () => {
  it("asks one model, checks what it says and grades the evidence", async () => {
    const { outcome, events, turn } = await runFlow({
      script: { answers: { answerer: ["A closure keeps its scope."] } },
    });
    assert.deepEqual(outcome, { state: "done", endReason: "end" });
    assert.equal(turn.answer, "A closure keeps its scope.");
    assert.deepEqual(kinds(events), ["routing", "receipt", "message_chunk", "usage", "budget", "verdict", "evidence"]);
    assert.deepEqual(
      turn.routing?.requiredModels.map(({ role }) => role),
      ["answerer"],
    );
    assert.deepEqual(turn.routing?.reasons, ["a test"]);
  });

  it("does not send the words that only choose the road", async () => {
    const { engine } = await runFlow({ text: "@general what is a monad?", script: { answers: { answerer: ["Hm."] } } });
    assert.deepEqual(
      engine.asked.map(({ told }) => told),
      ["what is a monad?"],
    );
  });

  it("goes on with a partial answer", async () => {
    const turn = { answer: "A closure ", state: "stopped" as const };
    const { turn: end, engine } = await runFlow({ turn, script: { answers: { answerer: ["keeps its scope."] } } });
    assert.equal(end.answer, "A closure keeps its scope.");
    assert.deepEqual(engine.asked[0]?.request.messages.at(-1), { role: "assistant", content: "A closure " });
  });

  it("takes another way when a model goes in circles, and in the end asks the user", async () => {
    const loop = "and again and again I say that this is so, and so it is. ".repeat(200);
    const { outcome, turn, engine, notices } = await runFlow({
      chains: { answerer: [namedModel("a"), namedModel("b"), starter] },
      script: { answers: { answerer: [loop] } },
    });
    assert.deepEqual(outcome, { state: "done", endReason: "no-progress" });
    assert.deepEqual(
      engine.asked.map(({ model }) => model),
      ["a", "a", "b"],
    );
    assert.match(notices.at(-1) ?? "", /I do not get any further with this/);
    assert.doesNotMatch(turn.answer, /I do not get any further with this/);
    assert.match(engine.asked[1]?.told ?? "", /repeated itself/);
  });

  it("asks again when a model says nothing, and says so when it stays silent", async () => {
    const second = await runFlow({ script: { answers: { answerer: [" ", "It keeps its scope."] } } });
    assert.deepEqual(
      [second.outcome, second.turn.answer],
      [{ state: "done", endReason: "end" }, "It keeps its scope."],
    );
    const silent = await runFlow({ script: { answers: { answerer: [""] } } });
    assert.deepEqual(silent.outcome, { state: "done", endReason: "no-progress" });
    assert.equal(silent.turn.answer, "");
    assert.match(silent.notices.at(-1) ?? "", /^I do not get any further with this: The answer is empty\./);
  });

  it("takes the second answer when only the first one went in circles", async () => {
    const loop = "and again and again I say that this is so, and so it is. ".repeat(200);
    const { outcome, turn } = await runFlow({ script: { answers: { answerer: [loop, "It keeps its scope."] } } });
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "end" }, "It keeps its scope."]);
  });
});

describe("a turn whose first model cannot be had", () => {
  const chains = { answerer: [namedModel("large"), namedModel("small")] };
  const runTwo = (failure: HostFailure) =>
    runFlow({ chains, script: { answers: { answerer: ["yes"] }, unopened: { large: failure } } });

  it("goes on with the next one when there is no memory, and says so", async () => {
    const { outcome, notices, turn } = await runTwo({ code: "memory-refused", detail: { neededBytes: 9e9 } });
    assert.deepEqual([outcome.state, turn.answer, turn.routing?.model.name], ["done", "yes", "small"]);
    assert.deepEqual(notices, ["There is no memory for large now: small answers instead."]);
  });

  for (const [what, failure] of [
    ["does not answer", { code: "engine-unreachable", detail: { engine: "team", url: "http://x", reason: "refused" } }],
    ["fails with 500", { code: "engine-rejected", detail: { engine: "team", status: 500, reason: "it broke" } }],
  ] as const)
    it(`goes on with the next one when its server ${what}`, async () => {
      const { outcome, notices, turn } = await runTwo(failure);
      assert.deepEqual([outcome.state, turn.answer, notices.length], ["done", "yes", 1]);
      assert.match(notices[0] ?? "", /team .* small answers instead\./);
    });

  it("fails when another model would not help", async () => {
    const { outcome, turn } = await runTwo({ code: "engine-rejected", detail: { engine: "team", status: 400 } });
    assert.deepEqual([outcome.state, turn.answer], ["failed", ""]);
  });

  it("gives the lease back when generating fails", async () => {
    const fail = { code: "engine-timeout", detail: { engine: "team", seconds: 30 } } as const;
    const { outcome, engine } = await runFlow({ chains, script: { answers: { answerer: [{ fail }, "yes"] } } });
    assert.deepEqual([outcome.state, engine.opened], ["done", ["large", "small"]]);
  });

  it("fails when the role has no model at all", async () => {
    const { outcome } = await runFlow({ chains: { answerer: "model-missing" }, script: { answers: {} } });
    assert.equal(outcome.state === "failed" && outcome.failure.code, "model-missing");
  });
});
