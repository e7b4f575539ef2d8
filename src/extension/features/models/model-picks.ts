import * as vscode from "vscode";
import { type InstalledModel, type ModelsState, profileUse } from "../../../protocol/models.ts";
import type { AgentHandle } from "../../agent.ts";
import { setModel } from "./model-setting.ts";
import { sizeText } from "./size.ts";
import { type ModelsWatch, modelsNow } from "./watch.ts";

interface Pick extends vscode.QuickPickItem {
  readonly take: () => Promise<void>;
}

const fitText = ({ fit, need, problem, loaded }: InstalledModel): string => {
  if (problem) return `$(error) ${problem.message}`;
  const size = need ? `, ${sizeText(need.totalBytes)}` : "";
  if (loaded) return `$(circle-filled) ${vscode.l10n.t("in memory")}${size}`;
  if (fit === "fits") return `$(pass) ${vscode.l10n.t("fits")}${size}`;
  if (fit === "tight") return `$(warning) ${vscode.l10n.t("tight")}${size}`;
  return fit === "exceeds" ? `$(error) ${vscode.l10n.t("too large")}${size}` : "";
};

const descriptionOf = (model: InstalledModel): string =>
  model.engine === null ? fitText(model) : `$(server) ${vscode.l10n.t("on {0}", model.engine)}`;

/** Which model answers: those installed with how they fit, the profile's choice, or any file. */
export const pickModel = async (
  agent: AgentHandle,
  watch: ModelsWatch,
  chooseFile: () => Promise<void>,
): Promise<void> => {
  const fromElsewhere: Pick[] = [
    { label: `$(file-binary) ${vscode.l10n.t("From a File…")}`, take: chooseFile },
    {
      label: `$(library) ${vscode.l10n.t("Open Models…")}`,
      take: async () => void (await vscode.commands.executeCommand("trivium.openModels")),
    },
  ];
  const list = vscode.window.createQuickPick<Pick>();
  list.title = vscode.l10n.t("Which Model Answers?");
  list.matchOnDescription = true;
  list.keepScrollPosition = true;
  list.busy = true;
  list.items = fromElsewhere; // a file can be chosen without the agent

  let shown = "";
  const show = (models: ModelsState | null): void => {
    if (!models) return;
    list.busy = models.searching;
    const items = [...modelItems(models), ...fromElsewhere];
    const looks = JSON.stringify(items);
    if (looks === shown) return; // where the user is in the list stays
    shown = looks;
    const active = list.activeItems[0]?.label;
    const before = list.items.length > fromElsewhere.length;
    list.items = items;
    const same = items.find(({ label }) => label === active);
    if (before && same) list.activeItems = [same];
  };
  const picked = Promise.withResolvers<Pick | undefined>();
  const parts = vscode.Disposable.from(
    list,
    agent.onModels(show),
    list.onDidAccept(() => picked.resolve(list.selectedItems[0])),
    list.onDidHide(() => picked.resolve(undefined)),
  );
  list.show();
  try {
    watch.look(list, true).then(
      () => show(agent.models),
      (error: unknown) => {
        agent.log.warn(`no list of models: ${String(error)}`);
        list.busy = false;
      },
    );
    const choice = await picked.promise;
    list.hide();
    await choice?.take();
  } finally {
    parts.dispose();
    void watch.look(list, false).catch(() => undefined); // an agent that is gone watches nothing
  }
};

const modelItems = ({ installed, profiles, profile }: ModelsState): Pick[] => [
  {
    label: `$(symbol-misc) ${vscode.l10n.t("Automatic")}`,
    description: vscode.l10n.t("the profile {0} decides", profiles.find(({ id }) => id === profile)?.name ?? profile),
    take: () => setModel(""),
  },
  ...installed
    .filter(({ description }) => description?.chat !== false)
    .map((model) => ({
      label: model.name,
      description: descriptionOf(model),
      take: () => setModel(model.path ?? model.id),
    })),
];

/** Which profile is in use. */
export const pickProfile = async (agent: AgentHandle): Promise<void> => {
  const id = await chooseProfile(agent, vscode.l10n.t("Switch Profile"));
  if (id !== undefined) await (await agent.client()).request(profileUse, { id });
};

/** The id of the profile that the user picks. */
export const chooseProfile = async (agent: AgentHandle, title: string): Promise<string | undefined> => {
  const items = modelsNow(agent).then(({ profiles, profile }) =>
    profiles.map(({ id, name, description }) => ({
      label: name,
      description: id === profile ? vscode.l10n.t("in use") : "",
      detail: description,
      id,
    })),
  );
  return (await vscode.window.showQuickPick(items, { title }))?.id;
};
