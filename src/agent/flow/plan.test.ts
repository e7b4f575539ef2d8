import assert from "node:assert/strict";
import {
  accepts,
  type FlowTurn,
  namedModel,
  planOf,
  refuses,
  runFlow,
  starter,
} from "../../../test/support/flow-turn.ts";
import type { Scripted } from "../../../test/support/role-engine.ts";

const plain = planOf(["Find the cause"], ["Write the fix", 1]);
const other = planOf(["Find the cause"], ["Write a test", 1], ["Write the fix", 2]);
const circle = planOf(["Find the cause", 2], ["Write the fix", 1]);

/** In mode "plan" nothing follows the plan. */
const plan = (planner: readonly Scripted[], critic: readonly Scripted[], flow: Partial<FlowTurn> = {}) =>
  runFlow({
    path: "complex",
    domain: "coder",
    turn: { mode: "plan" },
    script: { answers: { planner, critic, coder: ["Done at once."], answerer: ["Done at once."] } },
    ...flow,
  });

describe("planning", () => {
  it("ends with the plan as a list in mode plan", async () => {
    const { outcome, turn, engine } = await plan([plain], [accepts]);
    assert.deepEqual(outcome, { state: "done", endReason: "end" });
    assert.equal(turn.answer, "**All is done.**\n\n1. Find the cause\n2. Write the fix (after 1)");
    assert.deepEqual(
      turn.steps.map(({ state }) => state),
      ["waiting", "waiting"],
    );
    assert.deepEqual(
      engine.asked.map(({ role }) => role),
      ["planner", "critic"],
    );
    assert.deepEqual(turn.routing?.actionPlan.at(-1), "the plan is shown");
    assert.deepEqual(
      turn.routing?.requiredModels.map(({ role }) => role),
      ["planner", "coder", "critic", "answerer"],
    );
  });

  it("sends back a plan whose steps wait for each other, and names them", async () => {
    const { turn, engine } = await plan([circle, plain], [accepts]);
    assert.deepEqual(
      engine.asked.map(({ role }) => role),
      ["planner", "planner", "critic"],
    );
    assert.match(engine.asked[1]?.told ?? "", /These steps wait for each other: s1, s2\./);
    assert.deepEqual([turn.plan?.revision, turn.verdicts.map(({ verdict }) => verdict)], [1, ["retry", "accept"]]);
  });

  it("answers directly after two revisions that cannot be carried out", async () => {
    const { outcome, turn, engine, notices } = await plan([circle, planOf(["A", 2], ["B", 1]), circle], [accepts]);
    assert.deepEqual([outcome.state, turn.answer, turn.plan], ["done", "Done at once.", null]);
    assert.deepEqual(
      engine.asked.map(({ role }) => role),
      ["planner", "planner", "planner", "coder"],
    );
    assert.deepEqual([turn.routing?.path, turn.routing?.role], ["specialised", "coder"]);
    assert.match(notices[0] ?? "", /There is no plan to go by/);
  });

  it("plans again in mode plan when the user has not seen the plan", async () => {
    const unseen = { goal: "Old", revision: 0, steps: [] };
    const { turn, engine } = await plan([plain], [accepts], { turn: { mode: "plan", plan: unseen } });
    assert.deepEqual([turn.plan?.goal, engine.asked.length], ["All is done.", 2]);
  });

  it("goes by an earlier plan that the critic did not like rather than by none", async () => {
    const { turn } = await plan([plain, circle], [refuses]);
    assert.deepEqual([turn.plan?.revision, turn.routing?.path], [0, "complex"]);
    assert.match(turn.answer, /1\. Find the cause/);
  });

  const hundred = planOf(...Array.from({ length: 100 }, (_, index) => [`Step ${index}`] as const));
  for (const [what, answer] of [
    ["says no plan at all", "First, I would look at the code."],
    ["plans a hundred steps", hundred],
    ["plans nothing", { json: { goal: "", steps: [] } }],
    ["has no memory", { fail: { code: "memory-refused", detail: {} } }],
    ["crashes", { fail: { code: "host-stopped", detail: {} } }],
  ] as const)
    it(`answers directly when the planner ${what}`, async () => {
      const { outcome, turn, notices } = await plan([answer], [accepts]);
      assert.deepEqual([outcome.state, turn.answer, turn.routing?.path], ["done", "Done at once.", "specialised"]);
      assert.match(notices.at(-1) ?? "", /There is no plan to go by/);
    });

  it("answers directly when nobody can plan", async () => {
    const { turn } = await plan([], [], { chains: { planner: "model-missing" } });
    assert.deepEqual([turn.answer, turn.routing?.path], ["Done at once.", "specialised"]);
  });

  it("lets the starter answer, which cannot plan", async () => {
    const script = { answers: { starter: ["A function that knows its scope."] } };
    const { outcome, turn, notices } = await plan([], [], {
      script,
      chains: { planner: [starter], answerer: [starter] },
    });
    assert.deepEqual([outcome.state, turn.routing?.path, turn.plan], ["done", "simple", null]);
    assert.ok(turn.routing?.reasons.includes("the starter model cannot plan: it answers directly"));
    assert.match(notices[0] ?? "", /^The starter model cannot plan.* Choose another model/);
  });

  it("makes no plan in mode ask, whatever the router says", async () => {
    const { turn, engine } = await plan([plain], [accepts], { turn: { mode: "ask" } });
    assert.deepEqual([turn.routing?.path, engine.asked.map(({ role }) => role)], ["specialised", ["coder"]]);
  });

  it("takes the critic's hint, and the last plan when the critic is never content", async () => {
    const { turn, engine, notices } = await plan([plain, other, plain], [refuses]);
    assert.match(engine.asked[2]?.told ?? "", /Make it right\./);
    assert.equal(turn.plan?.revision, 2);
    const last = turn.verdicts.at(-1);
    // It is carried out although it was not accepted.
    assert.deepEqual(
      [last?.verdict, last?.hint, last?.checks.map(({ kind, outcome }) => `${kind} ${outcome}`)],
      ["retry", "Make it right.", ["plan passed", "critic failed"]],
    );
    assert.match(turn.answer, /Write the fix/);
    assert.deepEqual(notices, ["The critic did not accept the plan, which is kept as it is."]);
  });

  it("sends back a plan with too many steps or an unknown one, in words", async () => {
    const unknown = planOf(["A"], ["B", 1]);
    Object.assign(unknown.json.steps[1] ?? {}, { after: ["s9"] });
    for (const [bad, words] of [
      [hundred, /steps must have at most 8 entries/],
      [unknown, /steps 2, after 1 must be one of "s1", "s2", /],
    ] as const) {
      const { turn, engine } = await plan([bad, bad, plain], [accepts]);
      const [, again, sentBack] = engine.asked;
      assert.match(again?.told ?? "", words);
      assert.match(sentBack?.told ?? "", words);
      assert.deepEqual([turn.plan?.revision, turn.verdicts.map(({ verdict }) => verdict)], [1, ["retry", "accept"]]);
      assert.match(turn.verdicts[0]?.checks[0]?.text ?? "", words);
    }
  });

  for (const [what, answer] of [
    ["crashes", { fail: { code: "host-stopped", detail: {} } }],
    ["is garbled", "no JSON"],
  ] as const)
    it(`goes by the plan when the critic ${what}`, async () => {
      const { turn } = await plan([plain], [answer]);
      assert.deepEqual(
        turn.verdicts.map(({ verdict }) => verdict),
        ["unavailable"],
      );
      assert.match(turn.answer, /1\. Find the cause/);
    });

  it("asks another planner when the same plan comes again", async () => {
    const chains = { planner: [namedModel("a"), namedModel("b")] };
    const { engine } = await plan([plain, plain, other], [refuses, refuses, accepts], { chains });
    const planners = engine.asked.filter(({ role }) => role === "planner").map(({ model }) => model);
    assert.deepEqual(planners, ["a", "a", "b"]);
    const alone = await plan([plain], [refuses]);
    assert.equal(alone.engine.asked.filter(({ role }) => role === "planner").length, 2);
  });

  for (const [when, kind] of [
    ["while the planner writes", "receipt"],
    ["before the steps begin", "plan"],
  ] as const)
    it(`plans anew with what the user says ${when}`, async () => {
      let said = false;
      const { turn, engine } = await plan([plain, other], [accepts], {
        onEvent: (event, { control }) => {
          if (event.kind === kind && !said) control.steer("With a test.");
          said ||= event.kind === kind;
        },
      });
      assert.deepEqual(
        turn.plan?.steps.map(({ title }) => title),
        ["Find the cause", "Write a test", "Write the fix"],
      );
      const [, second] = engine.asked.filter(({ role }) => role === "planner");
      assert.match(second?.told ?? "", /With a test\./);
    });
});
