import assert from "node:assert/strict";
import { accepts, planOf, refuses, runFlow } from "../../../test/support/flow-turn.ts";

const plan = planOf(["Find the cause"], ["Write the fix", 1]);
const better = planOf(["Find the cause"], ["Write a test", 1], ["Write the fix", 2]);

/** The second step as the critic reads it: a line of its own. */
const second = JSON.stringify(plan.json.steps[1]);

const planning = (where: string) =>
  runFlow({
    ...{ path: "complex", domain: "coder", turn: { mode: "plan" } },
    script: { answers: { planner: [plan, better], critic: [{ json: { ...refuses.json, where } }, accepts] } },
  });

describe("the place that a critic calls wrong", () => {
  it("is told to the next try, as a quotation", async () => {
    const { engine } = await planning(second);
    const [critic, again] = ["critic", "planner"].map((role) => engine.asked.filter((one) => one.role === role));
    assert.ok(critic?.[0]?.told.split("\n").includes(second));
    assert.ok(again?.[1]?.told.includes(`\n> Wrong: \`${second}\`. Make it right.\n`), again?.[1]?.told);
  });

  it("is left out when it does not stand there", async () => {
    const { engine } = await planning("Write another fix");
    const told = engine.asked.filter(({ role }) => role === "planner")[1]?.told ?? "";
    assert.match(told, /\n> It is wrong\.\n> Make it right\.\n/);
    assert.ok(!told.includes("Wrong: "));
  });
});
