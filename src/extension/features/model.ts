import * as vscode from "vscode";
import type { AgentHandle } from "../agent.ts";

const setPath = (path: string): Thenable<void> =>
  vscode.workspace.getConfiguration("trivium").update("model.path", path, vscode.ConfigurationTarget.Global);

/**
 * The commands about models, profiles and keys, and the Models page. All but a few lines are read only when one is
 * used.
 */
export const registerModel = (context: vscode.ExtensionContext, agent: AgentHandle): vscode.Disposable => {
  const command = (name: string, run: (argument: unknown) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (argument: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        agent.log.error(message);
        void vscode.window.showErrorMessage(message);
      }
    });

  const chooseFile = async (): Promise<void> => {
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
  };
  const useStarter = async (): Promise<void> => {
    await setPath("starter");
    await agent.client();
  };
  const idIn = (argument: unknown): string | undefined => (typeof argument === "string" ? argument : undefined);

  return vscode.Disposable.from(
    command("trivium.chooseModel", async () => (await import("./models/model-picks.ts")).pickModel(agent, chooseFile)),
    command("trivium.chooseModelFile", chooseFile),
    command("trivium.useStarter", useStarter),
    command("trivium.switchProfile", async () => (await import("./models/model-picks.ts")).pickProfile(agent)),
    command("trivium.openModels", async () =>
      (await import("./models/models-panel.ts")).showModelsPanel(context, agent),
    ),
    command("trivium.setEngineKey", async (id) =>
      (await import("./secrets.ts")).setEngineKey(context, agent, idIn(id)),
    ),
    command("trivium.removeEngineKey", async (id) =>
      (await import("./secrets.ts")).removeEngineKey(context, agent, idIn(id)),
    ),
    vscode.window.registerWebviewPanelSerializer("trivium.models", {
      deserializeWebviewPanel: async (panel) =>
        (await import("./models/models-panel.ts")).fillModelsPanel(panel, context, agent),
    }),
  );
};
