import * as vscode from "vscode";
import type { AgentHandle } from "../../agent.ts";

const scheme = "trivium-run";
/** In the place of a turn's id: the record of all of them. */
const record = "track-record";

interface Runs extends vscode.Disposable {
  /** Opens how the turn ran as a document that cannot be changed. Rejects when nothing is kept of it. */
  show(turnId: string): Promise<void>;
}

/**
 * Documents with everything about a run, and the commands that open one: of the open chat's last turn, or of one that
 * is picked; and how often answers were right. What is known of a turn is asked for each time that its document is opened, after a reload too.
 */
export const registerRuns = (agent: AgentHandle, lastTurnId: () => string | null): Runs => {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();

  const read = async (turnId: string): Promise<string> => {
    const { readRun, readTrackRecord } = await import("./run-reader.ts");
    const client = await agent.client();
    return turnId === record ? readTrackRecord(client) : readRun(client, turnId);
  };

  const show = async (turnId: string): Promise<void> => {
    const name = turnId === record ? vscode.l10n.t("Track Record") : vscode.l10n.t("Run");
    const uri = vscode.Uri.from({ scheme, path: `/${name}.md`, query: turnId });
    // Read first: a failure is told in the caller's words, and an open document shows what is known now.
    texts.set(turnId, await read(turnId));
    changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  };

  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async ({ query }) => {
      const text = texts.get(query) ?? (await read(query));
      texts.delete(query);
      return text;
    },
  };

  const turnToShow = async (): Promise<string | null> => {
    const { pickTurn } = await import("./run-reader.ts");
    return lastTurnId() ?? pickTurn(await agent.client());
  };

  const command = async (which: () => Promise<string | null>): Promise<void> => {
    try {
      const turnId = await which();
      if (turnId !== null) await show(turnId);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      agent.log.error(message);
      void vscode.window.showErrorMessage(message);
    }
  };

  const registered = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, provider),
    vscode.commands.registerCommand("trivium.showRun", () => command(turnToShow)),
    vscode.commands.registerCommand("trivium.showTrackRecord", () => command(async () => record)),
  );
  return { show, dispose: () => registered.dispose() };
};
