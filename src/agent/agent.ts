import { applyUpdate } from "../protocol/apply-event.ts";
import { batch } from "../protocol/batch.ts";
import type { Failure } from "../protocol/failure.ts";
import { newTurn } from "../protocol/new-turn.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { Prompt, Session, Turn } from "../protocol/session.ts";
import { defaultSettings, type Settings } from "../protocol/settings.ts";
import type { Status } from "../protocol/status.ts";
import type { TurnStream } from "../protocol/turn.ts";
import { failure } from "./failures.ts";
import { type RunOutcome, run } from "./flow/run.ts";
import type { Engine } from "./inference/engine.ts";
import { type ChosenModel, chooseModel } from "./models/choose-model.ts";
import type { Ports } from "./ports/ports.ts";
import type { Store } from "./store/store.ts";

/** Words reach clients at most this often; a screen shows no more. */
const batchMs = 16;

export type Result<T extends object> = ({ ok: true } & T) | { ok: false; failure: Failure };

export interface TurnRequest {
  readonly sessionId: string;
  readonly prompt: Prompt;
  /** The turn that this one takes the place of. */
  readonly replaces?: string | undefined;
}

type OnStream = (items: TurnStream[]) => void;

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
  /** Ends running turns as interrupted, so that they can be continued, and frees everything. */
  close(): Promise<void>;
}

