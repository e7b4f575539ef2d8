import { applyUpdate } from "../protocol/apply-event.ts";
import { batch } from "../protocol/batch.ts";
import type { Amounts } from "../protocol/budget.ts";
import type { Failure } from "../protocol/failure.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { Turn } from "../protocol/session.ts";
import type { TurnStream } from "../protocol/turn.ts";
import { failure } from "./failures.ts";
import type { Control } from "./flow/control.ts";
import type { RunOutcome } from "./flow/run.ts";
import type { Ports } from "./ports/ports.ts";
import type { Store } from "./store/store.ts";

/** Words reach clients at most this often; a screen shows no more. */
const batchMs = 16;

export type OnStream = (items: TurnStream[]) => void;

/** What produces a turn's events, and how it ended. */
export type Answer = (emit: (event: RunEvent) => void, signal: AbortSignal) => Promise<RunOutcome>;

/** A turn that the store knows as running, how the user reaches into it, and what produces its events. */
export interface StartedTurn {
  readonly turn: Turn;
  readonly control: Control;
  readonly answer: Answer;
}

/** The turns that run in this agent. Every update is kept in the store before it is shown. */
export interface TurnRunner {
  /** Runs the turn to its end, whatever happens. Streams its record, then its updates. */
  run(started: StartedTurn, onStream: OnStream, signal: AbortSignal): Promise<Turn>;
  /** The turn as it stands now, while it runs. */
  current(id: string): Turn | undefined;
  /** undefined: the turn does not run here. */
  control(id: string): Control | undefined;
  /** Changes what a turn may use, and tells it at once. Whether the turn runs here. */
  setLimit(id: string, limit: Amounts): boolean;
  readonly busy: boolean;
  /** Stops the session's turns and waits until their end is kept. */
  stopSession(sessionId: string): Promise<void>;
  /** Ends all turns as interrupted, so that they can be continued; waits a second at most. */
  close(): Promise<void>;
}

interface Running {
  turn: Turn;
  readonly control: Control;
  readonly abort: AbortController;
  emit: (event: RunEvent) => void;
  readonly ended: Promise<void>;
}

export const createTurnRunner = ({ clock, log }: Pick<Ports, "clock" | "log">, store: Store): TurnRunner => {
  const running = new Map<string, Running>();
  let closing = false;

  const run: TurnRunner["run"] = async ({ turn: start, control, answer }, onStream, signal) => {
    const abort = new AbortController();
    const ended = Promise.withResolvers<void>();
    const entry: Running = { turn: start, control, abort, emit: () => undefined, ended: ended.promise };
    running.set(start.id, entry);
    onStream([{ turn: start }]);

    let lost: Failure | undefined;
    const lose = (error: unknown): void => {
      log.error(`turn ${start.id} cannot be saved`, error);
      lost ??= failure("store-failed", { reason: reasonOf(error) });
      abort.abort();
    };

    const updates = batch<RunEvent>(batchMs, clock, (events) => {
      if (lost) return;
      const { seq } = entry.turn;
      const numbered = merge(events).map((event, index) => ({ turnId: start.id, seq: seq + 1 + index, event }));
      try {
        store.addUpdates(numbered.filter(({ event }) => event.kind !== "progress"));
      } catch (error) {
        return lose(error);
      }
      entry.turn = numbered.reduce(applyUpdate, entry.turn);
      onStream(numbered);
    });

    entry.emit = updates.add;

    const finish = (end: Partial<Turn>): Turn => {
      updates.close();
      const ending = (): Turn => ({
        ...entry.turn,
        paused: false,
        ...end,
        ...(lost && { state: "failed", failure: lost }),
      });
      try {
        store.endTurn(ending());
      } catch (error) {
        lose(error);
      }
      return ending();
    };

    try {
      const outcome = await answer(updates.add, AbortSignal.any([signal, abort.signal]));
      if (closing && outcome.state !== "done") return finish({ state: "interrupted" });
      return finish({ failure: null, ...outcome });
    } catch (error) {
      log.error(`turn ${start.id} failed`, error);
      return finish({ state: "failed", failure: failure("internal", { reason: reasonOf(error) }) });
    } finally {
      running.delete(start.id);
      ended.resolve();
    }
  };

  const stop = async (entries: Running[]): Promise<void> => {
    for (const { abort } of entries) abort.abort();
    await Promise.all(entries.map(({ ended }) => ended));
  };

  return {
    run,
    current: (id) => running.get(id)?.turn,
    control: (id) => running.get(id)?.control,
    setLimit(id, limit) {
      const entry = running.get(id);
      if (!entry) return false;
      entry.control.setLimit(limit);
      entry.emit({ kind: "budget", budget: { used: entry.turn.budget?.used ?? nothingUsed, limit } });
      return true;
    },
    get busy() {
      return running.size > 0;
    },
    async stopSession(sessionId) {
      await stop([...running.values()].filter(({ turn }) => turn.sessionId === sessionId));
    },
    async close() {
      closing = true;
      const waited = Promise.withResolvers<void>();
      const stopWaiting = clock.after(1_000, waited.resolve);
      await Promise.race([stop([...running.values()]), waited.promise]);
      stopWaiting();
    },
  };
};

const nothingUsed: Amounts = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Neighbouring pieces of text become one event. */
const merge = (events: RunEvent[]): RunEvent[] => {
  const merged: RunEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last && join(last, event);
    if (joined) merged[merged.length - 1] = joined;
    else merged.push(event);
  }
  return merged;
};

/** undefined: they are not pieces of one text. */
const join = (last: RunEvent, event: RunEvent): RunEvent | undefined => {
  if (event.kind === "step_chunk")
    return last.kind === "step_chunk" && last.id === event.id ? { ...event, text: last.text + event.text } : undefined;
  const isText = event.kind === "message_chunk" || event.kind === "thought_chunk";
  return isText && last.kind === event.kind ? { ...event, text: last.text + event.text } : undefined;
};
