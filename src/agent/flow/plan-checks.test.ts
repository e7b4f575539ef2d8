import assert from "node:assert/strict";
import fc from "fast-check";
import type { PlanStep } from "../../protocol/plan.ts";
import { planProblems, samePlan } from "./plan-checks.ts";

const step = (id: string, after: string[] = [], title = `Do ${id}`): PlanStep => ({
  ...{ id, title, after },
  ...{ domain: "general", readOnly: true },
});

describe("what is wrong with a plan", () => {
  it("is nothing when every step comes after earlier ones", () => {
    const ids = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];
    const needs = fc.array(fc.subarray(ids), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(needs, fc.boolean(), (all, backwards) => {
        const steps = all.map((after, index) => {
          const earlier = after.filter((id) => ids.indexOf(id) < index);
          return step(ids[index] ?? "", earlier);
        });
        assert.deepEqual(planProblems(backwards ? steps.toReversed() : steps), []);
      }),
    );
  });

  for (const [what, steps, problem] of [
    ["a double id", [step("s1"), step("s1")], "More than one step has the id s1."],
    ["an unknown need", [step("s1", ["s7"])], "Step s1 comes after s7, which does not exist."],
    ["an empty title", [step("s1", [], " ")], "Step s1 has no title."],
    ["itself as a need", [step("s1", ["s1"])], "These steps wait for each other: s1."],
    [
      "a circle",
      [step("s1"), step("s2", ["s1", "s3"]), step("s3", ["s2"])],
      "These steps wait for each other: s2, s3.",
    ],
  ] as const)
    it(`names ${what}`, () => assert.deepEqual(planProblems(steps), [problem]));
});

describe("the same plan", () => {
  it("has the same steps in the same order, however its titles are spaced", () => {
    assert.ok(samePlan([step("s1"), step("s2", ["s1"])], [step("s1", [], " do S1 "), step("s2", ["s1"])]));
    assert.ok(!samePlan([step("s1"), step("s2", ["s1"])], [step("s1"), step("s2")]));
  });
});
