import * as l10n from "@vscode/l10n";
import { wayOn } from "../../protocol/way-on.ts";
import type { TurnView } from "../state.ts";
import { endReasonText } from "../text.ts";
import { useActions } from "./actions.ts";
import { Icon } from "./icon.tsx";
import { NextSteps } from "./next-steps.tsx";

const CarryOut = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { post } = useActions();
  return (
    <div class="ending">
      <div class="buttons">
        <button
          type="button"
          class="button primary"
          data-testid="carry-out"
          disabled={busy}
          onClick={() => post({ type: "resume", turnId: turn.id })}
        >
          {l10n.t("Carry out")}
        </button>
      </div>
    </div>
  );
};

/** How a turn that is not simply done ended, in words, with the way on. */
export const Ending = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { post } = useActions();

  if (turn.state === "failed")
    return (
      <div class="failure" data-testid="failure">
        <p>
          <Icon name="error" />
          <span>{turn.failure?.message ?? l10n.t("The turn failed, and no reason was given.")}</span>
        </p>
        <NextSteps steps={turn.failure?.next ?? ["retry", "show-log"]} turn={turn} disabled={busy} />
      </div>
    );
  if (turn.state === "stopped" || turn.state === "interrupted")
    return (
      <div class="ending">
        <p>
          <Icon name={turn.state === "stopped" ? "debug-stop" : "debug-disconnect"} />
          <span>
            {turn.state === "stopped" ? l10n.t("You stopped this answer.") : l10n.t("The answer was interrupted.")}
          </span>
        </p>
        <NextSteps
          steps={turn.state === "stopped" ? ["continue", "retry"] : ["continue"]}
          turn={turn}
          disabled={busy}
        />
      </div>
    );
  const way = wayOn(turn);
  if (way === "carry-out") return <CarryOut turn={turn} busy={busy} />;
  const reason = turn.state === "done" ? endReasonText(turn.endReason) : null;
  if (reason === null) return null;
  return (
    <div class="ending">
      <p>
        <Icon name="info" />
        <span>{reason}</span>
      </p>
      {way === "continue" && <NextSteps steps={["continue"]} turn={turn} disabled={busy} />}
      {turn.endReason === "context" && (
        <div class="buttons">
          <button type="button" class="button" onClick={() => post({ type: "newChat" })}>
            {l10n.t("New chat")}
          </button>
        </div>
      )}
    </div>
  );
};
