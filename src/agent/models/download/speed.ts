import type { Clock } from "../../ports/clock.ts";

const sampleMs = 500;
/** How much a new sample counts: a burst must not make the rest look near. */
const weight = 0.3;

/** Bytes per second, smoothed; null until it has been measured. `restart` forgets what was before a pause. */
export interface Speed {
  readonly bytesPerSecond: number | null;
  add(doneBytes: number): void;
  restart(): void;
}

export const createSpeed = (clock: Clock): Speed => {
  let smoothed: number | null = null;
  let last: { at: number; bytes: number } | null = null;
  return {
    get bytesPerSecond() {
      return smoothed;
    },
    add(bytes) {
      const at = clock.now();
      last ??= { at, bytes };
      if (at - last.at < sampleMs) return;
      // Starting over takes bytes back; that is no speed.
      const speed = (Math.max(0, bytes - last.bytes) * 1000) / (at - last.at);
      smoothed = smoothed === null ? speed : weight * speed + (1 - weight) * smoothed;
      last = { at, bytes };
    },
    restart() {
      smoothed = null;
      last = null;
    },
  };
};
