import * as l10n from "@vscode/l10n";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";
import { BudgetBar } from "./budget.tsx";
import { Icon } from "./icon.tsx";

/** Under a turn that runs: what it has used, and the button that holds it or lets it go on. */
export const Running = ({ turn }: { turn: TurnView }) => {
  const { post, announce } = useActions();
  const { paused } = turn;
  const toggle = () => {
    post({ type: "pause", turnId: turn.id, paused: !paused });
    if (!paused) announce(l10n.t("Pauses before the next model call"));
  };
  return (
    <>
      {paused && (
        <p class="notice" data-testid="paused">
          <Icon name="debug-pause" />
          <span>{l10n.t("Paused. Nothing new begins until you resume.")}</span>
        </p>
      )}
      <BudgetBar turn={turn} budget={turn.budget}>
        <button
          type="button"
          class="text-button"
          data-testid="pause"
          title={paused ? l10n.t("Go on") : l10n.t("Hold before the next model call")}
          onClick={toggle}
        >
          <Icon name={paused ? "debug-continue" : "debug-pause"} />
          {paused ? l10n.t("resume") : l10n.t("pause")}
        </button>
      </BudgetBar>
    </>
  );
};
