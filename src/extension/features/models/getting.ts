import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { downloadStart, modelsImport } from "../../../protocol/models.ts";
import type { AgentHandle } from "../../agent.ts";
import { sizeText } from "./size.ts";

/** The hub's host as the user's settings name it; never a workspace's. */
const hubHost = (): string => {
  const hub = vscode.workspace.getConfiguration("trivium").inspect<string>("models.hub");
  const address = hub?.globalValue ?? hub?.defaultValue ?? "";
  return URL.canParse(address) ? new URL(address).host : address;
};

/** Shows host, size and licence, and starts the download when the user agrees. */
export const getModel = async (
  agent: AgentHandle,
  { catalogId, file }: { catalogId: string; file: string },
): Promise<void> => {
  const model = agent.models?.available.find((available) => available.model.id === catalogId)?.model;
  const chosen = model?.files.find((one) => one.file === file);
  if (!model || !chosen) return;
  const size = chosen.sizeBytes === null ? vscode.l10n.t("size not known") : sizeText(chosen.sizeBytes);
  const licence = model.licence.name ?? vscode.l10n.t("not known");
  const download = vscode.l10n.t("Download");
  const detail = [
    vscode.l10n.t("From: {0}", `${hubHost()}, ${model.repository ?? ""}`),
    vscode.l10n.t("File: {0}, {1}", chosen.file, size),
    vscode.l10n.t("Licence: {0}", model.licence.url ? `${licence} (${model.licence.url})` : licence),
  ].join("\n");
  const question = vscode.l10n.t("Download {0}?", model.name);
  if ((await vscode.window.showInformationMessage(question, { modal: true, detail }, download)) !== download) return;
  await (await agent.client()).request(downloadStart, { catalogId, file });
};

/** GGUF files or a folder of the user's, copied and checked by the agent, with a way to cancel. */
export const importModels = async (agent: AgentHandle, say: (text: string) => void): Promise<void> => {
  const kind = await vscode.window.showQuickPick(
    [
      { label: `$(file-binary) ${vscode.l10n.t("GGUF Files…")}`, folder: false },
      { label: `$(folder) ${vscode.l10n.t("All of a Folder…")}`, folder: true },
    ],
    { title: vscode.l10n.t("Import Models") },
  );
  if (!kind) return;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Import Models"),
    openLabel: vscode.l10n.t("Import"),
    canSelectFiles: !kind.folder,
    canSelectFolders: kind.folder,
    canSelectMany: !kind.folder,
    ...(kind.folder ? {} : { filters: { [vscode.l10n.t("GGUF models")]: ["gguf"] } }),
  });
  if (!chosen || chosen.length === 0) return;
  const client = await agent.client();
  const title = vscode.l10n.t("Importing models");
  const imported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let count = 0;
      for (const uri of chosen) {
        if (token.isCancellationRequested) break;
        const name = vscode.workspace.asRelativePath(uri, false).split(/[\\/]/).at(-1) ?? "";
        const { size } = await stat(uri.fsPath);
        progress.report({ message: kind.folder ? name : `${name}, ${sizeText(size)}` });
        const { ids } = await client.request(modelsImport, { path: uri.fsPath, sha256: null }, { token });
        count += ids.length;
      }
      return count;
    },
  );
  say(imported === 1 ? vscode.l10n.t("1 model imported.") : vscode.l10n.t("{0} models imported.", imported));
};
