import type * as vscode from "vscode";
import type { ModelsState } from "../../../protocol/models.ts";
import type { AgentHandle } from "../../agent.ts";

/** Hears of the models while the page is shown, and on until running downloads have ended: the status bar shows them. */
export interface ModelsWatch extends vscode.Disposable {
  /** Rejects when the agent cannot say. */
  show(shown: boolean): Promise<void>;
}

const downloading = (models: ModelsState | null): boolean =>
  models?.downloads.some(({ state }) => state === "queued" || state === "running" || state === "checking") ?? false;

export const createModelsWatch = (agent: AgentHandle): ModelsWatch => {
  let shown = false;
  let watching = false;

  const update = async (): Promise<void> => {
    const wanted = shown || downloading(agent.models);
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
    show(next) {
      shown = next;
      return update();
    },
    dispose() {
      onModels.dispose();
      onRunning.dispose();
    },
  };
};
