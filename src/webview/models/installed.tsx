import * as l10n from "@vscode/l10n";
import type { ModelsState } from "../../protocol/models.ts";
import type { Work } from "../../protocol/models-page.ts";
import { Icon } from "../chat/icon.tsx";
import { InstalledRow } from "./installed-row.tsx";
import { usePage } from "./page-actions.ts";
import { moveBetweenRows } from "./row-keys.ts";

interface InstalledProps {
  readonly state: ModelsState;
  readonly working: Readonly<Record<string, Work>>;
}

/** The models that can be used now, wherever they were found. */
export const InstalledSection = ({ state, working }: InstalledProps) => {
  const { post } = usePage();
  return (
    <section aria-labelledby="installed-title" data-testid="installed">
      <div class="section-title">
        <h2 id="installed-title">{l10n.t("Installed")}</h2>
        {state.searching && <span class="quiet">{l10n.t("Looking for models …")}</span>}
        <button type="button" class="button quiet-button" onClick={() => post({ type: "import" })}>
          <Icon name="folder-opened" />
          {l10n.t("Import…")}
        </button>
      </div>
      {state.installed.length === 0 && !state.searching && (
        <p class="nothing" data-testid="nothing-installed">
          {l10n.t("No model on this machine yet. Get one below, or import GGUF files that you have.")}
        </p>
      )}
      <ul class="rows" onKeyDown={moveBetweenRows}>
        {state.installed.map((model) => (
          <InstalledRow
            key={model.id}
            model={model}
            work={working[model.id] ?? null}
            loading={state.loading.find(({ id }) => id === model.id)?.done ?? null}
          />
        ))}
      </ul>
    </section>
  );
};
