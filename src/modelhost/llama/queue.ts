/** Work on one resource, at most `width` at a time, begun in the order it was asked for. */
export interface Queue {
  /**
   * Runs `work` when there is room for it; calls `onWait` first if it has to wait.
   * Rejects with the signal's reason, without running, when aborted while waiting.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal, onWait: () => void): Promise<T>;
  /** True while work runs or waits. */
  readonly busy: boolean;
  /** Resolves when nothing runs or waits; at once if so now. */
  idle(): Promise<void>;
}

/** One at a time unless a `width` is given. */
export const createQueue = (width = 1): Queue => {
  const waiting: (() => void)[] = [];
  const idleListeners: (() => void)[] = [];
  let running = 0;

  const leave = (): void => {
    const next = waiting.shift();
    // The place passes from hand to hand, so nobody who comes just now can take it.
    if (next) {
      next();
      return;
    }
    running--;
    if (running === 0) for (const listener of idleListeners.splice(0)) listener();
  };

  const enter = async (signal: AbortSignal, onWait: () => void): Promise<void> => {
    if (running < width) {
      running++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const onAbort = (): void => {
      const at = waiting.indexOf(turn.resolve);
      // Its turn has come just now: it goes in, sees the signal, and gives its place to the next.
      if (at === -1) return;
      waiting.splice(at, 1);
      turn.reject(signal.reason);
    };
    waiting.push(turn.resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    onWait();
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  return {
    get busy() {
      return running > 0;
    },
    async run(work, signal, onWait) {
      signal.throwIfAborted();
      await enter(signal, onWait);
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
    async idle() {
      if (running === 0) return;
      await new Promise<void>((resolve) => idleListeners.push(resolve));
    },
  };
};
