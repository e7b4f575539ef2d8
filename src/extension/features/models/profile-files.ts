import { homedir } from "node:os";
import * as vscode from "vscode";
import { profileDelete, profileSave, profileUse } from "../../../protocol/models.ts";
import { Profile } from "../../../protocol/profile.ts";
import { parseJson } from "../../../protocol/rpc.ts";
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

/** Reads a profile; one with the id of another is asked about, and its servers are named before they count. Gives its name. */
export const importProfile = async (agent: AgentHandle): Promise<string | undefined> => {
  const [file] =
    (await vscode.window.showOpenDialog({ title: vscode.l10n.t("Import Profile"), filters: filters() })) ?? [];
  if (!file) return undefined;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const read = parseJson(Profile, text);
  if (!read.ok) throw new Error(vscode.l10n.t("Profile {0}: {1}.", file.fsPath, read.issues.join("; ")));
  const profile = await confirmImport(agent, read.value);
  if (!profile) return undefined;
  await (await agent.client()).request(profileSave, { profile });
  return profile.name;
};

const confirmImport = async (agent: AgentHandle, profile: Profile): Promise<Profile | undefined> => {
  const there = await profileOf(agent, profile.id);
  const servers = profile.engines.flatMap(({ urls }) => urls);
  if (!there && servers.length === 0) return profile;
  const detail = servers.length > 0 ? vscode.l10n.t("It uses these servers: {0}", servers.join(", ")) : "";
  const replace = vscode.l10n.t("Replace");
  const add = there ? vscode.l10n.t("Keep Both") : vscode.l10n.t("Import");
  const question = there
    ? vscode.l10n.t("There is a profile {0} already. Replace it?", there.name)
    : vscode.l10n.t("Import the profile {0}?", profile.name);
  const answers = there ? [replace, add] : [add];
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...answers);
  if (answer === undefined) return undefined;
  return there && answer === add ? { ...profile, id: await freeId(agent, profile.id) } : profile;
};

export const deleteProfile = async (agent: AgentHandle, id: string): Promise<void> => {
  const profile = await profileOf(agent, id);
  if (!profile) return;
  const remove = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete the profile {0}?", profile.name);
  if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) !== remove) return;
  await (await agent.client()).request(profileDelete, { id });
};
