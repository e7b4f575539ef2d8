import * as vscode from "vscode";
import type { Status } from "../protocol/status.ts";
import type { AgentClient } from "./agent-client.ts";

/** The agent as features see it: started when first needed, with its status. */
export interface AgentHandle extends vscode.Disposable {
  /** Starts the agent when it is not running. Rejects when it cannot be started. */
  client(): Promise<AgentClient>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  readonly status: Status | null;
  readonly onStatus: vscode.Event<Status>;
  /** The agent stopped by itself; it is being started again. */
  readonly onLost: vscode.Event<void>;
  readonly log: vscode.LogOutputChannel;
}

export const createAgentHandle = (context: vscode.ExtensionContext): AgentHandle => {
  const log = vscode.window.createOutputChannel("Trivium", { log: true });
  const statusEmitter = new vscode.EventEmitter<Status>();
  const lostEmitter = new vscode.EventEmitter<void>();
  let starting: Promise<AgentClient> | undefined;
  let status: Status | null = null;

  const onStatus = (next: Status): void => {
    status = next;
    statusEmitter.fire(next);
  };

  const start = async (): Promise<AgentClient> => {
    // The language client is most of the extension: built as a file of its own, read when the agent is first needed.
    const { startAgentClient } = await import("./agent-client.ts");
    return startAgentClient(context, log, { onStatus, onLost: () => lostEmitter.fire() });
  };

  const client = (): Promise<AgentClient> => {
    starting ??= start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };

  return {
    client,
    restart: async () => (await client()).restart(),
    stop: async () => {
      const running = await starting?.catch(() => undefined);
      await running?.stop();
    },
    get status() {
      return status;
    },
    onStatus: statusEmitter.event,
    onLost: lostEmitter.event,
    log,
    dispose() {
      void starting?.then((running) => running.dispose());
      statusEmitter.dispose();
      lostEmitter.dispose();
      log.dispose();
    },
  };
};
