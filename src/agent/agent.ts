import type { Failure } from "../protocol/failure.ts";
import type { LedgerEntry } from "../protocol/ledger.ts";
import { newTurn } from "../protocol/new-turn.ts";
import type { Prompt, Session, Turn } from "../protocol/session.ts";
import { defaultSettings, type Settings } from "../protocol/settings.ts";
import type { Status } from "../protocol/status.ts";
import { diagnose, type Finding } from "./doctor.ts";
import { failure, type Result } from "./failures.ts";
import { type RunOutcome, run } from "./flow/run.ts";
import { type ChosenModel, llamaEngineId } from "./models/chosen-model.ts";
import type { Models } from "./models/models.ts";
import type { Ports } from "./ports/ports.ts";
import type { Started, Store } from "./store/store.ts";
import { type Answer, createTurnRunner, type OnStream } from "./turn-runner.ts";

export interface TurnRequest {
  readonly sessionId: string;
  readonly prompt: Prompt;
  /** The turn that this one takes the place of. */
  readonly replaces?: string | undefined;
}

/** The façade that every front door calls. An expected failure is a result; a failed turn is a turn with `failure`. */
export interface Agent {
  newSession(): Session;
  listSessions(limit: number): Session[];
  loadSession(id: string): Result<{ session: Session; turns: Turn[] }>;
  deleteSession(id: string): Promise<Result<object>>;
  startTurn(request: TurnRequest, onStream: OnStream, signal: AbortSignal): Promise<Result<{ turn: Turn }>>;
  resumeTurn(turnId: string, onStream: OnStream, signal: AbortSignal): Promise<Result<{ turn: Turn }>>;
  status(): Status;
  onStatus(listener: (status: Status) => void): void;
  useSettings(settings: Settings): Promise<void>;
  /** The models of this machine, those it could have, and which one does what. */
  readonly models: Models;
  /** From now on the model that is named answers, in place of the setting's: a path, an id or a name. */
  useModel(name: string): Promise<void>;
  /** Looks at everything that an answer needs. */
  diagnose(signal: AbortSignal): AsyncIterable<Finding>;
  /** The latest requests that left this machine, or were refused, newest first. */
  ledger(limit: number): LedgerEntry[];
  /** Ends running turns as interrupted, so that they can be continued, and frees everything. */
  close(): Promise<void>;
}

export interface AgentParts {
  readonly ports: Pick<Ports, "clock" | "files" | "log" | "modelFiles" | "places">;
  readonly models: Models;
  readonly store: Store;
  /** Names the workspace for what is kept for it; null: there is none. */
  readonly workspace: string | null;
}

