import * as vscode from "vscode";
import { runShow, trackRecord } from "../../../protocol/run.ts";
import { sessionList, sessionLoad } from "../../../protocol/session.ts";
import type { AgentClient } from "../../agent-client.ts";
import { runMarkdown, type Translate } from "./run-markdown.ts";
import { trackMarkdown } from "./track-markdown.ts";

/** How many chats are looked through for turns to pick from. */
const recentChats = 5;

const translate: Translate = (text, ...values) => vscode.l10n.t(text, ...values);

/** How the turn ran, as Markdown. Rejects with the failure's words when nothing is kept of it. */
export const readRun = async (client: AgentClient, turnId: string): Promise<string> => {
  const { run } = await client.request(runShow, { turnId });
  return runMarkdown(run, translate);
};

/** How often answers were right, as Markdown. */
export const readTrackRecord = async (client: AgentClient): Promise<string> =>
  trackMarkdown(await client.request(trackRecord, {}), translate);

/** Asks which of the turns of the last chats, newest first; null when there is none, or none was picked. */
export const pickTurn = async (client: AgentClient): Promise<string | null> => {
  const { sessions } = await client.request(sessionList, { limit: recentChats });
  const loaded = await Promise.all(sessions.map(({ id }) => client.request(sessionLoad, { sessionId: id })));
  const items = loaded
    .flatMap(({ session, turns }) => turns.map((turn) => ({ turn, session })))
    .sort((a, b) => b.turn.createdAt - a.turn.createdAt)
    .map(({ turn, session }) => ({
      label: turn.prompt.text.split("\n")[0] ?? "",
      description: session.title,
      id: turn.id,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No turn yet. Ask something first."));
    return null;
  }
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Show Which Run?") });
  return picked?.id ?? null;
};
