import * as vscode from "vscode";
import type { AgentHandle } from "../../agent.ts";
import { importModels } from "./getting.ts";
import { chooseProfile } from "./model-picks.ts";
import { exportProfile, importProfile } from "./profile-files.ts";

export { pickModel, pickProfile } from "./model-picks.ts";

const say = (text: string): void => void vscode.window.showInformationMessage(text);

/** Import Models…, from the palette. */
export const importModelsByCommand = (agent: AgentHandle): Promise<void> => importModels(agent, say);

/** Import Profile…, from the palette. */
export const importProfileByCommand = async (agent: AgentHandle): Promise<void> => {
  const name = await importProfile(agent);
  if (name !== undefined) say(vscode.l10n.t("The profile {0} is imported. Switch Profile puts it to use.", name));
};

/** Export Profile…, from the palette: asks which one. */
export const exportProfileByCommand = async (agent: AgentHandle): Promise<void> => {
  const id = await chooseProfile(agent, vscode.l10n.t("Export Profile"));
  if (id !== undefined) await exportProfile(agent, id);
};
