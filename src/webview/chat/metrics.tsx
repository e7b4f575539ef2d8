import * as l10n from "@vscode/l10n";
import type { Usage } from "../../protocol/run-event.ts";
import type { TurnView } from "../state.ts";
import { duration, speed, tokenCount } from "../text.ts";
import { useActions } from "./actions.ts";
import { IconButton } from "./icon.tsx";

const Numbers = ({ usage }: { usage: Usage }) => {
  const used = usage.promptTokens + usage.completionTokens;
  return (
    <>
      <span title={l10n.t("How fast the answer was written: {0} tokens", usage.completionTokens)}>
        {speed(usage.tokensPerSecond)}
      </span>
      <span aria-hidden="true">·</span>
      <span title={l10n.t("Time from sending the prompt to the first word")}>
        {l10n.t("first {0}", duration(usage.firstTokenMs))}
      </span>
      <span aria-hidden="true">·</span>
      <span
        title={l10n.t(
          "{0} of {1} tokens of the context are used; {2} prompt tokens were still in memory",
          used,
          usage.contextSize,
          usage.cachedTokens,
        )}
      >
        {l10n.t("context {0}/{1}", tokenCount(used), tokenCount(usage.contextSize))}
      </span>
    </>
  );
};

/** The line under a finished answer: what was measured, and what can be done with the answer. */
export const Metrics = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { post, announce } = useActions();
  const copy = () => {
    post({ type: "copy", text: turn.answer });
    announce(l10n.t("Answer copied"));
  };
  // Where the ending already offers to retry, a second button would only be in the way.
  const retryOffered = turn.state === "stopped" || turn.failure?.next.includes("retry");
  if (turn.usage === null && turn.answer === "" && turn.state !== "done") return null;
  return (
    <div class="metrics" data-testid="metrics">
      <div class="numbers">{turn.usage && turn.usage.completionTokens > 0 && <Numbers usage={turn.usage} />}</div>
      {!retryOffered && (
        <IconButton
          icon="refresh"
          label={l10n.t("Retry")}
          disabled={busy}
          onClick={() => post({ type: "retry", turnId: turn.id })}
        />
      )}
      <IconButton icon="copy" label={l10n.t("Copy answer")} disabled={turn.answer === ""} onClick={copy} />
    </div>
  );
};
