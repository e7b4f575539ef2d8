// A home of its own for the programs of one test: their database, their sockets, and the end of all of them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/bootstrap.mjs";
import { atExit } from "../../scripts/editor/at-exit.ts";
import { closeRuntimeDirNow, createRuntimeDir, sendSignal } from "../../scripts/editor/runtime-dir.ts";
import { hostPidFile } from "../../src/protocol/model-host.ts";
import { processEnds } from "./waiting.ts";

export const agentProgram = join(root, "dist", "agent.mjs");
export const hostProgram = join(root, "dist", "modelhost.mjs");

export interface TestHome {
  /** The folder of the database. */
  readonly data: string;
  /** The folder of the model host's socket, token, log and process id. */
  readonly runtime: string;
  readonly env: NodeJS.ProcessEnv;
  /** The model host that runs in this home, or did until it was killed. */
  readonly hostPid: () => number | undefined;
  readonly hostLog: () => string;
  /** Does `end` before the folders go, also when a test fails. */
  readonly onClose: (end: () => void) => void;
  /** Ends what was started, the model host last, and removes the folders. */
  readonly close: () => Promise<void>;
}

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
};

export const createTestHome = (): TestHome => {
  const data = mkdtempSync(join(tmpdir(), "trivium-data-"));
  const runtime = createRuntimeDir();
  const ends = new Set<() => void>();
  const endAll = (): void => {
    for (const end of ends) end();
    ends.clear();
  };
  const forget = atExit(() => {
    endAll();
    closeRuntimeDirNow(runtime);
    rmSync(data, { recursive: true, force: true });
  });
  const hostPid = (): number | undefined => Number(readOr(join(runtime, hostPidFile), "")) || undefined;
  return {
    data,
    runtime,
    // A home of its own: models that other programs keep in the user's are none of a test's.
    env: { ...process.env, HOME: data, USERPROFILE: data, TRIVIUM_HOME: data, TRIVIUM_RUNTIME_DIR: runtime },
    hostPid,
    hostLog: () => readOr(join(runtime, "modelhost.log"), ""),
    onClose: (end) => void ends.add(end),
    close: async () => {
      endAll();
      const pid = hostPid();
      if (pid !== undefined && sendSignal(pid, "SIGKILL")) await processEnds(pid, 5_000);
      rmSync(runtime, { recursive: true, force: true });
      rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      forget();
    },
  };
};
