import { batch } from "../../protocol/batch.ts";
import type { ModelsState } from "../../protocol/models.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

/** Who wants to know of changes, and telling them at most ten times a second. */
export interface ModelChanges {
  /** Whether anybody wants the whole state. */
  readonly watched: boolean;
  /** Returns how to stop. */
  watch(listener: (state: ModelsState) => void): () => void;
  onChoice(listener: () => void): void;
  /** Something that is shown has changed. */
  changed(): void;
  /** So has what may answer. */
  choiceChanged(): void;
  close(): void;
}

const changesMs = 100;

export const createModelChanges = (
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  state: () => Promise<ModelsState>,
): ModelChanges => {
  const watchers = new Set<(state: ModelsState) => void>();
  const choosers = new Set<() => void>();

  const tellWatchers = async (): Promise<void> => {
    if (watchers.size === 0) return;
    const now = await state();
    for (const watcher of watchers) watcher(now);
  };
  const changes = batch<null>(changesMs, clock, () => {
    tellWatchers().catch((error: unknown) => log.error("the models cannot be shown", error));
  });
  const choices = batch<null>(changesMs, clock, () => {
    for (const chooser of choosers) chooser();
  });

  return {
    get watched() {
      return watchers.size > 0;
    },
    watch(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    onChoice: (listener) => void choosers.add(listener),
    changed: () => changes.add(null),
    choiceChanged() {
      changes.add(null);
      choices.add(null);
    },
    close() {
      watchers.clear();
      changes.close();
      choices.close();
    },
  };
};
