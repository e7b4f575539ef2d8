import * as vscode from "vscode";
import {
  downloadCancel,
  downloadPause,
  downloadResume,
  type ModelsState,
  modelsBench,
  modelsLoad,
  modelsPlan,
  modelsRemove,
  modelsUnload,
  modelsUseFor,
  profileUse,
} from "../../../protocol/models.ts";
import type { FromModelsPage, ToModelsPage, Work } from "../../../protocol/models-page.ts";
import type { ParamsOf, RequestType } from "../../../protocol/rpc.ts";
import type { AgentHandle } from "../../agent.ts";
import { openHttpsLink } from "../link.ts";
import { takeNextStep } from "../next-step.ts";
import { getModel, importModels } from "./getting.ts";
import { setModel } from "./model-setting.ts";
import { deleteProfile, duplicateProfile, exportProfile, importProfile } from "./profile-files.ts";

/** What the page may ask for once it is ready. */
export type PageRequest = Exclude<FromModelsPage, { type: "ready" }>;

/** Does what the page asks for; rejects with what went wrong. */
export const createPageActions = (
  agent: AgentHandle,
  post: (message: ToModelsPage) => void,
): ((message: PageRequest) => Promise<void>) => {
  const tell = async <T extends RequestType>(type: T, params: ParamsOf<T>): Promise<void> => {
    await (await agent.client()).request(type, params);
  };
  const working = async (id: string, work: Work, action: () => Promise<void>): Promise<void> => {
    post({ type: "working", id, work });
    try {
      await action();
    } finally {
      post({ type: "working", id, work: null });
    }
  };
  const say = (text: string): void => post({ type: "notice", text });
  const nameOf = (id: string): string => installed(agent.models, id)?.name ?? id;

  const removeModel = async (id: string): Promise<void> => {
    const model = installed(agent.models, id);
    if (!model?.removable) return;
    const remove = vscode.l10n.t("Delete");
    const detail = model.path ?? "";
    const question = vscode.l10n.t("Delete the model {0} from this machine?", model.name);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return;
    await working(id, "deleting", () => tell(modelsRemove, { id }));
  };

  const plan = async (id: string): Promise<void> => {
    try {
      post({ type: "plan", id, plan: await (await agent.client()).request(modelsPlan, { id }) });
    } catch (error) {
      // Pointing at a model is no request for help: the page shows nothing then.
      agent.log.warn(`no plan for ${id}: ${String(error)}`);
      post({ type: "plan", id, plan: null });
    }
  };

  return async (message) => {
    switch (message.type) {
      case "load":
        return working(message.id, "loading", async () => {
          await tell(modelsLoad, { id: message.id });
          say(vscode.l10n.t("{0} is in memory.", nameOf(message.id)));
        });
      case "unload":
        return working(message.id, "unloading", async () => {
          await tell(modelsUnload, { id: message.id });
          say(vscode.l10n.t("{0} is unloaded.", nameOf(message.id)));
        });
      case "measure":
        return working(message.id, "measuring", async () => {
          await tell(modelsBench, { id: message.id });
          say(vscode.l10n.t("{0} is measured.", nameOf(message.id)));
        });
      case "remove":
        return removeModel(message.id);
      case "plan":
        return plan(message.id);
      case "useFor":
        await tell(modelsUseFor, { id: message.id, role: message.role });
        if (message.role === "answerer") await setModel(""); // else the model of the setting would still answer
        return;
      case "get":
        return working(message.catalogId, "getting", () => getModel(agent, message));
      case "import":
        return importModels(agent, say);
      case "pause":
        return tell(downloadPause, { id: message.id });
      case "resume":
        return tell(downloadResume, { id: message.id });
      case "cancel":
        return tell(downloadCancel, { id: message.id });
      case "addEngine":
        return run("workbench.action.openSettings", "@id:trivium.engines");
      case "setKey":
        return run("trivium.setEngineKey", message.id);
      case "removeKey":
        return run("trivium.removeEngineKey", message.id);
      case "useProfile":
        return tell(profileUse, { id: message.id });
      case "duplicateProfile":
        return duplicateProfile(agent, message.id);
      case "exportProfile":
        return exportProfile(agent, message.id);
      case "importProfile":
        await importProfile(agent);
        return;
      case "deleteProfile":
        return deleteProfile(agent, message.id);
      case "openLink":
        return openHttpsLink(message.url);
      case "nextStep":
        return takeNextStep(message.step);
    }
  };
};

const run = async (command: string, argument: string): Promise<void> => {
  await vscode.commands.executeCommand(command, argument);
};

const installed = (models: ModelsState | null, id: string) => models?.installed.find((model) => model.id === id);
