import * as l10n from "@vscode/l10n";
import { Mode } from "../../protocol/routing.ts";
import { modeText, modeTitle } from "../run-words.ts";

/** How the next prompt is taken: the editor's plain select, with its keys. */
export const ModePicker = ({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) => (
  <select
    class="mode"
    data-testid="mode"
    aria-label={l10n.t("Mode")}
    title={l10n.t("{0}: {1}", modeText(mode), modeTitle(mode))}
    value={mode}
    onChange={(event) => {
      const chosen = Mode.options.find((option) => option === event.currentTarget.value);
      if (chosen) onMode(chosen);
    }}
  >
    {Mode.options.map((option) => (
      <option key={option} value={option} title={modeTitle(option)}>
        {modeText(option)}
      </option>
    ))}
  </select>
);
