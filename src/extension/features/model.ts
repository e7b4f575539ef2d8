import * as vscode from "vscode";
import type { AgentHandle } from "../agent.ts";

const setPath = (path: string): Thenable<void> =>
  vscode.workspace.getConfiguration("trivium").update("model.path", path, vscode.ConfigurationTarget.Global);

/** Choosing which model answers. */
export const registerModel = (_context: vscode.ExtensionContext, agent: AgentHandle): vscode.Disposable =>
  vscode.Disposable.from(
    vscode.commands.registerCommand("trivium.chooseModel", async () => {
      const chosen = await vscode.window.showOpenDialog({
        title: vscode.l10n.t("Choose a GGUF Model File"),
        openLabel: vscode.l10n.t("Use Model"),
        filters: { [vscode.l10n.t("GGUF models")]: ["gguf"] },
        canSelectMany: false,
      });
      const file = chosen?.[0];
      if (!file) return;
      await setPath(file.fsPath);
      await agent.client();
    }),
    vscode.commands.registerCommand("trivium.useStarter", async () => {
      await setPath("");
      await agent.client();
    }),
  );
