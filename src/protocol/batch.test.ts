import assert from "node:assert/strict";
import fc from "fast-check";
import { batch, type Timer } from "./batch.ts";

/** A clock that stands still until it is told to go on. */
const manualTimer = () => {
  let time = 0;
  let next: { at: number; action: () => void } | undefined;
  const timer: Timer = {
    now: () => time,
    after(ms, action) {
      const mine = { at: time + ms, action };
      next = mine;
      return () => {
        if (next === mine) next = undefined;
      };
    },
  };
  const pass = (ms: number): void => {
    const end = time + ms;
    while (next && next.at <= end) {
      time = next.at;
      const { action } = next;
      next = undefined;
      action();
    }
    time = end;
  };
  return { timer, pass };
};

describe("batch", () => {
  it("hands on everything once, in order, and never faster than its interval", () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 40 })), { maxLength: 50 });
    fc.assert(
      fc.property(steps, (items) => {
        const { timer, pass } = manualTimer();
        const emitted: { at: number; items: number[] }[] = [];
        const queue = batch<number>(16, timer, (some) => emitted.push({ at: timer.now(), items: some }));
        for (const [item, wait] of items) {
          queue.add(item);
          pass(wait);
        }
        pass(16);
        assert.deepEqual(
          emitted.flatMap((one) => one.items),
          items.map(([item]) => item),
        );
        for (const [index, one] of emitted.entries())
          if (index > 0) assert.ok(one.at - (emitted[index - 1]?.at ?? 0) >= 16);
      }),
    );
  });

  it("hands the first item on at once", () => {
    const emitted: string[][] = [];
    batch<string>(16, manualTimer().timer, (items) => emitted.push(items)).add("a");
    assert.deepEqual(emitted, [["a"]]);
  });

  it("emits nothing after it was closed", () => {
    const { timer, pass } = manualTimer();
    const emitted: string[][] = [];
    const queue = batch<string>(16, timer, (items) => emitted.push(items));
    queue.add("a");
    queue.add("b");
    queue.close();
    queue.add("c");
    pass(100);
    assert.deepEqual(emitted, [["a"], ["b"]]);
  });
});
