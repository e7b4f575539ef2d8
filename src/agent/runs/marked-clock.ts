import type { Timer } from "../../protocol/batch.ts";

/** A clock that knows whether one of its timers acts now. When timers act is chance; what the flow does is not. */
export interface MarkedClock extends Timer {
  readonly inTimer: boolean;
}

export const markTimers = (clock: Timer): MarkedClock => {
  let inTimer = false;
  return {
    now: clock.now,
    after: (ms, action) =>
      clock.after(ms, () => {
        inTimer = true;
        try {
          action();
        } finally {
          inTimer = false;
        }
      }),
    get inTimer() {
      return inTimer;
    },
  };
};

/** Where somebody looks: the flow's `look`th time, counted from 1, or a timer's `tick`th time after it, else 0. */
interface Place {
  readonly look: number;
  readonly tick: number;
}

/**
 * Counts looks at something that changes from outside, so that a replay sees the same at the same places: the flow's
 * looks are the same ones again, and of a timer's there are never fewer.
 */
export const createLooks = (clock: MarkedClock): { next(): Place } => {
  let place: Place = { look: 0, tick: 0 };
  return {
    next() {
      const { look, tick } = place;
      place = clock.inTimer ? { look, tick: tick + 1 } : { look: look + 1, tick: 0 };
      return place;
    },
  };
};
