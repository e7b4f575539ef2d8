import * as vscode from "vscode";
import * as z from "zod/mini";
import { EngineConfig } from "../../protocol/profile.ts";
import { parse } from "../../protocol/rpc.ts";
import type { AgentHandle } from "../agent.ts";
import { originOf, storageKey } from "../key-store.ts";

interface Engine {
  readonly id: string;
  readonly urls: readonly string[];
}

/** The engines of the user's settings, and those that the agent has told of; never a workspace's. */
const knownEngines = (agent: AgentHandle): Engine[] => {
  const given = vscode.workspace.getConfiguration("trivium").inspect("engines")?.globalValue;
  const configured = parse(z.array(EngineConfig), given ?? []);
  const all: Engine[] = [...(configured.ok ? configured.value : []), ...(agent.models?.engines ?? [])];
  return [...new Map(all.map((engine) => [engine.id, engine])).values()];
};

const chooseEngine = async (agent: AgentHandle, id: string | undefined): Promise<Engine | undefined> => {
  const engines = knownEngines(agent);
  if (id !== undefined) return engines.find((engine) => engine.id === id);
  if (engines.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No engine is set up. Add one to the setting trivium.engines first."),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    engines.map((engine) => ({ label: engine.id, description: engine.urls.join(", "), engine })),
    { title: vscode.l10n.t("Key of Which Engine?") },
  );
  return picked?.engine;
};

/** The engine's servers; asked for when there are several, as each gets the key only if the user says so. */
const chooseOrigins = async ({ urls }: Engine, title: string): Promise<string[]> => {
  const origins = [...new Set(urls.flatMap((url) => originOf(url) ?? []))];
  if (origins.length < 2) return origins;
  const picked = await vscode.window.showQuickPick(
    origins.map((label) => ({ label, picked: true })),
    { title, canPickMany: true },
  );
  return (picked ?? []).map(({ label }) => label);
};

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

const sentInClear = (origin: string): boolean => {
  const { protocol, hostname } = new URL(origin);
  return protocol === "http:" && !isLoopback(hostname);
};

/**
 * Asks for the key of an engine (for which one, when `id` is not given) and stores it in the editor's secret storage,
 * for each chosen origin. The key is in no setting, log or page.
 */
export const setEngineKey = async (
  context: vscode.ExtensionContext,
  agent: AgentHandle,
  id: string | undefined,
): Promise<void> => {
  const engine = await chooseEngine(agent, id);
  if (!engine) return;
  const origins = await chooseOrigins(engine, vscode.l10n.t("Where May the Key Be Sent?"));
  if (origins.length === 0) return;
  const places = origins.join(", ");
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("Key of {0}", engine.id),
    prompt: origins.some(sentInClear)
      ? vscode.l10n.t("Sent to {0} only. That address is not encrypted: others on the way can read the key.", places)
      : vscode.l10n.t("Kept in the editor's secret storage and sent to {0} only.", places),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\x21-\x7e]*$/.test(text.trim()) ? undefined : vscode.l10n.t("A key has no such letters."),
  });
  if (!key?.trim()) return;
  for (const origin of origins) await context.secrets.store(storageKey({ engine: engine.id, origin }), key.trim());
};

/** Deletes the key of an engine, after a question. */
export const removeEngineKey = async (
  context: vscode.ExtensionContext,
  agent: AgentHandle,
  id: string | undefined,
): Promise<void> => {
  const engine = await chooseEngine(agent, id);
  if (!engine) return;
  const remove = vscode.l10n.t("Remove Key");
  const question = vscode.l10n.t("Remove the key of {0}?", engine.id);
  if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) !== remove) return;
  const origins = new Set(engine.urls.flatMap((url) => originOf(url) ?? []));
  for (const origin of origins) await context.secrets.delete(storageKey({ engine: engine.id, origin }));
};
