import { homedir } from "node:os";
import * as vscode from "vscode";
import { profileDelete, profileImport, profileSave, profileUse } from "../../../protocol/models.ts";
import type { Profile } from "../../../protocol/profile.ts";
import type { AgentHandle } from "../../agent.ts";
import { freeProfileId } from "./profile-id.ts";
import { modelsNow } from "./watch.ts";

const profileOf = async (agent: AgentHandle, id: string): Promise<Profile | undefined> =>
  (await modelsNow(agent)).profiles.find((profile) => profile.id === id);

const filters = () => ({ [vscode.l10n.t("Trivium profiles")]: ["json"] });

/** A copy under a name that the user gives; it is in use then, as it is there to be changed. */
export const duplicateProfile = async (agent: AgentHandle, id: string): Promise<void> => {
  const profile = await profileOf(agent, id);
  if (!profile) return;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Duplicate Profile"),
    prompt: vscode.l10n.t("Name of the copy"),
    value: vscode.l10n.t("{0} copy", profile.name).slice(0, 80),
    validateInput: (text) =>
      text.trim() !== "" && text.trim().length <= 80 ? undefined : vscode.l10n.t("A name has 1 to 80 letters."),
  });
  if (!name?.trim()) return;
  const copy = { ...profile, id: await freeId(agent, name), name: name.trim() };
  const client = await agent.client();
  await client.request(profileSave, { profile: copy });
  await client.request(profileUse, { id: copy.id });
};

const freeId = async (agent: AgentHandle, name: string): Promise<string> => {
  const { profiles } = await modelsNow(agent);
  return freeProfileId(
    name,
    profiles.map(({ id }) => id),
  );
};

/** Writes the profile as the JSON file that people share. It has no keys in it. */
export const exportProfile = async (agent: AgentHandle, id: string): Promise<void> => {
  const profile = await profileOf(agent, id);
  if (!profile) return;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Profile"),
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(homedir()), `${profile.id}.json`),
    filters: filters(),
  });
  if (!target) return;
  const text = `${JSON.stringify(profile, null, 2)}\n`;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
};

/** Adds a profile from a file; the servers that it names are shown, and count when the user agrees. Gives its name. */
export const importProfile = async (agent: AgentHandle): Promise<string | undefined> => {
  const [file] =
    (await vscode.window.showOpenDialog({ title: vscode.l10n.t("Import Profile"), filters: filters() })) ?? [];
  if (!file) return undefined;
  const client = await agent.client();
  const { profile, engines } = await client.request(profileImport, { path: file.fsPath });
  const servers = engines.flatMap(({ urls }) => urls);
  if (servers.length === 0) return profile.name;
  const use = vscode.l10n.t("Use Servers");
  const question = vscode.l10n.t("Let Trivium send prompts to the servers of {0}?", profile.name);
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: servers.join("\n") }, use);
  if (answer === use) await client.request(profileSave, { profile: { ...profile, engines } });
  return profile.name;
};

export const deleteProfile = async (agent: AgentHandle, id: string): Promise<void> => {
  const profile = await profileOf(agent, id);
  if (!profile) return;
  const remove = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete the profile {0}?", profile.name);
  if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) !== remove) return;
  await (await agent.client()).request(profileDelete, { id });
};
