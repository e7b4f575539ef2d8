import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { hostEndpoint, hostLockFile, hostPidFile, hostTokenFile } from "../protocol/model-host.ts";
import { checkModelFile } from "./gguf-check.ts";
import { createLlamaRuntime } from "./llama.ts";
import { createModels } from "./models.ts";
import { ensureRuntimeDir } from "./runtime-dir.ts";
import { serveClient } from "./server.ts";

/** Exit codes: 0 left because nobody was connected, or another host serves this folder already; 1 could not start. */
const log = (line: string): void => console.error(`${new Date().toISOString()} ${line}`);

const readArguments = (): { runtimeDir: string; lingerMs: number } => {
  const { values } = parseArgs({
    options: { "runtime-dir": { type: "string" }, "linger-ms": { type: "string", default: "15000" } },
  });
  if (!values["runtime-dir"]) throw new Error("--runtime-dir DIR is needed");
  return { runtimeDir: values["runtime-dir"], lingerMs: Number(values["linger-ms"]) };
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

const main = async (): Promise<void> => {
  const { runtimeDir, lingerMs } = readArguments();
  await ensureRuntimeDir(runtimeDir);
  const lock = takeLock(join(runtimeDir, hostLockFile));
  if (!lock) return process.exit(0);

  const token = randomBytes(32).toString("hex");
  const endpoint = hostEndpoint(runtimeDir, process.platform);
  const pidFile = join(runtimeDir, hostPidFile);
  if (process.platform !== "win32") await rm(endpoint, { force: true }); // left behind by a host that was killed
  await writeFile(join(runtimeDir, hostTokenFile), token, { mode: 0o600 });
  await writeFile(pidFile, String(process.pid));

  const models = createModels(createLlamaRuntime(log), checkModelFile);
  const server = createServer();
  const leave = async (): Promise<void> => {
    server.close();
    await rm(pidFile, { force: true });
    lock.close();
    process.exit(0);
  };
  const watch = watchIdle(lingerMs, leave);
  server.on("connection", (socket) => {
    watch(socket);
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
