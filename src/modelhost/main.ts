import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { Timer } from "../protocol/batch.ts";
import { hostEndpoint, hostLockFile, hostPidFile, hostTokenFile } from "../protocol/model-host.ts";
import { checkModelFile } from "./gguf/check.ts";
import { openKvStore } from "./llama/kv-store.ts";
import { createLlamaRuntime } from "./llama/runtime.ts";
import { createMachineMemory } from "./memory/machine-memory.ts";
import { createHostModels, type HostModels } from "./models.ts";
import { ensureRuntimeDir } from "./runtime-dir.ts";
import { serveClient } from "./server.ts";

/** Exit codes: 0 left because nobody was connected, or another host serves this folder already; 1 could not start. */
const log = (line: string): void => console.error(`${new Date().toISOString()} ${line}`);

interface Arguments {
  readonly runtimeDir: string;
  readonly lingerMs: number;
  /** Where KV states are kept; null: nowhere. */
  readonly stateDir: string | null;
  readonly stateLimitBytes: number;
  /** 0: no limit but the machine's. */
  readonly memoryLimitBytes: number;
  readonly idleMs: number;
}

const readArguments = (): Arguments => {
  const { values } = parseArgs({
    options: {
      "runtime-dir": { type: "string" },
      "linger-ms": { type: "string", default: "15000" },
      "state-dir": { type: "string" },
      "state-limit-bytes": { type: "string", default: "1000000000" },
      "memory-limit-bytes": { type: "string", default: "0" },
      "idle-ms": { type: "string", default: "900000" },
    },
  });
  const numberOf = (name: "linger-ms" | "state-limit-bytes" | "memory-limit-bytes" | "idle-ms"): number => {
    const value = Number(values[name]);
    if (!(value >= 0)) throw new Error(`--${name} is a number from 0`);
    return value;
  };
  if (!values["runtime-dir"]) throw new Error("--runtime-dir DIR is needed");
  return {
    runtimeDir: values["runtime-dir"],
    lingerMs: numberOf("linger-ms"),
    stateDir: values["state-dir"] ?? null,
    stateLimitBytes: numberOf("state-limit-bytes"),
    memoryLimitBytes: numberOf("memory-limit-bytes"),
    idleMs: numberOf("idle-ms"),
  };
};

/**
 * Holds the lock "this user's host" for the life of the process. The operating system frees it however the process ends,
 * which a lock file with a process id in it cannot promise. Waits a moment for a host that is just leaving; returns
 * undefined when another one stays.
 */
const takeLock = (path: string): DatabaseSync | undefined => {
  const lock = new DatabaseSync(path, { timeout: 1_000 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch {
    lock.close();
    return undefined;
  }
};

/** Calls `leave` when no socket has been open for `lingerMs`. */
const watchIdle = (lingerMs: number, leave: () => void): ((socket: Socket) => void) => {
  let open = 0;
  let timer = setTimeout(leave, lingerMs);
  return (socket) => {
    open++;
    clearTimeout(timer);
    socket.once("close", () => {
      open--;
      if (open > 0) return;
      clearTimeout(timer);
      timer = setTimeout(leave, lingerMs);
    });
  };
};

/** How long models may take to keep their conversations and go when this process ends. */
const longestFarewellMs = 3_000;

/** Milliseconds since 1970: when a model was last used is shown to people. */
const timer: Timer = {
  now: () => Date.now(),
  after: (ms, action) => {
    const handle = setTimeout(action, ms);
    return () => clearTimeout(handle);
  },
};

type ModelArguments = Omit<Arguments, "runtimeDir" | "lingerMs">;

const openModels = async ({
  stateDir,
  stateLimitBytes,
  memoryLimitBytes,
  idleMs,
}: ModelArguments): Promise<HostModels> => {
  const keep = stateDir !== null && stateLimitBytes > 0;
  const kvStore = keep ? await openKvStore({ folder: stateDir, maxBytes: stateLimitBytes, log }) : null;
  return createHostModels({
    runtime: createLlamaRuntime({ kvStore, log }),
    checkModelFile,
    readMachine: await createMachineMemory(),
    timer,
    limitBytes: memoryLimitBytes > 0 ? memoryLimitBytes : null,
    idleMs,
    savedBytes: () => kvStore?.bytes ?? 0,
    log,
  });
};

const main = async (): Promise<void> => {
  const { runtimeDir, lingerMs, ...options } = readArguments();
  await ensureRuntimeDir(runtimeDir);
  const lock = takeLock(join(runtimeDir, hostLockFile));
  if (!lock) return process.exit(0);

  const token = randomBytes(32).toString("hex");
  const endpoint = hostEndpoint(runtimeDir, process.platform);
  const pidFile = join(runtimeDir, hostPidFile);
  if (process.platform !== "win32") await rm(endpoint, { force: true }); // left behind by a host that was killed
  await writeFile(join(runtimeDir, hostTokenFile), token, { mode: 0o600 });
  await writeFile(pidFile, String(process.pid));

  const models = await openModels(options);
  const server = createServer();
  const sockets = new Set<Socket>();
  let leaving = false;
  const leave = async (): Promise<void> => {
    if (leaving) return;
    leaving = true;
    server.close();
    for (const socket of sockets) socket.destroy();
    await rm(pidFile, { force: true });
    // From here on another host may start: what is left to do is to save conversations, which it leaves alone.
    lock.close();
    setTimeout(() => process.exit(0), longestFarewellMs);
    await models.close();
    process.exit(0);
  };
  const watch = watchIdle(lingerMs, leave);
  server.on("connection", (socket) => {
    watch(socket);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", (error) => log(`socket: ${error.message}`));
    serveClient(socket, models, { token }, log);
  });
  server.listen(endpoint, () => log(`listening, process ${process.pid}`));
  server.on("error", (error) => {
    log(`cannot listen on ${endpoint}: ${error.message}`);
    process.exit(1);
  });
  process.on("SIGTERM", leave);
};

process.on("uncaughtException", (error) => {
  log(`uncaught: ${error.stack}`);
  process.exit(1);
});

main().catch((error: unknown) => {
  log(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
