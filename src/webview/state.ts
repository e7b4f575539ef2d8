import { applyEvent } from "../protocol/apply-event.ts";
import type { NextStep } from "../protocol/failure.ts";
import type { Mode } from "../protocol/routing.ts";
import type { RunEvent, TurnUpdate } from "../protocol/run-event.ts";
import type { Session, Turn } from "../protocol/session.ts";
import type { Status } from "../protocol/status.ts";
import type { ChatState, SelectionLabel, ToChatView } from "../protocol/webview.ts";

export type Progress = Extract<RunEvent, { kind: "progress" }>;

/** A turn with what is only shown while it runs. */
export interface TurnView extends Turn {
  readonly progress: Progress | null;
  /** What the user has said to it and it has not yet taken into account, or never did. */
  readonly queued: readonly string[];
  /** Whether this window runs it; another window's can be neither stopped nor held from here. */
  readonly here: boolean;
  /** The user wants it held, and it is not yet. */
  readonly pausing: boolean;
}

/** Everything the chat view shows that does not belong to one control. */
export interface ViewState {
  /** False until the first state arrived: nothing is shown before. */
  readonly loaded: boolean;
  readonly session: Session | null;
  readonly turns: readonly TurnView[];
  readonly status: Status | null;
  readonly selection: SelectionLabel | null;
  readonly trusted: boolean;
  readonly mode: Mode;
  readonly connecting: boolean;
  /** Null until the list was asked for and came. */
  readonly sessions: readonly Session[] | null;
  readonly problem: { readonly message: string; readonly next: readonly NextStep[] } | null;
  /** True from sending a prompt until the extension shows its turn or a problem. */
  readonly asked: boolean;
  /** `count` rises with each request to focus the input. */
  readonly focus: { readonly count: number; readonly attachSelection: boolean };
}

/** What the extension says, and the few things that happen in the view itself. */
export type ViewEvent =
  | ToChatView
  | { readonly type: "asked" }
  | { readonly type: "steered"; readonly turnId: string; readonly text: string }
  | { readonly type: "pauseAsked"; readonly turnId: string; readonly paused: boolean }
  | { readonly type: "sessionDeleted"; readonly sessionId: string }
  | { readonly type: "problemClosed" };

export const initialState: ViewState = {
  loaded: false,
  session: null,
  turns: [],
  status: null,
  selection: null,
  trusted: true,
  mode: "agent",
  connecting: false,
  sessions: null,
  problem: null,
  asked: false,
  focus: { count: 0, attachSelection: false },
};

export const runningTurn = (state: ViewState): TurnView | undefined =>
  state.turns.find((turn) => turn.state === "running");

/** The turn that can be stopped, held and told something. */
export const runningHere = (state: ViewState): TurnView | undefined =>
  state.turns.find((turn) => turn.state === "running" && turn.here);

/** The step that is at work, with its number from 1; null when none is, or the turn has no plan. */
export const currentStep = ({ plan, steps }: Pick<Turn, "plan" | "steps">) => {
  const at = steps.findIndex(({ state }) => state === "running" || state === "checking");
  const status = steps[at];
  const step = status && plan?.steps.find(({ id }) => id === status.id);
  return step ? { number: at + 1, count: steps.length, title: step.title, state: status.state } : null;
};

const writes: ReadonlySet<RunEvent["kind"]> = new Set(["message_chunk", "thought_chunk", "step_chunk", "answer_reset"]);

/** What takes the place of the progress line: text, the answer's or a step's, and that a model has got its prompt. */
const progressAfter = (before: Progress | null, event: RunEvent): Progress | null => {
  // What is done is not shown as going on: a model that answers with a plan shows no text in the meantime.
  if (event.kind === "progress") return event.done !== null && event.done >= 1 ? null : event;
  return event.kind === "receipt" || writes.has(event.kind) ? null : before;
};

/** What was taken into account waits no longer; the same words said twice are taken one by one. */
const queuedAfter = (queued: readonly string[], event: RunEvent): readonly string[] => {
  const at = event.kind === "steer" ? queued.indexOf(event.text) : -1;
  return at < 0 ? queued : queued.toSpliced(at, 1);
};

