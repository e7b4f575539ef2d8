// Work that must happen however this process ends, short of SIGKILL: children with a group of their own would outlive it.
const pending = new Set<() => void>();
process.on("exit", () => {
  for (const cleanUp of pending) cleanUp();
});

/** Runs `cleanUp`, which may not wait for anything, when the process exits; gives a function that takes it back. */
export const atExit = (cleanUp: () => void): (() => void) => {
  pending.add(cleanUp);
  return () => pending.delete(cleanUp);
};

/** For programs without an end of their own for signals: they exit, and so clean up. */
export const exitOnSignals = (): void => {
  for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => process.exit(code));
  }
};
