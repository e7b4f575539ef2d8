import {
  type Connection,
  createConnection,
  ErrorCodes,
  ProposedFeatures,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { secretGet } from "../../../protocol/models.ts";
import { parse } from "../../../protocol/rpc.ts";
import { sessionDelete, sessionList, sessionLoad, sessionNew } from "../../../protocol/session.ts";
import { readSettings } from "../../../protocol/settings.ts";
import { statusChanged, type TriviumCapability } from "../../../protocol/status.ts";
import { type TurnStream, turnResume, turnStart } from "../../../protocol/turn.ts";
import type { Agent } from "../../agent.ts";
import type { Result } from "../../failures.ts";
import type { Log } from "../../ports/log.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { serveModels } from "./models.ts";
import { serveRuns } from "./runs.ts";
import { sendProgress, serve } from "./serve.ts";

const defaultListLimit = 100;

/**
 * Serves the agent to an editor as a language server, over node-ipc or stdio as the process's arguments say.
 * `open` is called once, when the client initializes.
 */
export const serveLsp = (
  open: (workspace: string | null, secrets: Secrets) => Promise<Agent>,
  log: Log,
  version: string,
): void => {
  const connection = createConnection(ProposedFeatures.all);
  let opened: Promise<Agent> | undefined;
  let shutDown = false;

  const agentNow = (): Promise<Agent> => {
    if (!opened) throw new ResponseError(ErrorCodes.ServerNotInitialized, "initialize must come first");
    if (shutDown) throw new ResponseError(ErrorCodes.InvalidRequest, "the agent has been shut down");
    return opened;
  };

  const useSettings = async (agent: Agent, given: unknown): Promise<void> => {
    const { settings, problems } = readSettings(given);
    for (const problem of problems) log.warn(`setting ignored: ${problem}`);
    await agent.useSettings(settings);
  };

  connection.onInitialize(async ({ initializationOptions, workspaceFolders }) => {
    if (opened) throw new ResponseError(ErrorCodes.InvalidRequest, "initialize must come only once");
    opened = open(workspaceFolders?.[0]?.uri ?? null, clientSecrets(connection));
    const agent = await opened;
    await useSettings(agent, settingsIn(initializationOptions));
    agent.onStatus((status) => void connection.sendNotification(statusChanged.method, status));
    const trivium: TriviumCapability = { version, sessions: true, turns: true };
    return {
      capabilities: { textDocumentSync: TextDocumentSyncKind.None, experimental: { trivium } },
      serverInfo: { name: "trivium", version },
    };
  });
  connection.onInitialized(async () => {
    void connection.sendNotification(statusChanged.method, (await agentNow()).status());
  });
  connection.onDidChangeConfiguration(async ({ settings }) => useSettings(await agentNow(), settingsIn(settings)));
  connection.onShutdown(async () => {
    const agent = await agentNow();
    shutDown = true;
    await agent.close();
  });

  serve(connection, log, sessionNew, async () => {
    const agent = await agentNow();
    return { ok: true, value: { session: agent.newSession() } };
  });
  serve(connection, log, sessionList, async ({ limit }) => {
    const agent = await agentNow();
    return { ok: true, value: { sessions: agent.listSessions(limit ?? defaultListLimit) } };
  });
  serve(connection, log, sessionLoad, async ({ sessionId }) => toServed((await agentNow()).loadSession(sessionId)));
  serve(connection, log, sessionDelete, async ({ sessionId }) =>
    toServed(await (await agentNow()).deleteSession(sessionId)),
  );
  serve(connection, log, turnStart, async ({ partialResultToken, ...request }, signal) => {
    const onStream = (items: TurnStream[]): void => sendProgress(connection, partialResultToken, items);
    return toServed(await (await agentNow()).startTurn(request, onStream, signal));
  });
  serve(connection, log, turnResume, async ({ turnId, partialResultToken }, signal) => {
    const onStream = (items: TurnStream[]): void => sendProgress(connection, partialResultToken, items);
    return toServed(await (await agentNow()).resumeTurn(turnId, onStream, signal));
  });

  serveModels(connection, log, agentNow);
  serveRuns(connection, log, agentNow);

  // A client that goes away without a word takes the agent with it; what was running reads as interrupted.
  process.on("disconnect", () => process.exit(0));
  connection.listen();
};

/** The client keeps the keys; it is asked each time one is needed, so that a new one works at once. */
const clientSecrets = (connection: Connection): Secrets => ({
  async get(name) {
    const answer = parse(secretGet.result, await connection.sendRequest(secretGet.method, name));
    if (!answer.ok) throw new Error(`${secretGet.method} answered wrongly`);
    return answer.value.secret;
  },
});

const settingsIn = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "trivium" in value ? value.trivium : undefined;

const toServed = <T extends object>(result: Result<T>) => {
  if (!result.ok) return result;
  const { ok, ...value } = result;
  return { ok, value };
};
