import assert from "node:assert/strict";
import { byModel, inParallel, stepsToGoOn } from "./waves.ts";

describe("a wave of steps", () => {
  it("is grouped by model, the one that is open first", () => {
    const items = ["b1", "a1", "b2", "c1", "a2"];
    const modelOf = (item: string): string => item.slice(0, 1);
    assert.deepEqual(byModel(items, modelOf, "c"), [["c1"], ["b1", "b2"], ["a1", "a2"]]);
    assert.deepEqual(byModel(items, modelOf, "d"), [["b1", "b2"], ["a1", "a2"], ["c1"]]);
    assert.deepEqual(byModel([], modelOf, null), []);
  });

  it("begins nothing after a failure, and awaits what runs", async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const act = async (item: number): Promise<void> => {
      begun.push(item);
      for (let tick = 0; tick < item; tick++) await Promise.resolve();
      if (item === 1) throw new Error("stopped");
      ended.push(item);
    };
    await assert.rejects(inParallel([20, 1, 2, 3], 2, act), /stopped/);
    assert.deepEqual([begun, ended], [[20, 1], [20]]);
  });

  it("does again what was not accepted when a turn goes on", () => {
    const step = (id: string) => ({ id, title: id, domain: "general" as const, after: [], readOnly: true });
    const status = (id: string, state: "done" | "failed" | "running") => ({
      id,
      state,
      model: null,
      attempt: 2,
      text: id,
    });
    const steps = ["s1", "s2", "s3", "s4"].map(step);
    const known = [status("s1", "done"), status("s2", "failed"), status("s3", "running")];
    const again = stepsToGoOn(steps, known).map(({ state, text, attempt }) => [state, text, attempt]);
    assert.deepEqual(again, [
      ["done", "s1", 2],
      ["waiting", "", 0],
      ["waiting", "", 0],
      ["waiting", "", 0],
    ]);
  });
});
