// A model host of its own, and clients that speak to it without an agent.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { hostEndpoint, hostHello, hostTokenFile, type LoadOptions } from "../../src/protocol/model-host.ts";
import type { ParamsOf, RequestType, ResultOf } from "../../src/protocol/rpc.ts";
import { hostProgram, type TestHome } from "./test-home.ts";
import { eventually, within } from "./waiting.ts";

export interface HostProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly errors: () => string;
}

/** Starts a host in the folder; it ends with the home at the latest. */
export const startHost = (home: TestHome, runtimeDir: string, args: readonly string[] = []): HostProcess => {
  const all = [hostProgram, "--runtime-dir", runtimeDir, "--linger-ms", "10000", ...args];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "ignore", "pipe"] });
  home.onClose(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, exited: within(20_000, "the host's end", exited), errors: () => errors };
};

export const hostListens = (host: HostProcess): Promise<void> =>
  eventually(5_000, "the host listens", () => host.errors().includes("listening"));

export const openSocket = async (runtimeDir: string): Promise<{ socket: Socket; closed: Promise<void> }> => {
  const socket = connect({ path: hostEndpoint(runtimeDir, process.platform) });
  socket.on("error", () => undefined);
  await within(2_000, "a connection", new Promise<void>((resolve) => socket.once("connect", () => resolve())));
  return { socket, closed: new Promise<void>((resolve) => socket.once("close", () => resolve())) };
};

export const speak = (socket: Socket): MessageConnection => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.onError(() => undefined);
  connection.listen();
  return connection;
};

export interface HostClient {
  ask<T extends RequestType>(type: T, params: ParamsOf<T>): Promise<ResultOf<T>>;
  /** Calls `listener` with each progress that is sent under `token`. */
  onProgress(token: string, listener: (value: unknown) => void): void;
  /** Goes away without a word. */
  leave(): Promise<void>;
}

/** A client that the host trusts. */
export const hostClient = async (runtimeDir: string): Promise<HostClient> => {
  const { socket, closed } = await openSocket(runtimeDir);
  const connection = speak(socket);
  const ask: HostClient["ask"] = (type, params) =>
    within(20_000, type.method, connection.sendRequest(type.method, params));
  await ask(hostHello, { token: readFileSync(join(runtimeDir, hostTokenFile), "utf8") });
  return {
    ask,
    onProgress: (token, listener) => void connection.onProgress(new ProgressType<unknown>(), token, listener),
    leave: () => {
      socket.destroy();
      return closed;
    },
  };
};

export const loadOptions = (path: string, more: Partial<LoadOptions> = {}): LoadOptions => ({
  path,
  purpose: "chat",
  contextSize: 1024,
  minContextSize: 512,
  sequences: 1,
  threads: 1,
  gpu: "off",
  template: "auto",
  ...more,
});
