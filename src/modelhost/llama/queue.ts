/** Work on one resource, one at a time, in the order it was asked for. */
export interface Queue {
  /**
   * Runs `work` when all earlier work has ended; calls `onWait` first if it has to wait.
   * Rejects with the signal's reason, without running, when aborted while waiting.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal, onWait: () => void): Promise<T>;
  /** True while work runs or waits. */
  readonly busy: boolean;
}

export const createQueue = (): Queue => {
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;

  return {
    get busy() {
      return pending > 0;
    },
    async run(work, signal, onWait) {
      signal.throwIfAborted();
      if (pending > 0) onWait();
      pending++;
      const previous = last;
      const mine = Promise.withResolvers<void>();
      // Whoever comes next waits for all before it, also when this one gives up early.
      last = previous.then(() => mine.promise);
      const aborted = Promise.withResolvers<never>();
      const onAbort = (): void => aborted.reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        await Promise.race([previous, aborted.promise]);
        signal.removeEventListener("abort", onAbort);
        return await work();
      } finally {
        signal.removeEventListener("abort", onAbort);
        pending--;
        mine.resolve();
      }
    },
  };
};
