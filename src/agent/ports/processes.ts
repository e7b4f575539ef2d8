import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { passedToAll } from "../../protocol/child-environment.ts";

/** A program to start that outlives this one. Its output is appended to `logFile`. */
export interface DetachedProgram {
  /** A JavaScript file, run by the Node that runs this process. */
  readonly script: string;
  readonly args: readonly string[];
  readonly logFile: string;
}

export interface Processes {
  /** Resolves with the exit code when the program ends while somebody is still interested. */
  startDetached(program: DetachedProgram): { readonly exited: Promise<number | null> };
  /** Whether the process lives and could be the one that was alive at `since` (milliseconds since 1970). */
  isAlive(pid: number, since: number): boolean;
  kill(pid: number): void;
  readonly pid: number;
}

const childEnvironment = (): NodeJS.ProcessEnv => {
  const environment: NodeJS.ProcessEnv = {
    // Electron's program acts as Node with this; Node ignores it.
    ELECTRON_RUN_AS_NODE: "1",
    // glibc keeps freed weights in per-thread arenas otherwise: 195 instead of 320 MB stay behind.
    MALLOC_ARENA_MAX: "1",
  };
  for (const name of passedToAll) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
};

/** A log above this size begins anew with the next program. */
const largestLog = 1_000_000;

const isLarge = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog;

/** Linux: a process that has ended, but whose parent has not asked how, still has its id. */
const isZombie = (pid: number): boolean => {
  if (process.platform !== "linux") return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
};

export const nodeProcesses: Processes = {
  pid: process.pid,
  startDetached({ script, args, logFile }) {
    const output = openSync(logFile, isLarge(logFile) ? "w" : "a", 0o600);
    const child = spawn(process.execPath, [script, ...args], {
      detached: true,
      windowsHide: true,
      stdio: ["ignore", output, output],
      env: childEnvironment(),
    });
    const exited = new Promise<number | null>((resolve) => {
      child.once("exit", resolve);
      child.once("error", () => resolve(null));
    });
    child.unref();
    closeSync(output); // the child has its own
    return { exited };
  },
  isAlive(pid, since) {
    const startedBeforeBoot = since < Date.now() - uptime() * 1000;
    if (startedBeforeBoot) return false;
    try {
      process.kill(pid, 0);
      return !isZombie(pid);
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM";
    }
  },
  kill(pid) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has already gone.
    }
  },
};
