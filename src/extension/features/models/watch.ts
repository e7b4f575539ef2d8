import type * as vscode from "vscode";
import { type ModelsState, modelsWatch } from "../../../protocol/models.ts";
import type { AgentHandle } from "../../agent.ts";

/** Hears of the models while anybody looks at them, and on until running downloads have ended: the status bar shows them. */
export interface ModelsWatch extends vscode.Disposable {
  /** Whether `who` looks at them. Rejects when the agent cannot say. */
  look(who: object, looks: boolean): Promise<void>;
}

const downloading = (models: ModelsState | null): boolean =>
  models?.downloads.some(({ state }) => state === "queued" || state === "running" || state === "checking") ?? false;

export const createModelsWatch = (agent: AgentHandle): ModelsWatch => {
  const looking = new Set<object>();
  let watching = false;

  const update = async (): Promise<void> => {
    const wanted = looking.size > 0 || downloading(agent.models);
    if (wanted === watching) return;
    watching = wanted;
    try {
      await (await agent.client()).watchModels(wanted);
    } catch (error) {
      watching = false;
      throw error;
    }
  };
  const quietly = (): void => void update().catch((error: unknown) => agent.log.warn(`models: ${String(error)}`));

  const onModels = agent.onModels(quietly);
  const onRunning = agent.onRunning(() => {
    watching = false;
    quietly();
  });
  return {
    look(who, looks) {
      if (looks) looking.add(who);
      else looking.delete(who);
      return update();
    },
    dispose() {
      onModels.dispose();
      onRunning.dispose();
    },
  };
};

/** What is known of the models now, whether or not anybody looks at them. */
export const modelsNow = async (agent: AgentHandle): Promise<ModelsState> =>
  agent.models ?? (await agent.client()).request(modelsWatch, { watch: false });
