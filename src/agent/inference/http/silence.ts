import type { Clock } from "../../ports/clock.ts";

export interface SilenceWatch {
  /** The server sent something. */
  alive(): void;
  /** From now on it may be silent for so long. */
  allow(limitMs: number): void;
  stop(): void;
  /** Milliseconds of the silence that was too long; null: there was none. */
  tooLong(): number | null;
}

/** Watches how long a server is silent: says so every `heartbeatMs`, and calls `onTooLong` once after `limitMs`. */
export const watchSilence = (
  clock: Clock,
  limits: { readonly heartbeatMs: number; readonly limitMs: number },
  onSilent: (ms: number) => void,
  onTooLong: () => void,
): SilenceWatch => {
  const { heartbeatMs } = limits;
  let { limitMs } = limits;
  let last = clock.now();
  let exceeded: number | null = null;
  let cancel = (): void => undefined;

  const look = (): void => {
    const silent = clock.now() - last;
    if (silent >= limitMs) {
      exceeded = limitMs;
      onTooLong();
      return;
    }
    if (silent >= heartbeatMs) onSilent(Math.round(silent));
    wait();
  };
  const wait = (): void => {
    const left = last + limitMs - clock.now();
    cancel = clock.after(Math.max(1, Math.min(heartbeatMs, left)), look);
  };
  wait();

  return {
    alive() {
      last = clock.now();
    },
    allow(ms) {
      limitMs = ms;
    },
    stop: () => cancel(),
    tooLong: () => exceeded,
  };
};
