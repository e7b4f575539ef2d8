import assert from "node:assert/strict";
import { totalmem } from "node:os";
import { nodeHardware, numbersOf } from "./hardware.ts";

describe("hardware", () => {
  it("reads lists of processors", () => {
    assert.deepEqual(numbersOf("0-2,5\n"), [0, 1, 2, 5]);
    assert.deepEqual(numbersOf("7"), [7]);
    assert.deepEqual(numbersOf(""), []);
  });

  it("says what this machine has", async () => {
    const { cores, logicalCores, memoryBytes, processor } = await nodeHardware.read();
    assert.ok(cores >= 1 && cores <= logicalCores, `${cores} of ${logicalCores}`);
    assert.ok(memoryBytes > 0 && memoryBytes <= totalmem());
    assert.notEqual(processor, "");
  });
});