export const createAgent = async ({ ports, models, store, workspace }: AgentParts): Promise<Agent> => {
  const { clock } = ports;
  const turns = createTurnRunner(ports, store);
  const listeners = new Set<(status: Status) => void>();
  let settings = defaultSettings;
  let status: Status = { health: "ok", quiescent: true, model: null, problem: null };
  let looks = 0;
  /** The model that was chosen when it was last looked at; null: none could be. */
  let chosenId: string | null = null;
  /** Said until a first answer shows that all is well again. */
  let setAside = store.damaged === null ? null : failure("store-damaged", { path: store.damaged });

  const setStatus = (change: Partial<Status>): void => {
    status = { ...status, ...change };
    for (const listener of listeners) listener(status);
  };

  /** Whether the model is in memory, as far as anybody knows. */
  const isLoaded = (model: ChosenModel): boolean =>
    models.inMemory(model) ?? (status.model?.id === model.ref.id && status.model.loaded);

  /** Shows the model that is chosen now, unless somebody looked again meanwhile. */
  const showChoice = async (): Promise<void> => {
    const look = ++looks;
    const choice = await models.choice();
    if (look !== looks) return;
    chosenId = choice.ok ? choice.model.ref.id : null;
    if (!choice.ok) return setStatus({ health: "warning", model: null, problem: choice.failure });
    const model = modelStatus(choice.model, isLoaded(choice.model));
    setStatus({ health: setAside ? "warning" : "ok", model, problem: setAside });
  };

  /** The models have changed. What is wrong with the one that is chosen stays until another one is, or it answers. */
  const showOtherChoice = async (): Promise<void> => {
    const look = looks;
    const choice = await models.choice();
    if (look !== looks) return;
    if ((choice.ok ? choice.model.ref.id : null) !== chosenId) return showChoice();
    if (!choice.ok) return;
    const loaded = isLoaded(choice.model);
    const shown = status.model;
    if (shown?.id === chosenId && shown.loaded !== loaded) setStatus({ model: { ...shown, loaded } });
  };

  /** What a turn's end says about the model; nothing when another one has been chosen meanwhile. */
  const showOutcome = (outcome: RunOutcome, model: ChosenModel | null, asked: string | null): void => {
    if (asked !== chosenId) return;
    if (outcome.state === "done") setAside = null;
    const problem = outcome.state === "failed" && isStanding(outcome.failure) ? outcome.failure : setAside;
    const loaded = outcome.state !== "failed";
    setStatus({ health: problem ? "warning" : "ok", problem, model: model && modelStatus(model, loaded) });
  };

  const answer =
    (turn: Turn, history: Turn[]): Answer =>
    async (emit, signal) => {
      const before = chosenId;
      const chosen = await models.chain("answerer", signal);
      if (!chosen.ok) {
        const outcome: RunOutcome = { state: "failed", failure: chosen.failure };
        showOutcome(outcome, null, before);
        return outcome;
      }
      const { chain, settings: asked } = chosen;
      let answering = chain[0] ?? null;
      const request = { prompt: turn.prompt, history, partial: turn.answer, chain, settings: asked, workspace };
      const events = run(request, models.engineOf, signal);
      for (;;) {
        const step = await events.next();
        if (step.done) {
          showOutcome(step.value, answering, chain[0]?.ref.id ?? null);
          return step.value;
        }
        const event = step.value;
        if (event.kind === "routing")
          answering = chain.find(({ ref }) => ref.id === event.routing.model.id) ?? answering;
        emit(event);
      }
    };

  const historyBefore = (turn: Turn): Turn[] => {
    const all = store.turns(turn.sessionId);
    const at = all.findIndex(({ id }) => id === turn.id);
    return (at < 0 ? all : all.slice(0, at)).filter(({ answer: text }) => text !== "");
  };

  const runTurn = async (turn: Turn, started: Started, onStream: OnStream, signal: AbortSignal) => {
    if (started !== "started") return { ok: false as const, failure: failure(started, { id: turn.id }) };
    const running = turns.run(turn, answer(turn, historyBefore(turn)), onStream, signal);
    setStatus({ quiescent: false });
    try {
      return { ok: true as const, turn: await running };
    } finally {
      setStatus({ quiescent: !turns.busy });
    }
  };

  const useSettings = async (next: Settings): Promise<void> => {
    settings = next;
    models.useSettings(next);
    await showChoice();
  };

  await showChoice();
  models.onChoice(() => void showOtherChoice().catch((error: unknown) => ports.log.error("the choice", error)));

  return {
    newSession() {
      const now = clock.epoch();
      const session: Session = { id: crypto.randomUUID(), title: "", createdAt: now, updatedAt: now };
      store.addSession(session);
      return session;
    },
    listSessions: (limit) => store.sessions(limit),
    loadSession(id) {
      const session = store.session(id);
      if (!session) return { ok: false, failure: failure("unknown-session", { id }) };
      return { ok: true, session, turns: store.turns(id).map((turn) => turns.current(turn.id) ?? turn) };
    },
    async deleteSession(id) {
      if (!store.session(id)) return { ok: false, failure: failure("unknown-session", { id }) };
      await turns.stopSession(id);
      store.deleteSession(id);
      return { ok: true };
    },
    async startTurn({ sessionId, prompt, replaces }, onStream, signal) {
      const session = store.session(sessionId);
      if (!session) return { ok: false, failure: failure("unknown-session", { id: sessionId }) };
      if (prompt.text.trim() === "" && prompt.attachments.length === 0)
        return { ok: false, failure: failure("prompt-empty") };
      if (replaces !== undefined && store.turn(replaces)?.sessionId !== sessionId)
        return { ok: false, failure: failure("unknown-turn", { id: replaces }) };
      const turn = newTurn({ id: crypto.randomUUID(), sessionId, prompt, createdAt: clock.epoch() });
      const title = session.title === "" ? titleOf(prompt) : session.title;
      const started = store.startTurn(turn, { ...session, title, updatedAt: clock.epoch() }, replaces);
      return runTurn(turn, started, onStream, signal);
    },
    async resumeTurn(turnId, onStream, signal) {
      const turn = turns.current(turnId) ?? store.turn(turnId);
      if (!turn || turn.state === "done") return { ok: false, failure: failure("unknown-turn", { id: turnId }) };
      const thought = turn.answer === "" ? "" : turn.thought;
      const again: Turn = { ...turn, state: "running", failure: null, endReason: null, thought };
      return runTurn(again, store.restartTurn(again), onStream, signal);
    },
    status: () => status,
    onStatus: (listener) => void listeners.add(listener),
    useSettings,
    useModel: (name) => useSettings({ ...settings, "model.path": name }),
    models,
    diagnose: (signal) => diagnose(ports, models, signal),
    ledger: (limit) => store.ledger.entries(limit),
    async close() {
      await turns.close();
      await models.close();
      store.close();
    },
  };
};

const modelStatus = ({ ref, engine, open, sizeBytes, bundled }: ChosenModel, loaded: boolean) => ({
  ...ref,
  path: engine === llamaEngineId ? open.model : null,
  sizeBytes,
  loaded,
  bundled,
});

/** Whether the next prompt would meet the same failure: what is wrong with the model or its host, not with a prompt. */
const isStanding = ({ code }: Failure): boolean => /^(model|host|engine|memory|out-of-memory)/.test(code);

/** The first line of the prompt, at most 60 characters. */
const titleOf = ({ text, attachments }: Prompt): string => {
  const line = text.trim().split("\n")[0] ?? "";
  const title = line === "" ? (attachments[0]?.kind === "selection" ? attachments[0].path : "stdin") : line;
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
};
