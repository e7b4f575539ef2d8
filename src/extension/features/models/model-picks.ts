import * as vscode from "vscode";
import { type InstalledModel, type ModelsState, modelsUseFor, profileUse } from "../../../protocol/models.ts";
import type { AgentHandle } from "../../agent.ts";
import { sizeText } from "./size.ts";

interface Pick extends vscode.QuickPickItem {
  readonly take: () => Promise<void>;
}

const setPath = async (path: string): Promise<void> => {
  await vscode.workspace.getConfiguration("trivium").update("model.path", path, vscode.ConfigurationTarget.Global);
};

/** The models as they are now. Asked without watching on, unless somebody watches already. */
const modelsNow = async (agent: AgentHandle): Promise<ModelsState> => {
  if (agent.models) return agent.models;
  const client = await agent.client();
  const models = await client.watchModels(true);
  await client.watchModels(false);
  return models;
};

const fitText = ({ fit, need, problem, loaded }: InstalledModel): string => {
  if (problem) return `$(error) ${problem.message}`;
  const size = need ? `, ${sizeText(need.totalBytes)}` : "";
  if (loaded) return `$(circle-filled) ${vscode.l10n.t("in memory")}${size}`;
  if (fit === "fits") return `$(pass) ${vscode.l10n.t("fits")}${size}`;
  if (fit === "tight") return `$(warning) ${vscode.l10n.t("tight")}${size}`;
  return fit === "exceeds" ? `$(error) ${vscode.l10n.t("too large")}${size}` : "";
};

/** A model with a file is set as the one that answers; for one on a server, the profile is told. */
const useModel = async (agent: AgentHandle, { id, path }: InstalledModel): Promise<void> => {
  if (path !== null) return setPath(path);
  await (await agent.client()).request(modelsUseFor, { id, role: "answerer" });
  await setPath("");
};

/** Which model answers: those installed with how they fit, the profile's choice, or any file. */
export const pickModel = async (agent: AgentHandle, chooseFile: () => Promise<void>): Promise<void> => {
  const fromElsewhere: Pick[] = [
    { label: `$(file-binary) ${vscode.l10n.t("From a File…")}`, take: chooseFile },
    {
      label: `$(library) ${vscode.l10n.t("Open Models…")}`,
      take: async () => void (await vscode.commands.executeCommand("trivium.openModels")),
    },
  ];
  const items = modelsNow(agent).then(
    (models) => [...modelItems(agent, models), ...fromElsewhere],
    (error: unknown) => {
      agent.log.warn(`no list of models: ${String(error)}`);
      return fromElsewhere; // a file can be chosen without the agent
    },
  );
  await choose(items, vscode.l10n.t("Which Model Answers?"));
};

const modelItems = (agent: AgentHandle, { installed, profiles, profile }: ModelsState): Pick[] => [
  {
    label: `$(symbol-misc) ${vscode.l10n.t("Automatic")}`,
    description: vscode.l10n.t("the profile {0} decides", profiles.find(({ id }) => id === profile)?.name ?? profile),
    take: () => setPath(""),
  },
  ...installed
    .filter(({ description }) => description?.chat !== false)
    .map((model) => ({ label: model.name, description: fitText(model), take: () => useModel(agent, model) })),
];

/** Which profile is in use. */
export const pickProfile = async (agent: AgentHandle): Promise<void> => {
  const items = modelsNow(agent).then(({ profiles, profile }): Pick[] =>
    profiles.map(({ id, name, description }) => ({
      label: `${id === profile ? "$(check)" : "$(blank)"} ${name}`,
      detail: description,
      take: async () => void (await (await agent.client()).request(profileUse, { id })),
    })),
  );
  await choose(items, vscode.l10n.t("Switch Profile"));
};

const choose = async (items: Thenable<Pick[]>, title: string): Promise<void> => {
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  await picked?.take();
};
