import assert from "node:assert/strict";
import { parse } from "./rpc.ts";
import { mostSteeringLength, turnSteer } from "./turn.ts";

describe("what is said to a running turn", () => {
  const issuesOf = (text: string): string[] => {
    const parsed = parse(turnSteer.params, { turnId: "t", text });
    return parsed.ok ? [] : parsed.issues;
  };

  it("is trimmed", () => {
    const parsed = parse(turnSteer.params, { turnId: "t", text: "  Shorter.\n" });
    assert.equal(parsed.ok && parsed.value.text, "Shorter.");
    assert.deepEqual(issuesOf(` ${"x".repeat(mostSteeringLength)} `), []);
  });

  it("is not empty, and not long", () => {
    assert.deepEqual(issuesOf(" \n"), ["text: nothing is said"]);
    assert.deepEqual(issuesOf("x".repeat(mostSteeringLength + 1)), ["text: longer than 2000 characters"]);
  });
});
