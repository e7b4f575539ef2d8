import * as l10n from "@vscode/l10n";
import { useLayoutEffect } from "preact/hooks";
import type { Host } from "../host.ts";
import type { ViewState } from "../state.ts";
import { phaseText } from "../text.ts";
import { Empty } from "./empty.tsx";
import { Icon } from "./icon.tsx";
import { ProgressLine } from "./progress.tsx";
import { useStickyScroll } from "./scroll.ts";
import { Turn } from "./turn.tsx";

interface TranscriptProps {
  state: ViewState;
  host: Host;
  busy: boolean;
}

/** The turns, newest last. A log that is silent: what is to be heard is said by the live status. */
export const Transcript = ({ state, host, busy }: TranscriptProps) => {
  const { turns, session, status, connecting } = state;
  const scroll = useStickyScroll(turns, session?.id ?? "", host.saved().scroll, (moved) =>
    host.save({ scroll: moved }),
  );

  // Whoever asks wants to see the answer, wherever they were reading.
  useLayoutEffect(() => {
    if (state.asked) scroll.toEnd();
  }, [state.asked]);

  const jump = () => {
    scroll.toEnd();
    const articles = scroll.element.current?.querySelectorAll("article");
    articles?.item(articles.length - 1)?.focus({ preventScroll: true });
  };

  return (
    <div class="transcript-area">
      <div
        ref={scroll.element}
        class="transcript"
        role="log"
        aria-live="off"
        aria-label={l10n.t("Conversation")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        tabIndex={0}
      >
        {turns.map((turn, index) => (
          <Turn key={turn.id} turn={turn} number={index + 1} busy={busy} />
        ))}
        {turns.length === 0 && state.loaded && !connecting && <Empty status={status} />}
        {turns.length === 0 && connecting && <ProgressLine progress={null} text={phaseText("starting")} />}
      </div>
      {!scroll.atEnd && (
        <button type="button" class="button jump" aria-label={l10n.t("Jump to latest")} onClick={jump}>
          <Icon name="arrow-down" />
          <span>{l10n.t("Jump to latest")}</span>
        </button>
      )}
    </div>
  );
};
