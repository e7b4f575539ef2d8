/** Time as a parameter: milliseconds that never go back, and a timer that can be cancelled. */
export interface Timer {
  now(): number;
  after(ms: number, action: () => void): () => void;
}

/**
 * Gathers what arrives in quick succession and hands it on at most once per `intervalMs`.
 * The first item after a pause goes out at once; `flush` hands on what is waiting; after `close` nothing is emitted.
 */
export interface Batch<T> {
  add(item: T): void;
  flush(): void;
  close(): void;
}

export const batch = <T>(intervalMs: number, timer: Timer, emit: (items: T[]) => void): Batch<T> => {
  let waiting: T[] = [];
  let lastEmit = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;
  let closed = false;

  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    lastEmit = timer.now();
    emit(items);
  };

  return {
    add(item) {
      if (closed) return;
      waiting.push(item);
      if (cancelTimer) return;
      const wait = lastEmit + intervalMs - timer.now();
      if (wait <= 0) flush();
      else cancelTimer = timer.after(wait, flush);
    },
    flush,
    close() {
      flush();
      closed = true;
    },
  };
};
