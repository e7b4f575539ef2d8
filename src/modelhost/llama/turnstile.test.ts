import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createTurnstile } from "./turnstile.ts";

describe("turnstile", () => {
  it("makes a gap in which nobody is inside, again and again, while steps overlap", async () => {
    let time = 0;
    const turnstile = createTurnstile(() => time);
    let inside = 0;
    let gaps = 0;
    let ended = 0;
    const generation = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step++)
        await turnstile.pass(async () => {
          inside++;
          time += 10;
          await nextTurn();
          if (step % 2 === 0) await nextTurn();
          inside--;
        });
      ended++;
    };
    const watch = async (): Promise<void> => {
      while (ended < 3) {
        if (inside === 0) gaps++;
        await nextTurn();
      }
    };
    await Promise.all([generation(200), generation(200), generation(150), watch()]);
    assert.ok(gaps >= 20, `${gaps} gaps`);
  });

  it("lets a lone generation through without a pause", async () => {
    let time = 0;
    const turnstile = createTurnstile(() => time);
    for (let step = 0; step < 100; step++) {
      time += 1_000;
      assert.equal(await turnstile.pass(async () => step), step);
    }
  });

  it("lets others through after a step that failed", async () => {
    const turnstile = createTurnstile(() => 0);
    await assert.rejects(
      turnstile.pass(async () => {
        throw new Error("step");
      }),
      /step/,
    );
    assert.equal(await turnstile.pass(async () => 1), 1);
  });
});
