import assert from "node:assert/strict";
import fc from "fast-check";
import { Check, type Evidence } from "../../protocol/verdict.ts";
import { evidenceOf } from "./evidence.ts";

const check = (kind: Check["kind"], outcome: Check["outcome"]): Check => ({ kind, outcome, text: "" });
const gradeOf = (...checks: Check[]): Evidence["grade"] => evidenceOf(checks).grade;
const kinds = Check.shape.kind.options;
const checks = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    outcome: fc.constantFrom(...Check.shape.outcome.options),
    text: fc.string(),
  }),
);
const order: readonly Evidence["grade"][] = ["unverified", "partly", "verified"];

describe("evidence", () => {
  it("is verified by a proof that nothing contradicts", () => {
    assert.equal(gradeOf(check("tests", "passed")), "verified");
    assert.equal(gradeOf(check("arithmetic", "passed"), check("syntax", "passed")), "verified");
    assert.equal(gradeOf(check("tests", "passed"), check("syntax", "failed")), "partly");
  });

  it("is partial when a part was not looked at, or only a part can be", () => {
    assert.equal(gradeOf(check("arithmetic", "passed"), check("arithmetic", "skipped")), "partly");
    assert.equal(gradeOf(check("schema", "passed")), "partly");
  });

  it("is none when nothing was checked", () => {
    assert.equal(gradeOf(), "unverified");
    assert.equal(gradeOf(check("tests", "skipped")), "unverified");
    assert.equal(gradeOf(check("tests", "failed")), "unverified");
  });

  it("never rises by a failed check", () =>
    fc.assert(
      fc.property(checks, fc.constantFrom(...kinds), (all, kind) =>
        assert.ok(order.indexOf(gradeOf(...all, check(kind, "failed"))) <= order.indexOf(gradeOf(...all))),
      ),
    ));

  it("does not hear what models say", () =>
    fc.assert(
      fc.property(
        checks,
        fc.constantFrom("critic", "agreement"),
        fc.constantFrom("passed", "failed"),
        (all, kind, outcome) => assert.deepEqual(evidenceOf([...all, check(kind, outcome)]), evidenceOf(all)),
      ),
    ));
});
