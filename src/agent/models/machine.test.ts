import assert from "node:assert/strict";
import type { HardwareFacts } from "../ports/hardware.ts";
import { machineOf } from "./machine.ts";

const gib = 2 ** 30;
const facts = (memory: number, more: Partial<HardwareFacts> = {}): HardwareFacts => ({
  platform: "linux",
  processor: "A processor",
  cores: 8,
  logicalCores: 16,
  memoryBytes: memory * gib,
  ...more,
});

describe("machine", () => {
  it("has the tier of the memory that is sold, not of the part that is left", () => {
    const tiers = [3.8, 7.6, 11.7, 15.3, 15.5, 23.4, 31.1, 62.7].map((memory) => machineOf(facts(memory), null).tier);
    assert.deepEqual(tiers, ["8gb", "8gb", "8gb", "16gb", "16gb", "16gb", "32gb", "32gb"]);
  });

  it("is a gpu or a server when its graphics processor has memory of its own", () => {
    const tier = (memory: number) =>
      machineOf(facts(31), { name: "NVIDIA GeForce RTX", totalBytes: memory * gib }).tier;
    assert.deepEqual([4, 8, 24, 80].map(tier), ["32gb", "gpu", "gpu", "server"]);
  });

  it("is not larger by a graphics processor that shares its memory", () => {
    for (const name of ["Intel(R) UHD Graphics 770", "Intel(R) Iris(R) Xe Graphics", "AMD Radeon(TM) Graphics"])
      assert.equal(machineOf(facts(15.4), { name, totalBytes: 8 * gib }).tier, "16gb", name);
    const mac = machineOf(facts(16, { platform: "darwin" }), { name: "Apple M2", totalBytes: 11 * gib });
    assert.deepEqual([mac.tier, mac.gpu], ["16gb", "Apple M2"]);
  });

  it("is a server with much memory and many cores", () => {
    assert.equal(machineOf(facts(251, { cores: 32 }), null).tier, "server");
    assert.equal(machineOf(facts(251, { cores: 8 }), null).tier, "32gb");
  });
});
