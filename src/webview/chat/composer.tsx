import * as l10n from "@vscode/l10n";
import type { RefObject, TargetedKeyboardEvent, TargetedSubmitEvent } from "preact";
import type { Mode } from "../../protocol/routing.ts";
import { mostSteeringLength } from "../../protocol/turn.ts";
import type { SelectionLabel } from "../../protocol/webview.ts";
import { decimal, lineRange } from "../text.ts";
import { useActions } from "./actions.ts";
import { Icon, IconButton } from "./icon.tsx";
import { ModePicker } from "./mode-picker.tsx";
import { PathLabel } from "./path-label.tsx";

interface ComposerProps {
  input: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  lastPrompt: string;
  selection: SelectionLabel | null;
  attach: boolean;
  mode: Mode;
  /** The turn that can be stopped; null when a prompt can be sent. */
  runningId: string | null;
  /** Another window was writing an answer in this chat, and perhaps still is. */
  isElsewhere: boolean;
  /** A prompt is on its way, its turn has not come yet. */
  asked: boolean;
  onDraft: (text: string) => void;
  onAttach: (attach: boolean) => void;
  onMode: (mode: Mode) => void;
  onSend: () => void;
  /** Says the draft to the turn that runs. */
  onSteer: () => void;
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

/** What Enter does, where that is not to send a prompt; and why nothing is sent. */
const hintOf = ({ runningId, isElsewhere, asked, draft }: ComposerProps): string => {
  if (asked) return l10n.t("Sending…");
  if (isElsewhere) return l10n.t("Another window writes an answer here");
  if (runningId === null) return "";
  const over = draft.trim().length - mostSteeringLength;
  return over > 0
    ? l10n.t("{0} characters too many to tell it while it works", decimal(over, 0))
    : l10n.t("Enter: tell Trivium while it works");
};

export const Composer = (props: ComposerProps) => {
  const { input, draft, lastPrompt, selection, attach, mode, runningId, asked } = props;
  const { onDraft, onAttach, onMode, onSend, onSteer, onKeys } = props;
  const { announce, fillInput } = useActions();
  const running = runningId !== null;
  const hint = hintOf(props);
  const isTooLong = running && draft.trim().length > mostSteeringLength;

  const send = () => {
    if (asked || isTooLong) announce(hint);
    else if (draft.trim() === "") return;
    else if (running) onSteer();
    else onSend();
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
        placeholder={running ? l10n.t("Tell Trivium something while it works…") : l10n.t("Ask, or describe a change…")}
        aria-describedby={hint === "" ? undefined : "composer-hint"}
        value={draft}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {hint !== "" && (
        <p id="composer-hint" class={isTooLong ? "hint too-long" : "hint"}>
          {hint}
        </p>
      )}
      <div class="row">
        <ModePicker mode={mode} onMode={onMode} />
        {selection && <AttachToggle selection={selection} attach={attach} onAttach={onAttach} />}
        <span class="space" />
        {running && draft.trim() !== "" && !isTooLong && (
          <IconButton icon="send" label={l10n.t("Tell Trivium (Enter)")} testId="steer-send" onClick={send} />
        )}
        <IconButton icon="keyboard" label={l10n.t("Keys (?)")} onClick={onKeys} />
        <SendOrStop runningId={runningId} disabled={asked || draft.trim() === ""} />
      </div>
    </form>
  );
};
