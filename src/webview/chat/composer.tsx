import * as l10n from "@vscode/l10n";
import type { RefObject, TargetedKeyboardEvent, TargetedSubmitEvent } from "preact";
import type { SelectionLabel } from "../../protocol/webview.ts";
import { lineRange } from "../text.ts";
import { useActions } from "./actions.ts";
import { Icon, IconButton } from "./icon.tsx";
import { PathLabel } from "./path-label.tsx";

interface ComposerProps {
  input: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  lastPrompt: string;
  selection: SelectionLabel | null;
  attach: boolean;
  /** The turn that can be stopped; null when a prompt can be sent. */
  runningId: string | null;
  /** A prompt is on its way, its turn has not come yet. */
  asked: boolean;
  onDraft: (text: string) => void;
  onAttach: (attach: boolean) => void;
  onSend: () => void;
  onKeys: () => void;
}

interface AttachToggleProps {
  selection: SelectionLabel;
  attach: boolean;
  onAttach: (attach: boolean) => void;
}

const AttachToggle = ({ selection, attach, onAttach }: AttachToggleProps) => {
  const lines = lineRange(selection);
  const label = l10n.t("Attach {0}", selection.path + lines);
  return (
    <button
      type="button"
      class="chip toggle"
      data-testid="attach-selection"
      aria-pressed={attach}
      aria-label={label}
      title={label}
      onClick={() => onAttach(!attach)}
    >
      <Icon name={attach ? "check" : "attach"} />
      <PathLabel path={selection.path} lines={lines} />
    </button>
  );
};

const SendOrStop = ({ runningId, disabled }: { runningId: string | null; disabled: boolean }) => {
  const { post } = useActions();
  if (runningId === null)
    return (
      <button type="submit" class="send" data-testid="send" disabled={disabled} title={l10n.t("Send (Enter)")}>
        <Icon name="send" />
        {l10n.t("Send")}
      </button>
    );
  return (
    <button
      type="button"
      class="send"
      data-testid="stop"
      title={l10n.t("Stop (Esc)")}
      onClick={() => post({ type: "stop", turnId: runningId })}
    >
      <Icon name="debug-stop" />
      {l10n.t("Stop")}
    </button>
  );
};

export const Composer = (props: ComposerProps) => {
  const { input, draft, lastPrompt, selection, attach, runningId, asked, onDraft, onAttach, onSend, onKeys } = props;
  const { announce, fillInput } = useActions();
  const blocked = runningId !== null || asked;
  const hint = runningId !== null ? l10n.t("Still answering") : asked ? l10n.t("Sending…") : "";

  const send = () => {
    if (blocked) announce(hint);
    else if (draft.trim() !== "") onSend();
  };

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.key === "ArrowUp" && plain && draft === "" && lastPrompt !== "") {
      event.preventDefault();
      fillInput(lastPrompt);
    }
  };

  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send();
  };

  return (
    <form class="composer" aria-label={l10n.t("Prompt")} onSubmit={onSubmit}>
      <textarea
        ref={input}
        data-testid="composer-input"
        rows={2}
        aria-label={l10n.t("Prompt")}
        placeholder={l10n.t("Ask about code…")}
        value={draft}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="row">
        {selection && <AttachToggle selection={selection} attach={attach} onAttach={onAttach} />}
        <span class="hint">{hint}</span>
        <IconButton icon="keyboard" label={l10n.t("Keys (?)")} onClick={onKeys} />
        <SendOrStop runningId={runningId} disabled={asked || draft.trim() === ""} />
      </div>
    </form>
  );
};
