import * as l10n from "@vscode/l10n";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./icon.tsx";

const keys = (): [string, string][] => [
  [l10n.t("Enter"), l10n.t("send the prompt; while it works: tell Trivium something")],
  [l10n.t("Shift+Enter"), l10n.t("new line")],
  [l10n.t("Esc"), l10n.t("stop the answer, close a panel")],
  [l10n.t("Up"), l10n.t("in an empty input: your last prompt")],
  [l10n.t("Alt+Up, Alt+Down"), l10n.t("previous, next turn")],
  ["?", l10n.t("this list, outside the input")],
];

export const KeyboardList = ({ onClose }: { onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="keyboard" aria-labelledby="keyboard-title" onClose={onClose}>
      <div class="panel-title">
        <h2 id="keyboard-title">{l10n.t("Keys")}</h2>
        <IconButton icon="close" label={l10n.t("Close")} onClick={() => dialog.current?.close()} />
      </div>
      <dl>
        {keys().map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
};
