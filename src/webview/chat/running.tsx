import * as l10n from "@vscode/l10n";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";
import { BudgetBar } from "./budget.tsx";
import { Icon } from "./icon.tsx";

/** Under a turn that runs: what it has used, and the button that holds it or lets it go on. */
export const Running = ({ turn }: { turn: TurnView }) => {
  const { post, announce } = useActions();
  const { paused, pausing } = turn;
  const held = paused || pausing;
  const toggle = () => {
    post({ type: "pause", turnId: turn.id, paused: !held });
    if (!held) announce(l10n.t("Pauses before the next model call"));
  };
  return (
    <>
      {paused && (
        <p class="notice" data-testid="paused">
          <Icon name="debug-pause" />
          <span>{l10n.t("Paused. Nothing new begins until you resume.")}</span>
        </p>
      )}
      {pausing && (
        <p class="notice" data-testid="pausing">
          <Icon name="debug-pause" />
          <span>{l10n.t("Pauses when the model call that runs has ended.")}</span>
        </p>
      )}
      <BudgetBar turn={turn} budget={turn.budget}>
        <button
          type="button"
          class="text-button"
          data-testid="pause"
          title={held ? l10n.t("Go on") : l10n.t("Hold before the next model call")}
          onClick={toggle}
        >
          <Icon name={held ? "debug-continue" : "debug-pause"} />
          {held ? l10n.t("resume") : l10n.t("pause")}
        </button>
      </BudgetBar>
    </>
  );
};
