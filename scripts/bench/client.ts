// An agent as a client sees it: a process of its own over stdio, with folders of its own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  CancellationTokenSource,
  createMessageConnection,
  ProgressType,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { sessionNew, type Turn } from "../../src/protocol/session.ts";
import type { Settings } from "../../src/protocol/settings.ts";
import { type TurnStream, turnStart } from "../../src/protocol/turn.ts";
import { cleanEnvironment, nodePath, root } from "../bootstrap.mjs";
import { atExit } from "../editor/at-exit.ts";
import { endProcess, sendSignal } from "../editor/runtime-dir.ts";
import { now, within } from "./measure.ts";

/** One answered prompt. Times are of this process, in milliseconds. */
export interface Answered {
  readonly turn: Turn;
  readonly startedAt: number;
  readonly endedAt: number;
  /** What arrived of the answer, and when. */
  readonly pieces: readonly { readonly at: number; readonly text: string }[];
}

export interface AskOptions {
  readonly onStream?: (item: TurnStream, stop: () => void) => void;
}

export interface AgentClient {
  readonly pid: number;
  /** From the spawn to the answer to `initialize`. */
  readonly readyMs: number;
  /** Asks in a chat of its own. */
  readonly ask: (text: string, options?: AskOptions) => Promise<Answered>;
  readonly stop: () => Promise<void>;
}

const answerLimitMs = 120_000;

/** `env` names the agent's folders. What it does not say about models and generation is as for a new user. */
export const startAgent = async (
  env: Readonly<Record<string, string>>,
  settings: Partial<Settings> = {},
): Promise<AgentClient> => {
  const spawnedAt = now();
  const child = spawn(nodePath, [join(root, "dist", "agent.mjs"), "--stdio"], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("The agent could not be started.");
  const forget = atExit(() => sendSignal(pid, "SIGKILL"));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const initialize = { processId: process.pid, rootUri: null, capabilities: {} };
  const initializationOptions = { trivium: settings };
  await within(
    20_000,
    "the agent's start",
    connection.sendRequest("initialize", { ...initialize, initializationOptions }),
  );
  const readyMs = now() - spawnedAt;
  await connection.sendNotification("initialized", {});

  let tokens = 0;
  const ask: AgentClient["ask"] = async (text, { onStream } = {}) => {
    const { session } = await connection.sendRequest<{ session: { id: string } }>(sessionNew.method, {});
    const pieces: { at: number; text: string }[] = [];
    const cancel = new CancellationTokenSource();
    const partialResultToken = `bench-${++tokens}`;
    const progress = connection.onProgress(new ProgressType<TurnStream>(), partialResultToken, (item) => {
      if ("event" in item && item.event.kind === "message_chunk") pieces.push({ at: now(), text: item.event.text });
      onStream?.(item, () => cancel.cancel());
    });
    const params = { sessionId: session.id, prompt: { text, attachments: [] }, partialResultToken };
    const startedAt = now();
    const answer = connection.sendRequest<{ turn: Turn }>(turnStart.method, params, cancel.token);
    const { turn } = await within(answerLimitMs, "an answer", answer).finally(() => progress.dispose());
    const endedAt = now();
    if (turn.failure) throw new Error(`The agent could not answer: ${turn.failure.message}`);
    return { turn, startedAt, endedAt, pieces };
  };

  const stop = async () => {
    connection.dispose();
    await endProcess(pid, 2000);
    forget();
  };
  return { pid, readyMs, ask, stop };
};
