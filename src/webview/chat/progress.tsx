import * as l10n from "@vscode/l10n";
import { currentStep, type Progress, type TurnView } from "../state.ts";
import { phaseText, timeLeft } from "../text.ts";

/** Whether the critic was asked last: an answer that stands may still be looked at. */
export const isWithCritic = (turn: TurnView): boolean => turn.receipts.at(-1)?.role === "critic";

/** What the model that was asked last is doing, by its role. */
const askedText = (turn: TurnView): string => {
  switch (turn.receipts.at(-1)?.role) {
    case "planner":
      return l10n.t("Making a plan…");
    case "critic":
      return l10n.t("The critic looks at it…");
    default:
      return l10n.t("Waiting for the model");
  }
};

/** Which step runs, when the turn has a plan, and what it waits for. */
const workText = (turn: TurnView): string => {
  const phase = turn.progress && phaseText(turn.progress.phase);
  const at = currentStep(turn);
  if (!at) return phase ?? askedText(turn);
  const step =
    at.state === "checking"
      ? l10n.t("Checking step {0} of {1}: {2}", at.number, at.count, at.title)
      : l10n.t("Step {0} of {1}: {2}", at.number, at.count, at.title);
  return phase ? l10n.t("{0}. {1}", step, phase) : step;
};

/** The progress line of a turn that runs. */
export const TurnProgress = ({ turn }: { turn: TurnView }) => (
  <ProgressLine progress={turn.progress} text={workText(turn)} />
);

/** One line and a bar while nothing can be read yet. Without a known end the bar only shows that work goes on. */
export const ProgressLine = ({ progress, text }: { progress: Progress | null; text: string }) => {
  const done = progress?.done ?? null;
  const percent = done === null ? null : Math.round(Math.min(1, Math.max(0, done)) * 100);
  const eta = progress?.etaMs ?? null;
  return (
    <div class="progress" data-testid="progress">
      <div class="line">
        <span class="text">{text}</span>
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
