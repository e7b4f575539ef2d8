import assert from "node:assert/strict";
import { createSpeed } from "./speed.ts";

describe("the speed of a download", () => {
  const measured = (samples: readonly (readonly [at: number, bytes: number])[]): number | null => {
    let now = 0;
    const speed = createSpeed({ now: () => now, epoch: () => now, after: () => () => undefined });
    for (const [at, bytes] of samples) {
      now = at;
      speed.add(bytes);
    }
    return speed.bytesPerSecond;
  };

  it("is unknown at first, then what came in a second", () => {
    assert.equal(measured([[0, 5000]]), null);
    assert.equal(
      measured([
        [0, 5000],
        [100, 9000],
      ]),
      null,
    );
    assert.equal(
      measured([
        [0, 5000],
        [1000, 6000],
      ]),
      1000,
    );
  });

  it("is smoothed, and never negative when a download begins anew", () => {
    assert.equal(
      measured([
        [0, 0],
        [1000, 1000],
        [2000, 11_000],
      ]),
      3700,
    );
    assert.equal(
      measured([
        [0, 5000],
        [1000, 0],
      ]),
      0,
    );
  });
});
