import * as l10n from "@vscode/l10n";
import { useId, useState } from "preact/hooks";
import type { Usage } from "../../protocol/run-event.ts";
import { sureText, sureTitle } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { duration, speed, tokenCount } from "../text.ts";
import { useActions } from "./actions.ts";
import { FeedbackButtons, FeedbackReason } from "./feedback.tsx";
import { IconButton } from "./icon.tsx";
import { ReceiptButton, ReceiptTables } from "./receipt.tsx";

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

/** How sure the last look at the answer was. */
const Sure = ({ turn }: { turn: TurnView }) => {
  const confidence = turn.verdicts.findLast(({ subject }) => subject === "answer")?.confidence ?? null;
  if (confidence === null) return null;
  return (
    <>
      <span title={sureTitle()} data-testid="confidence">
        {sureText(confidence)}
      </span>
      <span aria-hidden="true">·</span>
    </>
  );
};

/** How full the context of the last call was, 0..1. */
const contextShare = ({ usage, receipts }: TurnView): number => {
  if (usage && usage.contextSize > 0) return (usage.promptTokens + usage.completionTokens) / usage.contextSize;
  const last = receipts.at(-1);
  return last && last.contextSize > 0 ? last.tokens / last.contextSize : 0;
};

/** The line under a finished answer: what was measured, and what can be done with the answer. */
export const Metrics = ({ turn, busy }: { turn: TurnView; busy: boolean }) => {
  const { post, announce } = useActions();
  const [receipt, setReceipt] = useState(false);
  const [asking, setAsking] = useState(false);
  const receiptId = useId();
  const copy = () => {
    post({ type: "copy", text: turn.answer });
    announce(l10n.t("Answer copied"));
  };
  // Where the ending already offers to retry, a second button would only be in the way.
  const retryOffered = turn.state === "stopped" || turn.failure?.next.includes("retry");
  if (turn.usage === null && turn.answer === "" && turn.receipts.length === 0 && turn.state !== "done") return null;
  return (
    <>
      <div class="metrics" data-testid="metrics">
        <div class="numbers">
          <Sure turn={turn} />
          {turn.usage && turn.usage.completionTokens > 0 && <Numbers usage={turn.usage} />}
          {turn.receipts.length > 0 && (
            <ReceiptButton
              share={contextShare(turn)}
              open={receipt}
              controls={receiptId}
              onToggle={() => setReceipt(!receipt)}
            />
          )}
        </div>
        {turn.state === "done" && turn.answer !== "" && <FeedbackButtons turn={turn} onAsk={setAsking} />}
        <IconButton
          icon="list-tree"
          label={l10n.t("Show run")}
          onClick={() => post({ type: "showRun", turnId: turn.id })}
        />
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
      <FeedbackReason turn={turn} asking={asking} onAsk={setAsking} />
      {receipt && <ReceiptTables receipts={turn.receipts} id={receiptId} />}
    </>
  );
};
