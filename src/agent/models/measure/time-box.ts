import type { Clock } from "../../ports/clock.ts";

/** A span of time that several pieces of work share. */
export interface TimeBox {
  /** Milliseconds; 0 when it is over, or when work did not end though it was told to. */
  remaining(): number;
  /** 0..1 */
  elapsed(): number;
  /**
   * Gives the work `ms` at most, then aborts its signal; null when it does not end soon after that. Rejects as the work
   * does, and with the signal's reason when the caller's signal aborts.
   */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
}

/** Long enough for an engine to end the batch that it is in. */
const graceMs = 5_000;

export const timeBox = (totalMs: number, clock: Clock, signal: AbortSignal): TimeBox => {
  const start = clock.now();
  let stuck = false;
  const remaining = (): number => (stuck ? 0 : Math.max(0, start + totalMs - clock.now()));
  return {
    remaining,
    elapsed: () => 1 - remaining() / totalMs,
    async within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>) {
      signal.throwIfAborted();
      const limit = new AbortController();
      const given = Math.min(ms, remaining());
      const { promise: tooLate, resolve } = Promise.withResolvers<null>();
      const cancelLimit = clock.after(given, () => limit.abort());
      const cancelGrace = clock.after(given + graceMs, () => {
        stuck = true;
        resolve(null);
      });
      try {
        const working = work(AbortSignal.any([signal, limit.signal])).catch((error: unknown) => {
          // An engine may also end an aborted request by rejecting.
          if (limit.signal.aborted && !signal.aborted) return null;
          throw error;
        });
        const result = await Promise.race([working, tooLate]);
        signal.throwIfAborted();
        return result;
      } finally {
        cancelLimit();
        cancelGrace();
      }
    },
  };
};
