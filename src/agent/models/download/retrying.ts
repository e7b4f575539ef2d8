import type { HostFailure } from "../../../protocol/model-host.ts";
import type { Clock } from "../../ports/clock.ts";

/**
 * Why something did not work. `again`: the next try may. `restart`: only from the first byte on. `final`: never.
 * `waitMs`: how long the server asks to be left alone.
 */
export interface Trouble {
  readonly verdict: "again" | "restart" | "final";
  readonly failure: HostFailure;
  readonly waitMs?: number;
}

/** `progressed`: more has come than ever before, so that the tries count anew. */
export type Attempt<T> = { ok: true; value: T } | { ok: false; trouble: Trouble; progressed: boolean };

/** How often something is tried again without anything new having come. */
const mostRetries = 3;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

const wait = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });

/** Tries until it works, is hopeless, or has failed four times in a row; waits 1, 2, 4 s. Rejects with the signal's reason. */
export const retrying = async <T>(
  clock: Clock,
  signal: AbortSignal,
  attempt: () => Promise<Attempt<T>>,
): Promise<{ ok: true; value: T } | { ok: false; failure: HostFailure }> => {
  for (let retries = 0; ; ) {
    signal.throwIfAborted();
    const outcome = await attempt();
    if (outcome.ok) return outcome;
    const { verdict, failure, waitMs } = outcome.trouble;
    retries = outcome.progressed ? 1 : retries + 1;
    if (verdict === "final" || retries > mostRetries) return { ok: false, failure };
    await wait(clock, Math.min(waitMs ?? firstWaitMs * 2 ** (retries - 1), longestWaitMs), signal);
  }
};
