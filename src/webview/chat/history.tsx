import * as l10n from "@vscode/l10n";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../../protocol/session.ts";
import { relativeDate } from "../text.ts";
import { Icon, IconButton } from "./icon.tsx";

interface HistoryProps {
  sessions: readonly Session[] | null;
  currentId: string | null;
  onOpen: (sessionId: string) => void;
  onDelete: (sessionId: string) => void;
  onClose: () => void;
}

interface ItemProps {
  session: Session;
  current: boolean;
  onOpen: () => void;
  onDelete: () => void;
}

/** Deleting asks in the row itself, with the focus on the answer that keeps the chat. */
const HistoryItem = ({ session, current, onOpen, onDelete }: ItemProps) => {
  const [confirming, setConfirming] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const row = useRef<HTMLLIElement>(null);
  const title = session.title || l10n.t("Untitled chat");

  useLayoutEffect(() => {
    if (confirming) keep.current?.focus();
  }, [confirming]);

  const stay = () => {
    setConfirming(false);
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>(".open")?.focus());
  };

  if (confirming)
    return (
      <li ref={row} class="history-item confirming" data-testid="history-item">
        <span class="question">{l10n.t("Delete “{0}”?", title)}</span>
        <button ref={keep} type="button" class="button" onClick={stay}>
          {l10n.t("Keep")}
        </button>
        <button type="button" class="button" onClick={onDelete}>
          {l10n.t("Delete")}
        </button>
      </li>
    );
  return (
    <li ref={row} class="history-item" data-testid="history-item">
      <button type="button" class="open" aria-current={current ? "true" : undefined} title={title} onClick={onOpen}>
        <span class="title">{title}</span>
        <time dateTime={new Date(session.updatedAt).toISOString()}>{relativeDate(session.updatedAt, Date.now())}</time>
      </button>
      <IconButton icon="trash" label={l10n.t("Delete “{0}”", title)} onClick={() => setConfirming(true)} />
    </li>
  );
};

/** The list of earlier chats; it lies over the chat, which stays as it is below. */
export const History = ({ sessions, currentId, onOpen, onDelete, onClose }: HistoryProps) => {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => panel.current?.focus(), []);

  const remove = (sessionId: string) => {
    onDelete(sessionId);
    panel.current?.focus();
  };

  return (
    <section ref={panel} class="history" tabIndex={-1} aria-labelledby="history-title">
      <div class="panel-title">
        <h2 id="history-title">{l10n.t("History")}</h2>
        <IconButton icon="close" label={l10n.t("Close history")} onClick={onClose} />
      </div>
      {sessions === null && <p class="quiet">{l10n.t("Reading the list…")}</p>}
      {sessions?.length === 0 && (
        <p class="quiet">
          <Icon name="history" /> {l10n.t("No chats yet.")}
        </p>
      )}
      {sessions !== null && sessions.length > 0 && (
        <ul>
          {sessions.map((session) => (
            <HistoryItem
              key={session.id}
              session={session}
              current={session.id === currentId}
              onOpen={() => onOpen(session.id)}
              onDelete={() => remove(session.id)}
            />
          ))}
        </ul>
      )}
    </section>
  );
};
