import * as vscode from "vscode";
import type { Failure } from "../protocol/failure.ts";
import type { ModelsState } from "../protocol/models.ts";
import type { Status } from "../protocol/status.ts";
import type { AgentClient } from "./agent-client.ts";

/** The agent as features see it: started when first needed, with its status. */
export interface AgentHandle extends vscode.Disposable {
  /** Starts the agent when it is not running. Rejects when it cannot be started; the next call tries again. */
  client(): Promise<AgentClient>;
  /** Ends the agent, whatever state it is in, and starts a new one. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  readonly status: Status | null;
  readonly onStatus: vscode.Event<Status>;
  /** The models while somebody watches them, else null. */
  readonly models: ModelsState | null;
  readonly onModels: vscode.Event<ModelsState | null>;
  /** The agent runs, for the first time or again: what was watched has to be watched again. */
  readonly onRunning: vscode.Event<void>;
  /** A new agent is there after `restart`: what features show is from the one before. */
  readonly onRestarted: vscode.Event<void>;
  readonly log: vscode.LogOutputChannel;
}

const staysOff = (): Failure => ({
  code: "agent-stopped",
  message: vscode.l10n.t("The agent stopped several times in three minutes. It stays off until the next prompt."),
  next: ["show-log"],
});

export const createAgentHandle = (context: vscode.ExtensionContext): AgentHandle => {
  const log = vscode.window.createOutputChannel("Trivium", { log: true });
  const statusEmitter = new vscode.EventEmitter<Status>();
  const restartedEmitter = new vscode.EventEmitter<void>();
  const modelsEmitter = new vscode.EventEmitter<ModelsState | null>();
  const runningEmitter = new vscode.EventEmitter<void>();
  let current: Promise<AgentClient> | undefined;
  let status: Status | null = null;
  let models: ModelsState | null = null;

  const setStatus = (next: Status): void => {
    status = next;
    statusEmitter.fire(next);
  };

  const setModels = (next: ModelsState | null): void => {
    models = next;
    modelsEmitter.fire(next);
  };

  const onLost = (willRestart: boolean): void => {
    const problem = willRestart ? null : staysOff();
    const known = { model: status?.model ?? null, servers: status?.servers ?? [] };
    setStatus({ ...known, health: problem ? "error" : "warning", quiescent: true, problem });
    setModels(null);
    if (!willRestart) void stop(); // what is asked next begins with a new one
  };

  const start = async (): Promise<AgentClient> => {
    // The language client is most of the extension: built as a file of its own, read when the agent is first needed.
    const { startAgentClient } = await import("./agent-client.ts");
    const onRunning = (): void => runningEmitter.fire();
    return startAgentClient(context, log, { onStatus: setStatus, onModels: setModels, onRunning, onLost });
  };

  const client = (): Promise<AgentClient> => {
    if (current) return current;
    const starting = start();
    current = starting;
    starting.catch(() => {
      if (current === starting) current = undefined;
    });
    return starting;
  };

  const stop = async (): Promise<void> => {
    const running = current;
    current = undefined;
    await running?.then((agent) => agent.stop()).catch(() => undefined);
  };

  return {
    client,
    async restart() {
      await stop();
      await client();
      restartedEmitter.fire();
    },
    stop,
    get status() {
      return status;
    },
    onStatus: statusEmitter.event,
    get models() {
      return models;
    },
    onModels: modelsEmitter.event,
    onRunning: runningEmitter.event,
    onRestarted: restartedEmitter.event,
    log,
    dispose() {
      void stop();
      for (const emitter of [statusEmitter, modelsEmitter, runningEmitter]) emitter.dispose();
      restartedEmitter.dispose();
      log.dispose();
    },
  };
};
