import * as l10n from "@vscode/l10n";
import type { RefObject } from "preact";
import type { Status } from "../../protocol/status.ts";
import { modelSize } from "../text.ts";
import { useActions } from "./actions.ts";
import { Icon } from "./icon.tsx";

interface HeaderProps {
  status: Status | null;
  historyOpen: boolean;
  historyButton: RefObject<HTMLButtonElement | null>;
  onHistory: () => void;
  onNewChat: () => void;
}

const ModelChip = ({ status }: { status: Status | null }) => {
  const { post } = useActions();
  const model = status?.model ?? null;
  const loaded = model?.loaded ? l10n.t("in memory") : l10n.t("loads with the next prompt");
  const title = model
    ? l10n.t("{0}, {1}, {2}. Choose another model", model.name, modelSize(model.sizeBytes), loaded)
    : l10n.t("No model. Choose one");
  return (
    <button
      type="button"
      class="model-chip"
      data-testid="model-chip"
      title={title}
      onClick={() => post({ type: "nextStep", step: "choose-model" })}
    >
      <span class="visually-hidden">{l10n.t("Model")}: </span>
      {model ? (
        <>
          <Icon name={model.loaded ? "circle-filled" : "circle-outline"} />
          <span class="name">{model.name}</span>
          {model.sizeBytes !== null && <span class="size">{modelSize(model.sizeBytes)}</span>}
          <span class="visually-hidden">, {loaded}</span>
        </>
      ) : (
        <span class="name">{l10n.t("Choose a model")}</span>
      )}
    </button>
  );
};

/** Where prompts go: nowhere, or to a server that the user chose. */
const Where = ({ status }: { status: Status | null }) => {
  const servers = status?.servers ?? [];
  const isServer = servers.length > 0;
  const title = isServer
    ? l10n.t("Prompts may go to these servers: {0}", servers.join(", "))
    : l10n.t("Everything runs here: nothing leaves this machine");
  return (
    <span class="local" title={title} data-testid="where">
      <Icon name={isServer ? "cloud" : "shield"} />
      {isServer ? l10n.t("server") : l10n.t("local")}
    </span>
  );
};

export const Header = ({ status, historyOpen, historyButton, onHistory, onNewChat }: HeaderProps) => (
  <header class="header">
    <h1 class="visually-hidden">{l10n.t("Trivium chat")}</h1>
    <Where status={status} />
    <ModelChip status={status} />
    <button
      type="button"
      class="icon-button"
      data-testid="new-chat"
      aria-label={l10n.t("New chat")}
      title={l10n.t("New chat")}
      onClick={onNewChat}
    >
      <Icon name="add" />
    </button>
    <button
      ref={historyButton}
      type="button"
      class="icon-button"
      data-testid="history"
      aria-label={l10n.t("History")}
      title={l10n.t("History")}
      aria-expanded={historyOpen}
      onClick={onHistory}
    >
      <Icon name="history" />
    </button>
  </header>
);
