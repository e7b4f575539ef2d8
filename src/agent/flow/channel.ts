/** Turns what is pushed from callbacks into something to iterate over, in order. */
export interface Channel<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** Ends the iteration after what was pushed so far. */
  end(): void;
}

export const createChannel = <T>(): Channel<T> => {
  const items: T[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (items.length > 0) yield* items.splice(0);
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
};