const applyOne = (turn: TurnView, event: RunEvent): TurnView => ({
  ...applyEvent(turn, event),
  progress: progressAfter(turn.progress, event),
  queued: queuedAfter(turn.queued, event),
  here: turn.here,
  pausing: turn.pausing && event.kind !== "paused",
});

/** A record in place of what was shown of the same turn, with what was said and is not in it. */
const viewOf = (turn: Turn, before: TurnView | undefined): Omit<TurnView, "here"> => {
  const heard = turn.steering.slice(before?.steering.length ?? 0);
  const queued = heard.reduce<readonly string[]>(
    (left, text) => queuedAfter(left, { kind: "steer", text }),
    before?.queued ?? [],
  );
  const known = turn.state === "running" ? before : undefined;
  return { ...turn, queued, progress: known?.progress ?? null, pausing: known?.pausing ?? false };
};

/** Updates that the record already includes are dropped, so a reload in the middle of an answer repeats nothing. */
const applyUpdates = (turn: TurnView, updates: readonly TurnUpdate[]): TurnView =>
  updates.reduce(
    (current, { turnId, seq, event }) =>
      turnId === current.id && seq > current.seq ? { ...applyOne(current, event), seq } : current,
    turn,
  );

/** A chat without a session takes the turn it waits for; one that ended elsewhere in the meantime is not its own. */
const belongsHere = (state: ViewState, turn: Turn): boolean =>
  state.session
    ? state.session.id === turn.sessionId
    : state.asked || turn.state === "running" || state.turns.some(({ id }) => id === turn.id);

const withTurn = (state: ViewState, turn: Turn): ViewState => {
  if (!belongsHere(state, turn)) return state;
  const known = { ...state, asked: false, problem: null, connecting: false };
  const before = state.turns.find(({ id }) => id === turn.id);
  const view = { ...viewOf(turn, before), here: true };
  if (!before) return { ...known, turns: [...state.turns, view] };
  return { ...known, turns: state.turns.map((old) => (old.id === turn.id ? view : old)) };
};

const stateOf = ({ turns, runningHere, ...rest }: ChatState, before: readonly TurnView[]) => ({
  ...rest,
  turns: turns.map((turn) => {
    const shown = before.find(({ id }) => id === turn.id);
    return { ...viewOf(turn, shown), here: runningHere.includes(turn.id) };
  }),
});

export const reduce = (state: ViewState, event: ViewEvent): ViewState => {
  switch (event.type) {
    case "state":
      return {
        ...state,
        ...stateOf(event.state, state.turns),
        loaded: true,
        asked: false,
        problem: null,
      };
    case "turn":
      return withTurn(state, event.turn);
    case "turnReplaced":
      return {
        ...state,
        asked: false,
        problem: null,
        turns: state.turns.map((old) =>
          old.id === event.turnId ? { ...viewOf(event.turn, undefined), here: true } : old,
        ),
      };
    case "updates":
      return { ...state, turns: state.turns.map((turn) => applyUpdates(turn, event.updates)) };
    case "status":
      return { ...state, status: event.status, connecting: false };
    case "selection":
      return { ...state, selection: event.selection };
    case "sessions":
      return { ...state, sessions: event.sessions };
    case "problem":
      return { ...state, problem: { message: event.message, next: event.next }, asked: false, connecting: false };
    case "focusInput":
      return { ...state, focus: { count: state.focus.count + 1, attachSelection: event.attachSelection } };
    case "asked":
      return { ...state, asked: true, problem: null };
    case "steered":
      return {
        ...state,
        turns: state.turns.map((turn) =>
          turn.id === event.turnId ? { ...turn, queued: [...turn.queued, event.text] } : turn,
        ),
      };
    case "pauseAsked":
      return {
        ...state,
        turns: state.turns.map((turn) => (turn.id === event.turnId ? { ...turn, pausing: event.paused } : turn)),
      };
    case "sessionDeleted":
      return { ...state, sessions: state.sessions?.filter(({ id }) => id !== event.sessionId) ?? null };
    case "problemClosed":
      return { ...state, problem: null };
  }
};
