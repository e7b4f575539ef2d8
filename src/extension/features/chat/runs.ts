import * as vscode from "vscode";
import type { AgentHandle } from "../../agent.ts";

const scheme = "trivium-run";

interface Runs extends vscode.Disposable {
  /** Opens how the turn ran as a document that cannot be changed. Rejects when nothing is kept of it. */
  show(turnId: string): Promise<void>;
}

/**
 * Documents with everything about a run, and the command that opens one: of the open chat's last turn, or of one that
 * is picked. What is known of a turn is asked for each time that its document is opened, after a reload too.
 */
export const registerRuns = (agent: AgentHandle, lastTurnId: () => string | null): Runs => {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const texts = new Map<string, string>();

  const read = async (turnId: string): Promise<string> => {
    const { readRun } = await import("./run-reader.ts");
    return readRun(await agent.client(), turnId);
  };

  const show = async (turnId: string): Promise<void> => {
    const uri = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t("Run")}.md`, query: turnId });
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

  const command = async (): Promise<void> => {
    try {
      const { pickTurn } = await import("./run-reader.ts");
      const turnId = lastTurnId() ?? (await pickTurn(await agent.client()));
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
    vscode.commands.registerCommand("trivium.showRun", command),
  );
  return { show, dispose: () => registered.dispose() };
};
