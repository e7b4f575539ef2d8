/** Lets the steps of several generations on one context through, and now and then lets what waits behind them in. */
export interface Turnstile {
  /** Runs one step: a token, or a piece of a prompt. */
  pass<T>(step: () => Promise<T>): Promise<T>;
}

/** How long work that needs the whole context may wait for a gap. */
const gapEveryMs = 100;

/**
 * node-llama-cpp holds the context's lock as long as any sequence asks for more, so beside two generations nothing that
 * needs the lock would ever come in: beginning a prompt, stopping at a word, saving a state. Therefore, when steps
 * overlap, all of them pause together once in a while, and the lock is free for a moment.
 */
export const createTurnstile = (now: () => number = () => performance.now()): Turnstile => {
  let inside = 0;
  let gap: PromiseWithResolvers<void> | undefined;
  let lastGapAt = now();

  const open = (): void => {
    gap?.resolve();
    gap = undefined;
    lastGapAt = now();
  };

  return {
    async pass(step) {
      while (gap) await gap.promise;
      inside++;
      try {
        return await step();
      } finally {
        inside--;
        if (!gap && inside > 0 && now() - lastGapAt >= gapEveryMs) gap = Promise.withResolvers();
        // The lock is given on in microtasks; the next turn of the event loop is after them.
        if (gap && inside === 0) setImmediate(open);
      }
    },
  };
};
