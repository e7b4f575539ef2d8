// The built agent as a process, and a client for it that checks every answer against the contract.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { Failure } from "../../src/protocol/failure.ts";
import { secretGet } from "../../src/protocol/models.ts";
import type { Mode, RouteOverride } from "../../src/protocol/routing.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../../src/protocol/rpc.ts";
import { type Attachment, type Session, sessionNew } from "../../src/protocol/session.ts";
import type { Settings } from "../../src/protocol/settings.ts";
import { Status, statusChanged } from "../../src/protocol/status.ts";
import { turnResume, turnStart } from "../../src/protocol/turn.ts";
import { type RunningTurn, runTurn } from "./running-turn.ts";
import { agentProgram, type TestHome } from "./test-home.ts";
import { eventually, within } from "./waiting.ts";

export interface AgentOptions {
  readonly home: TestHome;
  readonly settings?: Partial<Settings>;
  readonly transport?: "ipc" | "stdio";
}

interface Question {
  readonly sessionId: string;
  readonly text: string;
  readonly attachments?: Attachment[];
  readonly replaces?: string;
  readonly mode?: Mode;
  readonly override?: RouteOverride;
}

export interface AgentProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The answer to `initialize`, as it came. */
  readonly initialized: unknown;
  /** Every status/changed, oldest first. */
  readonly statuses: readonly Status[];
  readonly request: <T extends RequestType>(type: T, params: ParamsOf<T>) => Promise<ResultOf<T>>;
  /** Any method with any parameters; the answer as it came. */
  readonly raw: (method: string, params: unknown) => Promise<unknown>;
  readonly newSession: () => Promise<Session>;
  readonly ask: (question: Question) => RunningTurn;
  readonly resume: (turnId: string) => RunningTurn;
  readonly useSettings: (settings: Partial<Settings>) => Promise<void>;
  /** Everything on standard output so far, as it came. */
  readonly stdout: () => Buffer;
  /** What it logged: standard error, and over stdio `window/logMessage`. */
  readonly log: () => string;
  readonly exited: Promise<void>;
  /** `shutdown` and `exit`, as an editor does. */
  readonly stop: () => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}

const limitMs = 20_000;

/** Starts the agent and initializes it. It ends with its home at the latest. */
export const startAgent = async ({ home, settings = {}, transport = "ipc" }: AgentOptions): Promise<AgentProcess> => {
  const child = spawn(process.execPath, [agentProgram, transport === "ipc" ? "--node-ipc" : "--stdio"], {
    env: home.env,
    stdio: transport === "ipc" ? ["ignore", "pipe", "pipe", "ipc"] : ["pipe", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the agent does not start");
  home.onClose(() => void child.kill("SIGKILL"));
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout?.on("data", (data: Buffer) => output.push(data));
  child.stderr?.on("data", (data: Buffer) => errors.push(data));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // After "exit", when also what it had written has been read.
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const connection = connect(child, transport);
  const statuses: Status[] = [];
  connection.onNotification(statusChanged.method, (value: unknown) => {
    statuses.push(checked(statusChanged.method, Status, value));
  });
  connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
    errors.push(Buffer.from(message));
  });
  connection.onRequest(secretGet.method, () => ({ secret: null }));
  connection.listen();

  const raw = (method: string, params: unknown): Promise<unknown> =>
    within(limitMs, method, connection.sendRequest(method, params));
  const request = async <T extends RequestType>(type: T, params: ParamsOf<T>, token = CancellationToken.None) => {
    const answer: unknown = await connection.sendRequest(type.method, params, token);
    return checked(type.method, type.result, answer) as ResultOf<T>; // checked with this very schema
  };

  const options = {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { trivium: settings },
  };
  const initialized = await raw("initialize", options);
  await connection.sendNotification("initialized", {});

  return {
    pid,
    child,
    initialized,
    statuses,
    request: (type, params) => within(limitMs, type.method, request(type, params)),
    raw,
    newSession: async () => (await request(sessionNew, {})).session,
    ask: ({ text, attachments = [], ...question }) =>
      runTurn(connection, (partialResultToken, token) =>
        request(turnStart, { ...question, prompt: { text, attachments }, partialResultToken }, token),
      ),
    resume: (turnId) =>
      runTurn(connection, (partialResultToken, token) => request(turnResume, { turnId, partialResultToken }, token)),
    useSettings: (next) =>
      connection.sendNotification("workspace/didChangeConfiguration", { settings: { trivium: next } }),
    stdout: () => Buffer.concat(output),
    log: () => Buffer.concat(errors).toString(),
    exited,
    async stop() {
      await raw("shutdown", undefined);
      await connection.sendNotification("exit");
      await within(2_000, "the agent ends after exit", exited);
    },
    async kill(signal) {
      child.kill(signal);
      await within(5_000, `the agent ends after ${signal}`, closed);
    },
  };
};

const connect = (child: ChildProcess, transport: "ipc" | "stdio"): MessageConnection => {
  if (transport === "ipc") return createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the agent's streams are not piped");
  stdin.on("error", () => undefined); // an agent that was killed reads no more
  return createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
};

const checked = <T extends RequestType["result"]>(what: string, schema: T, value: unknown) => {
  const result = parse(schema, value);
  if (!result.ok) throw new Error(`${what} is not as the contract says: ${result.issues.join("; ")}`);
  return result.value;
};

/** Asks in a new session and waits for the end. */
export const askOnce = async (agent: AgentProcess, text: string) => {
  const { id } = await agent.newSession();
  return within(limitMs, `the answer to ${text.slice(0, 40)}`, agent.ask({ sessionId: id, text }).result);
};

/** The error that a request is answered with; fails when it is answered otherwise. */
export const errorOf = async (answer: Promise<unknown>): Promise<ResponseError<unknown>> => {
  const error = await answer.then(
    (value) => assert.fail(`answered with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ResponseError, String(error));
  return error;
};

/** The expected failure that a request is answered with. */
export const failureOf = async (answer: Promise<unknown>): Promise<Failure> => {
  const error = await errorOf(answer);
  assert.equal(error.code, -32001);
  const failure = checked("the error's data", Failure, error.data);
  assert.equal(error.message, failure.message);
  return failure;
};

/** Resolves when the last status/changed fits. */
export const statusIs = (agent: AgentProcess, what: string, fits: (status: Status) => boolean): Promise<void> =>
  eventually(5_000, what, () => {
    const last = agent.statuses.at(-1);
    return last !== undefined && fits(last);
  });

/** No model has more conversations in memory at the same time. */
const conversationsAtOnce = 4;

/** Answers without end in all of the model's conversations, so that the next one waits; returns the last of them. */
export const keepBusy = async (agent: AgentProcess): Promise<RunningTurn> => {
  let last: RunningTurn | undefined;
  for (let count = 0; count <= conversationsAtOnce; count++) {
    const { id } = await agent.newSession();
    const turn = agent.ask({ sessionId: id, text: "KW_FOREVER" });
    let waits = false;
    await turn.when("words, or that it waits", (event) => {
      waits = event.kind === "progress" && event.phase === "queued";
      return waits || event.kind === "message_chunk";
    });
    if (waits && last) {
      turn.stop();
      await within(limitMs, "the end of the one that waits", turn.result);
      return last;
    }
    last = turn;
  }
  throw new Error("nothing ever waits");
};