interface Running {
  turn: Turn;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export const createAgent = async (ports: Ports, engine: Engine, store: Store): Promise<Agent> => {
  const { clock, log } = ports;
  const running = new Map<string, Running>();
  const listeners = new Set<(status: Status) => void>();
  let settings = defaultSettings;
  let status: Status = { health: "ok", quiescent: true, model: null, problem: null };
  let closing = false;

  const setStatus = (change: Partial<Status>): void => {
    status = { ...status, ...change };
    for (const listener of listeners) listener(status);
  };

  /** Said until a first turn shows that all is well again. */
  const setAside = store.damaged === null ? null : failure("store-damaged", { path: store.damaged });

  const showChoice = async (): Promise<void> => {
    const choice = await chooseModel(settings, ports);
    if (!choice.ok) return setStatus({ health: "warning", model: null, problem: choice.failure });
    setStatus({ health: setAside ? "warning" : "ok", model: modelStatus(choice.model, false), problem: setAside });
  };

  /** One turn from its record to its end. Every update is kept before it is shown. */
  const work = async (start: Turn, history: Turn[], onStream: OnStream, signal: AbortSignal): Promise<Turn> => {
    const abort = new AbortController();
    const ended = Promise.withResolvers<void>();
    const entry: Running = { turn: start, abort, ended: ended.promise };
    running.set(start.id, entry);
    setStatus({ quiescent: false });
    onStream([{ turn: start }]);

    let lost: Failure | undefined;
    const keep = (save: () => void): void => {
      if (lost) return;
      try {
        save();
      } catch (error) {
        log.error(`turn ${start.id} cannot be saved`, error);
        lost = failure("store-failed", { reason: reasonOf(error) });
        abort.abort();
      }
    };

    const updates = batch<RunEvent>(batchMs, clock, (events) => {
      const numbered = merge(events).map((event, index) => ({
        turnId: start.id,
        seq: entry.turn.seq + 1 + index,
        event,
      }));
      keep(() => store.addUpdates(numbered.filter(({ event }) => event.kind !== "progress")));
      if (lost) return;
      entry.turn = numbered.reduce(applyUpdate, entry.turn);
      onStream(numbered);
    });

    const finish = (end: Partial<Turn>): Turn => {
      updates.close();
      const turn = { ...entry.turn, ...end };
      keep(() => store.endTurn(turn));
      return lost ? { ...turn, state: "failed", failure: lost } : turn;
    };

    try {
      const outcome = await answer(start, history, {
        emit: updates.add,
        signal: AbortSignal.any([signal, abort.signal]),
      });
      if (closing && outcome.state !== "done") return finish({ state: "interrupted" });
      return finish({ failure: null, ...outcome });
    } catch (error) {
      log.error(`turn ${start.id} failed`, error);
      return finish({ state: "failed", failure: failure("internal", { reason: reasonOf(error) }) });
    } finally {
      running.delete(start.id);
      ended.resolve();
      setStatus({ quiescent: running.size === 0 });
    }
  };

  const answer = async (
    turn: Turn,
    history: Turn[],
    { emit, signal }: { emit: (event: RunEvent) => void; signal: AbortSignal },
  ): Promise<RunOutcome> => {
    const choice = await chooseModel(settings, ports);
    if (!choice.ok) {
      setStatus({ health: "warning", model: null, problem: choice.failure });
      return { state: "failed", failure: choice.failure };
    }
    const { model } = choice;
    const request = { prompt: turn.prompt, history, partial: turn.answer, model, settings };
    const events = run(request, engine, signal);
    for (;;) {
      const step = await events.next();
      if (step.done) {
        const { value } = step;
        const loaded = value.state !== "failed" && status.model?.path === model.load.path;
        const problem = value.state === "failed" && isStanding(value.failure) ? value.failure : null;
        setStatus({ health: problem ? "warning" : "ok", problem, model: modelStatus(model, loaded) });
        return value;
      }
      emit(step.value);
    }
  };

  const historyBefore = (turn: Turn): Turn[] => {
    const turns = store.turns(turn.sessionId);
    const at = turns.findIndex(({ id }) => id === turn.id);
    return (at < 0 ? turns : turns.slice(0, at)).filter(({ answer: text }) => text !== "");
  };

  const isRunning = (sessionId: string): boolean => store.turns(sessionId).some(({ state }) => state === "running");

  await showChoice();

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
      return { ok: true, session, turns: store.turns(id).map((turn) => running.get(turn.id)?.turn ?? turn) };
    },
    async deleteSession(id) {
      if (!store.session(id)) return { ok: false, failure: failure("unknown-session", { id }) };
      for (const { turn, abort, ended } of [...running.values()]) {
        if (turn.sessionId !== id) continue;
        abort.abort();
        await ended;
      }
      store.deleteSession(id);
      return { ok: true };
    },
    async startTurn({ sessionId, prompt, replaces }, onStream, signal) {
      const session = store.session(sessionId);
      if (!session) return { ok: false, failure: failure("unknown-session", { id: sessionId }) };
      if (prompt.text.trim() === "" && prompt.attachments.length === 0)
        return { ok: false, failure: failure("prompt-empty") };
      if (isRunning(sessionId)) return { ok: false, failure: failure("turn-running") };
      if (replaces !== undefined && store.turn(replaces)?.sessionId !== sessionId)
        return { ok: false, failure: failure("unknown-turn", { id: replaces }) };
      const turn = newTurn({ id: crypto.randomUUID(), sessionId, prompt, createdAt: clock.epoch() });
      const title = session.title === "" ? titleOf(prompt) : session.title;
      store.startTurn(turn, { ...session, title, updatedAt: clock.epoch() }, replaces);
      return { ok: true, turn: await work(turn, historyBefore(turn), onStream, signal) };
    },
    async resumeTurn(turnId, onStream, signal) {
      const turn = running.get(turnId)?.turn ?? store.turn(turnId);
      if (!turn) return { ok: false, failure: failure("unknown-turn", { id: turnId }) };
      if (isRunning(turn.sessionId)) return { ok: false, failure: failure("turn-running") };
      const again: Turn = {
        ...turn,
        state: "running",
        failure: null,
        endReason: null,
        thought: turn.answer === "" ? "" : turn.thought,
      };
      store.restartTurn(again);
      return { ok: true, turn: await work(again, historyBefore(again), onStream, signal) };
    },
    status: () => status,
    onStatus: (listener) => void listeners.add(listener),
    async useSettings(next) {
      settings = next;
      await showChoice();
    },
    async close() {
      closing = true;
      const ending = [...running.values()].map(({ abort, ended }) => {
        abort.abort();
        return ended;
      });
      const waited = Promise.withResolvers<void>();
      const stopWaiting = clock.after(1_000, waited.resolve);
      await Promise.race([Promise.all(ending), waited.promise]);
      stopWaiting();
      await engine.close();
      store.close();
    },
  };
};

const modelStatus = ({ ref, load, sizeBytes, bundled }: ChosenModel, loaded: boolean) => ({
  ...ref,
  path: load.path,
  sizeBytes,
  loaded,
  bundled,
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the next prompt would meet the same failure: what is wrong with the model or its host, not with a prompt. */
const isStanding = ({ code }: Failure): boolean => /^(model|host|out-of-memory)/.test(code);

/** The first line of the prompt, at most 60 characters. */
const titleOf = ({ text, attachments }: Prompt): string => {
  const line = text.trim().split("\n")[0] ?? "";
  const title = line === "" ? (attachments[0]?.kind === "selection" ? attachments[0].path : "stdin") : line;
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
};

/** Neighbouring pieces of text become one event. */
const merge = (events: RunEvent[]): RunEvent[] => {
  const merged: RunEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const text = event.kind === "message_chunk" || event.kind === "thought_chunk";
    if (text && last?.kind === event.kind)
      merged[merged.length - 1] = { kind: event.kind, text: last.text + event.text };
    else merged.push(event);
  }
  return merged;
};
