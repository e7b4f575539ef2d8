import type { Llama } from "node-llama-cpp";
import { createThreadGovernor } from "./thread-governor.ts";

/** The threads of one generation: first it reads its prompt, then it writes. */
export interface ThreadUse {
  /** After each piece of the prompt. */
  chunk(tokens: number, ms: number): void;
  /** At each token that is written. */
  token(): void;
  end(): void;
}

/** The threads of one model's generations. More threads than free cores make llama.cpp's spinning barrier collapse. */
export interface Threads {
  /** The most that this model may ever use; what a context is created with. */
  readonly most: number;
  begin(): ThreadUse;
}

/**
 * `wanted` threads, or found by measuring when it is 0. llama.cpp takes `maxThreads` anew for every batch, so it can be
 * changed while a generation runs. Reading gains from threads that writing does not (docs/adr/0007-threads.md), so each
 * has its own governor. Where generations meet, nothing new is tried: one would pay for what is tried for the other.
 */
export const createThreads = (llama: Llama, wanted: number): Threads => {
  const most = wanted > 0 ? wanted : llama.cpuMathCores;
  // A context never gets more than this was at its creation, so it begins high.
  llama.maxThreads = Math.max(llama.maxThreads, most);
  const reading = createThreadGovernor({ cores: most });
  const writing = createThreadGovernor({ cores: most });
  const active = new Set<{ writes: boolean }>();
  let lastTokenAt: number | null = null;

  const apply = (): void => {
    const [only] = active;
    if (wanted > 0 || active.size !== 1 || !only) llama.maxThreads = wanted > 0 ? wanted : writing.settled;
    else llama.maxThreads = only.writes ? writing.threads : reading.threads;
  };

  return {
    most,
    begin() {
      const use = { writes: false };
      active.add(use);
      lastTokenAt = null;
      apply();
      return {
        chunk(tokens, ms) {
          if (active.size === 1) reading.measured(tokens, ms);
          apply();
        },
        token() {
          const now = performance.now();
          use.writes = true;
          const allWrite = [...active].every(({ writes }) => writes);
          if (allWrite && lastTokenAt !== null) writing.measured(1, now - lastTokenAt);
          lastTokenAt = allWrite ? now : null;
          apply();
        },
        end() {
          active.delete(use);
          lastTokenAt = null;
          apply();
        },
      };
    },
  };
};
