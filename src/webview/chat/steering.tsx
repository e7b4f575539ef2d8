import * as l10n from "@vscode/l10n";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";

const Queued = ({ text, running }: { text: string; running: boolean }) => {
  const { fillInput } = useActions();
  return (
    <p class="steer waiting" data-testid="queued">
      <span>{text}</span>
      {running ? (
        <span class="quiet">{l10n.t("waits for the next model call")}</span>
      ) : (
        <button type="button" class="text-button" onClick={() => fillInput(text)}>
          {l10n.t("came too late; ask it now")}
        </button>
      )}
    </p>
  );
};

/** What the user said while the turn ran, and what of it waits to be taken into account. */
export const Steering = ({ turn }: { turn: TurnView }) => (
  <>
    {turn.steering.map((text, index) => (
      <p key={index} class="steer" data-testid="steer">
        <span class="visually-hidden">{l10n.t("You, meanwhile:")} </span>
        {text}
      </p>
    ))}
    {turn.queued.map((text, index) => (
      <Queued key={index} text={text} running={turn.state === "running"} />
    ))}
  </>
);
