import * as vscode from "vscode";
import type { AgentHandle } from "../agent.ts";
import { setModel } from "./models/model-setting.ts";
import { createModelsWatch } from "./models/watch.ts";

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
    await setModel(file.fsPath);
    await agent.client();
  };
  const useStarter = async (): Promise<void> => {
    await setModel("starter");
    await agent.client();
  };
  /** It outlives the page: downloads go on when the page is closed. */
  const watch = createModelsWatch(agent);
  const page = { context, agent, watch };
  const modelCommands = () => import("./models/model-commands.ts");
  const idIn = (argument: unknown): string | undefined => (typeof argument === "string" ? argument : undefined);

  return vscode.Disposable.from(
    watch,
    command("trivium.chooseModel", async () => (await modelCommands()).pickModel(agent, watch, chooseFile)),
    command("trivium.chooseModelFile", chooseFile),
    command("trivium.useStarter", useStarter),
    command("trivium.switchProfile", async () => (await modelCommands()).pickProfile(agent)),
    command("trivium.openModels", async () => (await import("./models/models-panel.ts")).showModelsPanel(page)),
    command("trivium.importModels", async () => (await modelCommands()).importModelsByCommand(agent)),
    command("trivium.importProfile", async () => (await modelCommands()).importProfileByCommand(agent)),
    command("trivium.exportProfile", async () => (await modelCommands()).exportProfileByCommand(agent)),
    command("trivium.setEngineKey", async (id) =>
      (await import("./secrets.ts")).setEngineKey(context, agent, idIn(id)),
    ),
    command("trivium.removeEngineKey", async (id) =>
      (await import("./secrets.ts")).removeEngineKey(context, agent, idIn(id)),
    ),
    vscode.window.registerWebviewPanelSerializer("trivium.models", {
      deserializeWebviewPanel: async (panel) => (await import("./models/models-panel.ts")).fillModelsPanel(panel, page),
    }),
  );
};
