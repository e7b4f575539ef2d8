import * as l10n from "@vscode/l10n";
import type { TargetedSubmitEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TurnView } from "../state.ts";
import { useActions } from "./actions.ts";
import { Icon } from "./icon.tsx";

interface FeedbackProps {
  turn: TurnView;
  /** Whether a reason is asked for. */
  asking: boolean;
  onAsk: (asking: boolean) => void;
}

/** Two toggles; pressing the one that is pressed takes it back. */
export const FeedbackButtons = ({ turn, onAsk }: Omit<FeedbackProps, "asking">) => {
  const { post } = useActions();
  const given = turn.feedback?.helpful ?? null;
  const toggle = (helpful: boolean) => {
    const feedback = given === helpful ? null : { helpful, reason: "" };
    post({ type: "feedback", turnId: turn.id, feedback });
    onAsk(feedback?.helpful === false);
  };
  const button = (helpful: boolean) => {
    const label = helpful ? l10n.t("Helpful") : l10n.t("Not helpful");
    const icon = helpful ? "thumbsup" : "thumbsdown";
    return (
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-pressed={given === helpful}
        onClick={() => toggle(helpful)}
      >
        <Icon name={given === helpful ? `${icon}-filled` : icon} />
      </button>
    );
  };
  return (
    <>
      {button(true)}
      {button(false)}
    </>
  );
};

/** A short why; leaving it empty is fine, the thumb has been sent already. */
export const FeedbackReason = ({ turn, asking, onAsk }: FeedbackProps) => {
  const { post, announce } = useActions();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asking) input.current?.focus();
  }, [asking]);
  if (!asking) return null;

  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = input.current?.value.trim() ?? "";
    if (reason !== "") post({ type: "feedback", turnId: turn.id, feedback: { helpful: false, reason } });
    announce(l10n.t("Noted"));
    onAsk(false);
  };

  return (
    <form class="reason" data-testid="feedback-reason" onSubmit={submit}>
      <input
        ref={input}
        type="text"
        maxLength={200}
        aria-label={l10n.t("What was wrong?")}
        placeholder={l10n.t("What was wrong?")}
        defaultValue={turn.feedback?.reason ?? ""}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          onAsk(false);
        }}
      />
      <button type="submit" class="small-button">
        {l10n.t("Send")}
      </button>
    </form>
  );
};
