import type { Timer } from "../../protocol/batch.ts";

/** A clock that stands until it is set to a later time; timers that are due by then fire in order. */
export interface ReplayClock extends Timer {
  setTo(ms: number): void;
}

export const createReplayClock = (): ReplayClock => {
  let now = 0;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    setTo(ms) {
      for (;;) {
        const [first] = timers.filter(({ at }) => at <= ms).sort((a, b) => a.at - b.at);
        if (!first) break;
        timers = timers.filter((timer) => timer !== first);
        now = Math.max(now, first.at);
        first.action();
      }
      now = Math.max(now, ms);
    },
  };
};
