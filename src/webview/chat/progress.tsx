import * as l10n from "@vscode/l10n";
import type { Progress } from "../state.ts";
import { phaseText, timeLeft } from "../text.ts";

/** One line and a bar while nothing can be read yet. Without a known end the bar only shows that work goes on. */
export const ProgressLine = ({ progress }: { progress: Progress | null }) => {
  const text = progress ? phaseText(progress.phase) : l10n.t("Waiting for the model");
  const done = progress?.done ?? null;
  const percent = done === null ? null : Math.round(Math.min(1, Math.max(0, done)) * 100);
  const eta = progress?.etaMs ?? null;
  return (
    <div class="progress" data-testid="progress">
      <div class="line">
        <span>{text}</span>
        {percent !== null && <span class="number">{l10n.t("{0} %", percent)}</span>}
        {eta !== null && <span class="number">{timeLeft(eta)}</span>}
      </div>
      <div
        class={percent === null ? "bar indeterminate" : "bar"}
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <div style={percent === null ? {} : { width: `${percent}%` }} />
      </div>
    </div>
  );
};
