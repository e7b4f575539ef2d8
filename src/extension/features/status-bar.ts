import * as vscode from "vscode";
import type { AgentHandle } from "../agent.ts";
import { statusText } from "./status-text.ts";

interface Choice extends vscode.QuickPickItem {
  readonly command: string;
}

/** One item: model, speed and downloads; a spinner while it answers, a warning when something is wrong. Opens the menu. */
export const registerStatusBar = (_context: vscode.ExtensionContext, agent: AgentHandle): vscode.Disposable => {
  const item = vscode.window.createStatusBarItem("trivium.status", vscode.StatusBarAlignment.Right, 100);
  item.name = "Trivium";
  item.command = "trivium.menu";
  const show = (): void => {
    const { status } = agent;
    const name = status?.model?.name ?? "Trivium";
    item.text = statusText(status, agent.models);
    const answers =
      status?.model?.path === null
        ? vscode.l10n.t("Trivium: {0} answers on a server. Click for more.", name)
        : vscode.l10n.t("Trivium: {0} answers on this machine. Click for more.", name);
    item.tooltip = status?.problem?.message ?? answers;
    item.accessibilityInformation = { label: `Trivium: ${status?.problem?.message ?? name}` };
  };
  show();
  item.show();

  const choices = (): Choice[] => [
    ...(agent.status?.quiescent === false
      ? [{ label: `$(debug-stop) ${vscode.l10n.t("Stop Answering")}`, command: "trivium.stop" }]
      : []),
    { label: `$(comment-discussion) ${vscode.l10n.t("Open Chat")}`, command: "trivium.chat.focus" },
    { label: `$(add) ${vscode.l10n.t("New Chat")}`, command: "trivium.newChat" },
    { label: `$(file-binary) ${vscode.l10n.t("Switch Model…")}`, command: "trivium.chooseModel" },
    { label: `$(settings) ${vscode.l10n.t("Switch Profile…")}`, command: "trivium.switchProfile" },
    { label: `$(library) ${vscode.l10n.t("Open Models…")}`, command: "trivium.openModels" },
    { label: `$(package) ${vscode.l10n.t("Use Starter Model")}`, command: "trivium.useStarter" },
    { label: `$(output) ${vscode.l10n.t("Show Log")}`, command: "trivium.showLog" },
    { label: `$(debug-restart) ${vscode.l10n.t("Restart Agent")}`, command: "trivium.restart" },
  ];

  return vscode.Disposable.from(
    item,
    agent.onStatus(show),
    agent.onModels(show),
    vscode.commands.registerCommand("trivium.menu", async () => {
      const choice = await vscode.window.showQuickPick(choices(), { title: "Trivium" });
      if (choice) await vscode.commands.executeCommand(choice.command);
    }),
    vscode.commands.registerCommand("trivium.restart", () => agent.restart()),
    vscode.commands.registerCommand("trivium.showLog", () => agent.log.show()),
  );
};
