import { join } from "node:path";
import { hostEndpoint, hostPidFile, hostTokenFile } from "../../../protocol/model-host.ts";
import type { Ports } from "../../ports/ports.ts";
import type { Socket } from "../../ports/sockets.ts";
import { type HostConnection, HostGone, openHostConnection, type Patience } from "./host-connection.ts";

export type HostPorts = Pick<Ports, "clock" | "files" | "log" | "places" | "processes" | "sockets">;

/** What a host that is started now may take; a running one keeps its own. 0: no limit, or never. */
export interface HostLimits {
  readonly memoryBytes: number;
  /** Disk space for saved KV states; 0: none are kept. */
  readonly stateBytes: number;
  /** How long a model stays in memory that nobody uses. */
  readonly idleMs: number;
}

export interface HostOptions {
  /** How long the host stays after its last client has left. */
  readonly lingerMs: number;
  readonly startWithinMs: number;
  readonly patience: Patience;
  readonly limits: HostLimits;
}

export const defaultHostOptions: HostOptions = {
  lingerMs: 15_000,
  startWithinMs: 20_000,
  patience: { pingEveryMs: 1_000, hungAfterMs: 10_000 },
  limits: { memoryBytes: 0, stateBytes: 1e9, idleMs: 15 * 60_000 },
};

/**
 * Connects to the user's model host and starts it when there is none. Several agents may do this at once: all of them
 * may start one, the lock in the runtime folder lets one live, and all connect to that one.
 */
export const connectHost = async (
  ports: HostPorts,
  options: HostOptions,
  onStarting: () => void,
): Promise<HostConnection> => {
  const { clock, files, places, processes, sockets } = ports;
  const endpoint = hostEndpoint(places.runtime, process.platform);
  const shakeHands = async (socket: Socket): Promise<HostConnection> => {
    try {
      const token = await files.readText(join(places.runtime, hostTokenFile));
      const pid = await files.readText(join(places.runtime, hostPidFile)).then(Number, () => 0); // none: it is leaving
      if (socket.destroyed) throw new HostGone("host-stopped");
      const onHung = (): void => {
        if (pid > 1) processes.kill(pid);
      };
      return await openHostConnection(socket, token, { clock, patience: options.patience, onHung });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  };

  // Whoever owns the folder owns the socket in it, and would get every prompt.
  await files.makePrivateFolder(places.runtime);
  if (!(await files.isPrivateFolder(places.runtime)))
    throw new Error(
      `${places.runtime} belongs to another user or is open to others; remove it, or set TRIVIUM_RUNTIME_DIR`,
    );

  const running = await sockets.connect(endpoint).catch(() => undefined);
  if (running) return shakeHands(running);

  onStarting();
  const logFile = join(places.runtime, "modelhost.log");
  const child = processes.startDetached({
    script: join(places.program, "modelhost.mjs"),
    args: hostArguments(places, options),
    logFile,
  });
  let exitCode: number | null | undefined;
  void child.exited.then((code) => {
    exitCode = code;
  });

  const deadline = clock.now() + options.startWithinMs;
  while (clock.now() < deadline) {
    const socket = await sockets.connect(endpoint).catch(() => undefined);
    if (socket) return shakeHands(socket);
    // 0: another host already holds the lock and will listen in a moment.
    if (exitCode !== undefined && exitCode !== 0)
      throw new Error(`the model host ended with code ${exitCode}; its log is ${logFile}`);
    await new Promise<void>((resolve) => clock.after(15, resolve));
  }
  throw new Error(`the model host did not listen within ${options.startWithinMs / 1000} s; its log is ${logFile}`);
};

const hostArguments = ({ runtime, data }: Ports["places"], { lingerMs, limits }: HostOptions): string[] => [
  ...["--runtime-dir", runtime],
  ...["--linger-ms", String(lingerMs)],
  ...(limits.stateBytes > 0 ? ["--state-dir", join(data, "states")] : []),
  ...["--state-limit-bytes", String(limits.stateBytes)],
  ...["--memory-limit-bytes", String(limits.memoryBytes)],
  ...["--idle-ms", String(limits.idleMs)],
];
