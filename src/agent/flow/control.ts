import type { Amounts } from "../../protocol/budget.ts";
import { orAborted } from "../ports/or-aborted.ts";

/** How the user reaches into a running turn. The flow looks at it before every model call. */
export interface Control {
  readonly paused: boolean;
  /** What the turn may use, as it stands now. */
  readonly limit: Amounts;
  /** Resolves when the turn may go on; rejects with the signal's reason. */
  going(signal: AbortSignal): Promise<void>;
  /** What the user has said since this was last asked. */
  takeSteering(): string[];
  pause(paused: boolean): void;
  steer(text: string): void;
  setLimit(limit: Amounts): void;
}

/** The control of one turn, which begins with this limit and is not held. */
export const createControl = (first: Amounts): Control => {
  let limit = first;
  let held: PromiseWithResolvers<void> | null = null;
  let said: string[] = [];
  return {
    get paused() {
      return held !== null;
    },
    get limit() {
      return limit;
    },
    async going(signal) {
      signal.throwIfAborted();
      // Held again before this went on: it waits again.
      while (held) await orAborted(held.promise, signal);
    },
    takeSteering() {
      const taken = said;
      said = [];
      return taken;
    },
    pause(paused) {
      if (paused) held ??= Promise.withResolvers<void>();
      else {
        held?.resolve();
        held = null;
      }
    },
    steer: (text) => void said.push(text),
    setLimit(next) {
      limit = next;
    },
  };
};
