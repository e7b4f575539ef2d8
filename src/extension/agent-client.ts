import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import {
  CancellationToken,
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  type MessageTransports,
  ProgressType,
  ResponseError,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { passedToAgent } from "../protocol/child-environment.ts";
import { Failure } from "../protocol/failure.ts";
import { type ModelsState, modelsChanged, modelsWatch, secretChanged, secretGet } from "../protocol/models.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../protocol/rpc.ts";
import { type SettingKey, settingEntries } from "../protocol/settings.ts";
import { type Status, statusChanged } from "../protocol/status.ts";
import { engineOfKey, readEngineKey } from "./key-store.ts";

/** An expected failure of a request, with its way out. */
class RequestFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export interface AgentCall {
  readonly onProgress?: (value: unknown) => void;
  readonly token?: vscode.CancellationToken;
}

/** The connection to the agent process. Requests wait while it starts; those in flight when it stops reject. */
export interface AgentClient {
  /** Rejects with RequestFailed for expected failures. */
  request<T extends RequestType>(type: T, params: ParamsOf<T>, call?: AgentCall): Promise<ResultOf<T>>;
  /** The models now; from then on each change reaches `onModels`, until `watch` is false. */
  watchModels(watch: boolean): Promise<ModelsState>;
  /** Ends the agent: in order within two seconds, else by force. */
  stop(): Promise<void>;
}

export interface AgentListeners {
  readonly onStatus: (status: Status) => void;
  /** null: nobody watches any more. */
  readonly onModels: (models: ModelsState | null) => void;
  /** The agent runs, for the first time or again: it knows nothing of what was watched before. */
  readonly onRunning: () => void;
  /** The agent stopped by itself; `willRestart` is false when it stays off. */
  readonly onLost: (willRestart: boolean) => void;
}

/** More stops than this in three minutes and the agent stays off until it is needed again. */
const restartLimit = { restarts: 4, withinMs: 180_000 };

const agentEnvironment = (): NodeJS.ProcessEnv => {
  const environment: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: "1" };
  for (const name of passedToAgent) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
};

/** User settings only: a workspace's settings.json has no say, whatever the editor merges. */
const currentSettings = (): Record<string, unknown> => {
  const configuration = vscode.workspace.getConfiguration("trivium");
  const keys = Object.keys(settingEntries) as SettingKey[]; // Object.keys forgets the literal keys
  const given = keys.map((key) => [key, configuration.inspect(key)?.globalValue] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
};

/** Starts the agent and keeps it running. */
export const startAgentClient = async (
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  listeners: AgentListeners,
): Promise<AgentClient> => {
  const program = path.join(context.extensionPath, "dist", "agent.mjs");

  /** A process that ends late must not write to a log that is closed. */
  let stopped = false;
  let agentProcess: ChildProcess | undefined;
  const say = (level: "info" | "warn" | "error", text: string): void => {
    if (!stopped) log[level](text);
  };

  const connect = async (): Promise<MessageTransports> => {
    const child = spawn(process.execPath, [program, "--node-ipc", `--clientProcessId=${process.pid}`], {
      env: agentEnvironment(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      windowsHide: true,
    });
    agentProcess = child;
    child.stderr?.on("data", (data: Buffer) => say("info", data.toString().trimEnd()));
    child.stdout?.on("data", (data: Buffer) => say("warn", `stdout: ${data.toString().trimEnd()}`));
    child.on("error", (error) => say("error", `the agent does not start: ${error.message}`));
    child.on("exit", (code, signal) => say("info", `the agent ended: ${signal ?? `code ${code}`}`));
    say("info", `agent started, process ${child.pid}`);
    return { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) };
  };

  let losses: number[] = [];
  const client = new LanguageClient("trivium", "Trivium", connect, {
    documentSelector: [],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({ trivium: currentSettings() }),
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        losses = [...losses.filter((at) => Date.now() - at < restartLimit.withinMs), Date.now()];
        const willRestart = losses.length <= restartLimit.restarts;
        if (!stopped) listeners.onLost(willRestart);
        return { action: willRestart ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
      },
    },
  });
  client.onNotification(statusChanged.method, (raw: unknown) => {
    const status = parse(statusChanged.params, raw);
    if (status.ok) listeners.onStatus(status.value);
    else log.warn(`status not understood: ${status.issues.join("; ")}`);
  });
  client.onNotification(modelsChanged.method, (raw: unknown) => {
    const models = parse(modelsChanged.params, raw);
    if (models.ok) listeners.onModels(models.value);
    else log.warn(`models not understood: ${models.issues.join("; ")}`);
  });
  client.onRequest(secretGet.method, async (raw: unknown) => {
    const asked = parse(secretGet.params, raw);
    return { secret: asked.ok ? await readEngineKey(context.secrets, asked.value) : null };
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running && !stopped) listeners.onRunning();
  });
  const onSettings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration("trivium")) return;
    const settings = { trivium: currentSettings() };
    // While it starts, the client keeps the message until the agent listens.
    client.sendNotification("workspace/didChangeConfiguration", { settings }).catch(() => undefined);
  });
  // Of any window: what the agent knows of an engine may be about the key before.
  const onKey = context.secrets.onDidChange(({ key }) => {
    const engine = engineOfKey(key);
    if (engine !== null) client.sendNotification(secretChanged.method, { engine }).catch(() => undefined);
  });

  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    onSettings.dispose();
    onKey.dispose();
    await client.stop(2_000).catch(() => undefined);
    agentProcess?.kill("SIGKILL"); // does nothing to one that has ended
  };

  try {
    await client.start();
  } catch (error) {
    await stop();
    throw error;
  }

  let tokens = 0;
  const request: AgentClient["request"] = async (type, params, { onProgress, token = CancellationToken.None } = {}) => {
    const partialResultToken = onProgress && `turn-${++tokens}`;
    const progress =
      partialResultToken && onProgress
        ? client.onProgress(new ProgressType<unknown>(), partialResultToken, onProgress)
        : undefined;
    try {
      const sent = partialResultToken ? { ...(params as object), partialResultToken } : params; // an object schema
      const raw: unknown = await client.sendRequest(type.method, sent, token);
      const result = parse(type.result, raw);
      if (!result.ok) throw new Error(`${type.method} answered wrongly: ${result.issues.join("; ")}`);
      return result.value as ResultOf<typeof type>; // parsed with this very schema
    } catch (error) {
      throw toRequestFailed(error);
    } finally {
      progress?.dispose();
    }
  };
  return {
    request,
    async watchModels(watch) {
      const models = await request(modelsWatch, { watch });
      listeners.onModels(watch ? models : null);
      return models;
    },
    stop,
  };
};

const toRequestFailed = (error: unknown): unknown => {
  if (!(error instanceof ResponseError)) return error;
  const failure = parse(Failure, error.data);
  return failure.ok ? new RequestFailed(failure.value) : error;
};
