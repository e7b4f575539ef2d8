// A private folder for one run's sockets, and the end of the model host that was started in it.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hostPidFile } from "../../src/protocol/model-host.ts";

/** Unix socket paths hold about 100 bytes, and macOS's own temporary folder takes half of that. */
const shortTemporaryFolder = process.platform === "win32" ? tmpdir() : realpathSync("/tmp");

/** A new folder that only this user can enter; programs find it as TRIVIUM_RUNTIME_DIR. */
export const createRuntimeDir = (): string => mkdtempSync(join(shortTemporaryFolder, "trivium-"));

/** The model host runs on its own so that windows can share it; it leaves its pid here. */
const modelHostPid = (runtimeDir: string): number | undefined => {
  try {
    const pid = Number(readFileSync(join(runtimeDir, hostPidFile), "utf8"));
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** Ends the model host of this folder, politely for two seconds, and removes the folder. */
export const closeRuntimeDir = async (runtimeDir: string): Promise<void> => {
  const pid = modelHostPid(runtimeDir);
  if (pid !== undefined) await endProcess(pid, 2000);
  rmSync(runtimeDir, { recursive: true, force: true });
};

/** The same for the moment before this process exits, when nothing can be waited for. */
export const closeRuntimeDirNow = (runtimeDir: string): void => {
  const pid = modelHostPid(runtimeDir);
  if (pid !== undefined) sendSignal(pid, "SIGKILL");
  rmSync(runtimeDir, { recursive: true, force: true });
};

/** Ends a process, or with a negative number a process group: SIGTERM, after `graceMs` SIGKILL. Resolves when it is gone. */
export const endProcess = async (pid: number, graceMs: number): Promise<void> => {
  sendSignal(pid, "SIGTERM");
  for (const started = Date.now(); Date.now() - started < graceMs; await sleep(50)) if (!sendSignal(pid, 0)) return;
  sendSignal(pid, "SIGKILL");
  for (const started = Date.now(); Date.now() - started < 2000; await sleep(20)) if (!sendSignal(pid, 0)) return;
};

/** False when there is no such process. */
export const sendSignal = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};
