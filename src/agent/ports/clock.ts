import type { Timer } from "../../protocol/batch.ts";

/** `epoch` is milliseconds since 1970; `now` never goes back and measures spans. */
export interface Clock extends Timer {
  epoch(): number;
}

export const nodeClock: Clock = {
  epoch: () => Date.now(),
  now: () => performance.now(),
  after(ms, action) {
    // Rounded up: a timer that fires early would let batches come faster than their interval.
    const handle = setTimeout(action, Math.ceil(ms));
    return () => clearTimeout(handle);
  },
};
