import { createConnection, ProposedFeatures, TextDocumentSyncKind } from "vscode-languageserver/node";
import { sessionDelete, sessionList, sessionLoad, sessionNew } from "../../../protocol/session.ts";
import { readSettings } from "../../../protocol/settings.ts";
import { statusChanged, type TriviumCapability } from "../../../protocol/status.ts";
import { turnResume, turnStart } from "../../../protocol/turn.ts";
import type { Agent, Result } from "../../agent.ts";
import type { Log } from "../../ports/log.ts";
import { sendProgress, serve } from "./serve.ts";

const defaultListLimit = 100;

/**
 * Serves the agent to an editor as a language server, over node-ipc or stdio as the process's arguments say.
 * `open` is called once, when the client initializes.
 */
export const serveLsp = (open: () => Promise<Agent>, log: Log, version: string): void => {
  const connection = createConnection(ProposedFeatures.all);
  const opened = Promise.withResolvers<Agent>();
  opened.promise.catch(() => undefined);

  const useSettings = async (given: unknown): Promise<void> => {
    const { settings, problems } = readSettings(given);
    for (const problem of problems) log.warn(`setting ignored: ${problem}`);
    await (await opened.promise).useSettings(settings);
  };

  connection.onInitialize(async ({ initializationOptions }) => {
    try {
      opened.resolve(await open());
    } catch (error) {
      opened.reject(error);
      throw error;
    }
    const agent = await opened.promise;
    await useSettings(settingsIn(initializationOptions));
    agent.onStatus((status) => void connection.sendNotification(statusChanged.method, status));
    const trivium: TriviumCapability = { version, sessions: true, turns: true };
    return {
      capabilities: { textDocumentSync: TextDocumentSyncKind.None, experimental: { trivium } },
      serverInfo: { name: "trivium", version },
    };
  });
  connection.onInitialized(async () => {
    void connection.sendNotification(statusChanged.method, (await opened.promise).status());
  });
  connection.onDidChangeConfiguration(({ settings }) => void useSettings(settingsIn(settings)));
  connection.onShutdown(async () => (await opened.promise).close());

  serve(connection, log, sessionNew, async () => {
    const agent = await opened.promise;
    return { ok: true, value: { session: agent.newSession() } };
  });
  serve(connection, log, sessionList, async ({ limit }) => {
    const agent = await opened.promise;
    return { ok: true, value: { sessions: agent.listSessions(limit ?? defaultListLimit) } };
  });
  serve(connection, log, sessionLoad, async ({ sessionId }) => toServed((await opened.promise).loadSession(sessionId)));
  serve(connection, log, sessionDelete, async ({ sessionId }) =>
    toServed(await (await opened.promise).deleteSession(sessionId)),
  );
  serve(connection, log, turnStart, async ({ partialResultToken, ...request }, signal) => {
    const agent = await opened.promise;
    return toServed(
      await agent.startTurn(request, (items) => sendProgress(connection, partialResultToken, items), signal),
    );
  });
  serve(connection, log, turnResume, async ({ turnId, partialResultToken }, signal) => {
    const agent = await opened.promise;
    return toServed(
      await agent.resumeTurn(turnId, (items) => sendProgress(connection, partialResultToken, items), signal),
    );
  });

  // A client that goes away without a word takes the agent with it; what was running reads as interrupted.
  process.on("disconnect", () => process.exit(0));
  connection.listen();
};

const settingsIn = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "trivium" in value ? value.trivium : undefined;

const toServed = <T extends object>(result: Result<T>) => {
  if (!result.ok) return result;
  const { ok, ...value } = result;
  return { ok, value };
};
