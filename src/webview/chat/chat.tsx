import * as l10n from "@vscode/l10n";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Mode } from "../../protocol/routing.ts";
import type { FromChatView } from "../../protocol/webview.ts";
import type { Host } from "../host.ts";
import { runningHere, runningTurn, type ViewEvent, type ViewState } from "../state.ts";
import { type Actions, ActionsProvider } from "./actions.ts";
import { Composer } from "./composer.tsx";
import { Header } from "./header.tsx";
import { History } from "./history.tsx";
import { Icon, IconButton } from "./icon.tsx";
import { KeyboardList } from "./keyboard.tsx";
import { LiveStatus } from "./live-status.tsx";
import { forStatus, NextSteps } from "./next-steps.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { Transcript } from "./transcript.tsx";

interface ChatProps {
  state: ViewState;
  host: Host;
  dispatch: (event: ViewEvent) => void;
}

const movesFocus: ReadonlySet<FromChatView["type"]> = new Set(["stop", "retry", "reroute", "resume", "newChat"]);
const starts: ReadonlySet<FromChatView["type"]> = new Set(["retry", "reroute", "resume"]);

/** What is wrong beyond a single turn. An empty chat and a turn that failed of it show the status's problem themselves. */
const Problem = ({ state, onClose }: { state: ViewState; onClose: () => void }) => {
  const last = state.turns.at(-1);
  const standing = last && last.failure?.message !== state.status?.problem?.message ? state.status?.problem : null;
  const problem = state.problem ?? standing;
  if (!problem) return null;
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div>
        <p>{problem.message}</p>
        <NextSteps steps={state.problem ? problem.next : forStatus(problem.next)} turn={null} disabled={false} />
      </div>
      {state.problem && <IconButton icon="close" label={l10n.t("Close")} onClick={onClose} />}
    </div>
  );
};

export const Chat = ({ state, host, dispatch }: ChatProps) => {
  const [draft, setDraft] = useState(host.saved().draft);
  const [attach, setAttach] = useState(false);
  /** What the user chose; until then a chat has the mode of the settings. */
  const [chosenMode, setChosenMode] = useState(host.saved().mode);
  const mode = chosenMode ?? state.mode;
  const [panel, setPanel] = useState<"history" | "keys" | null>(null);
  const [notice, setNotice] = useState({ text: "", count: 0 });
  const input = useRef<HTMLTextAreaElement>(null);
  const body = useRef<HTMLElement>(null);
  const historyButton = useRef<HTMLButtonElement>(null);
  const runningId = runningHere(state)?.id ?? null;
  const isElsewhere = runningId === null && runningTurn(state) !== undefined;
  /** What was sent and has no turn yet: it comes back into the input when a problem comes instead. */
  const underWay = useRef("");

  const write = (text: string) => {
    setDraft(text);
    host.save({ draft: text });
  };

  const actions = useMemo<Actions>(
    () => ({
      post(message) {
        host.post(message);
        if (starts.has(message.type)) dispatch({ type: "asked" });
        if (message.type === "pause") dispatch({ ...message, type: "pauseAsked" });
        // The button that was pressed goes away with these, and the focus would go with it.
        if (movesFocus.has(message.type)) input.current?.focus();
      },
      announce: (text) => setNotice(({ count }) => ({ text, count: count + 1 })),
      fillInput(text) {
        write(text);
        input.current?.focus();
      },
    }),
    [host],
  );

  useEffect(() => {
    if (state.focus.count === 0) return;
    setPanel(null);
    if (state.focus.attachSelection) setAttach(true);
    input.current?.focus();
  }, [state.focus.count]);

  useEffect(() => {
    if (state.selection === null) setAttach(false);
  }, [state.selection]);

  useEffect(() => {
    if (runningId !== null) underWay.current = "";
  }, [runningId]);

  useEffect(() => {
    if (!state.problem || underWay.current === "" || draft !== "") return;
    actions.fillInput(underWay.current);
    underWay.current = "";
  }, [state.problem]);

  const chooseMode = (chosen: Mode | null) => {
    setChosenMode(chosen);
    host.save({ mode: chosen });
  };

  const steer = () => {
    if (runningId === null) return;
    const text = draft.trim();
    host.post({ type: "steer", turnId: runningId, text });
    dispatch({ type: "steered", turnId: runningId, text });
    actions.announce(l10n.t("Told; it counts from the next model call"));
    actions.fillInput("");
  };

  const send = () => {
    underWay.current = draft;
    host.post({ type: "ask", text: draft, attachSelection: attach, mode });
    host.save({ lastPrompt: draft, scroll: null });
    dispatch({ type: "asked" });
    setAttach(false);
    actions.fillInput("");
  };

  const newChat = () => {
    setPanel(null);
    chooseMode(null);
    actions.post({ type: "newChat" });
  };

  const closeProblem = () => {
    dispatch({ type: "problemClosed" });
    input.current?.focus();
  };

  const toggleHistory = () => {
    if (panel !== "history") host.post({ type: "listSessions" });
    setPanel(panel === "history" ? null : "history");
  };

  const closeHistory = () => {
    setPanel(null);
    historyButton.current?.focus();
  };

  const openSession = (sessionId: string) => {
    setPanel(null);
    host.post({ type: "openSession", sessionId });
    input.current?.focus();
  };

  const deleteSession = (sessionId: string) => {
    host.post({ type: "deleteSession", sessionId });
    dispatch({ type: "sessionDeleted", sessionId });
  };

  useShortcuts({
    escape() {
      if (panel === "history") closeHistory();
      else if (runningId !== null) host.post({ type: "stop", turnId: runningId });
    },
    help: () => setPanel("keys"),
    moveTurn(step) {
      const articles = [...(body.current?.querySelectorAll("article") ?? [])];
      const at = articles.findIndex((article) => article.contains(document.activeElement));
      const next = at < 0 ? articles.at(-1) : articles[at + step];
      if (next) next.focus();
      else if (step === 1) input.current?.focus();
    },
  });

  return (
    <ActionsProvider value={actions}>
      <Header
        status={state.status}
        historyOpen={panel === "history"}
        historyButton={historyButton}
        onHistory={toggleHistory}
        onNewChat={newChat}
      />
      <div class="below-header">
        <main ref={body} inert={panel === "history"}>
          <Transcript state={state} host={host} busy={runningId !== null || isElsewhere || state.asked} />
          <Problem state={state} onClose={closeProblem} />
          {!state.trusted && <p class="restricted">{l10n.t("Restricted Mode: chat only")}</p>}
          <Composer
            input={input}
            draft={draft}
            lastPrompt={state.turns.at(-1)?.prompt.text ?? host.saved().lastPrompt}
            selection={state.selection}
            attach={attach}
            mode={mode}
            runningId={runningId}
            isElsewhere={isElsewhere}
            asked={state.asked}
            onDraft={write}
            onAttach={setAttach}
            onMode={chooseMode}
            onSteer={steer}
            onSend={send}
            onKeys={() => setPanel("keys")}
          />
        </main>
        {panel === "history" && (
          <History
            sessions={state.sessions}
            currentId={state.session?.id ?? null}
            onOpen={openSession}
            onDelete={deleteSession}
            onClose={closeHistory}
          />
        )}
      </div>
      {panel === "keys" && <KeyboardList onClose={() => setPanel(null)} />}
      <LiveStatus turns={state.turns} notice={notice} />
    </ActionsProvider>
  );
};
