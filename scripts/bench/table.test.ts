import assert from "node:assert/strict";
import { atLeast, atMost, type Measure, quantile } from "./measure.ts";
import { delays, growing } from "./recorded-host.ts";
import { table } from "./table.ts";

const line = (measure: Measure, before?: number): string =>
  table([measure], before === undefined ? {} : { [measure.name]: before }).split("\n")[1] ?? "";

describe("the benchmark's table", () => {
  it("shows the median, the range, the target and the ratio to the baseline", () => {
    const measure: Measure = { name: "ready", unit: "ms", values: [300, 90, 110], target: atMost(400) };
    assert.deepEqual(line(measure, 100).split(/ {2,}/), [
      ...["ready", "110 ms", "90.0 – 300", "3", "≤ 400 ms", "met", "100", "1.10"],
    ]);
  });

  it("judges the median, in the direction of the target", () => {
    assert.match(line({ name: "speed", unit: "%", values: [99, 94.9, 80], target: atLeast(95) }), /MISSED/);
    assert.match(line({ name: "speed", unit: "%", values: [95], target: atLeast(95) }), /\bmet\b/);
    assert.match(line({ name: "wait", unit: "ms", values: [51], target: atMost(50) }), /MISSED/);
  });

  it("says what was not measured and why, and judges nothing there", () => {
    const text = table([{ name: "memory", unit: "MB", values: [], target: atMost(1), note: "not here" }], {});
    assert.match(text, /not measured/);
    assert.match(text, /memory: not here/);
    assert.doesNotMatch(text, /met|MISSED/);
  });
});

describe("the benchmark's arithmetic", () => {
  it("takes quantiles between neighbours and leaves the values as they were", () => {
    const values = [4, 1, 3, 2];
    assert.equal(quantile(values, 0.5), 2.5);
    assert.equal(quantile(values, 1), 4);
    assert.deepEqual(values, [4, 1, 3, 2]);
  });

  it("finds how much later somebody else had seen as much text", () => {
    const engine = growing([
      { at: 10, text: "ab" },
      { at: 20, text: "c" },
      { at: 30, text: "def" },
    ]);
    const client = growing([
      { at: 15, text: "a" },
      { at: 25, text: "bc" },
    ]);
    assert.deepEqual(delays(engine, client), [15, 5]);
  });
});
