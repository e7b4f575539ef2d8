import * as l10n from "@vscode/l10n";
import type { Amounts } from "../protocol/budget.ts";
import type { LedgerEntry } from "../protocol/ledger.ts";
import { newTurn } from "../protocol/new-turn.ts";
import type { Mode, RouteOverride, Routing } from "../protocol/routing.ts";
import type { Run, TrackRecord } from "../protocol/run.ts";
import type { Feedback, Prompt, Session, Turn } from "../protocol/session.ts";
import { defaultSettings, type Settings } from "../protocol/settings.ts";
import type { Status } from "../protocol/status.ts";
import { wayOn } from "../protocol/way-on.ts";
import { createAgentStatus } from "./agent-status.ts";
import { diagnose, type Finding } from "./doctor.ts";
import { failure, type Result } from "./failures.ts";
import { type Control, createControl } from "./flow/control.ts";
import { previewRoute } from "./flow/preview.ts";
import type { RunParts } from "./flow/run.ts";
import type { ChosenModel } from "./models/chosen-model.ts";
import type { Models } from "./models/models.ts";
import type { Ports } from "./ports/ports.ts";
import type { RouteInput } from "./router/decision.ts";
import type { LoadedClassifier } from "./router/load-classifier.ts";
import { withoutOverrides } from "./router/override.ts";
import { createRouter } from "./router/router.ts";
import { createRuns } from "./runs/runs.ts";
import type { Store } from "./store/store.ts";
import { type Answer, createTurnRunner, type OnStream } from "./turn-runner.ts";

export interface TurnRequest {
  readonly sessionId: string;
  readonly prompt: Prompt;
  /** The turn that this one takes the place of. */
  readonly replaces?: string | undefined;
  /** Without one, the setting's. */
  readonly mode?: Mode | undefined;
  readonly override?: RouteOverride | null | undefined;
}

export type RouteRequest = Omit<RouteInput, "mode" | "override"> & Pick<TurnRequest, "mode" | "override">;

/** The façade that every front door calls. An expected failure is a result; a failed turn is a turn with `failure`. */
export interface Agent {
  newSession(): Session;
  listSessions(limit: number): Session[];
  loadSession(id: string): Result<{ session: Session; turns: Turn[] }>;
  deleteSession(id: string): Promise<Result<object>>;
  startTurn(request: TurnRequest, onStream: OnStream, signal: AbortSignal): Promise<Result<{ turn: Turn }>>;
  /**
   * Goes on with a turn that did not come to its end, or carries out the plan that a turn ended with; it may use as much
   * again as one that begins. One that has nothing left to do is "turn-complete".
   */
  resumeTurn(turnId: string, onStream: OnStream, signal: AbortSignal): Promise<Result<{ turn: Turn }>>;
  /** These three reach into a turn that runs in this agent; any other is "turn-not-running". */
  pauseTurn(turnId: string, paused: boolean): Result<object>;
  steerTurn(turnId: string, text: string): Result<object>;
  limitTurn(turnId: string, limit: Amounts): Result<object>;
  /** Keeps what the user says of an answer; null takes it back. */
  feedback(turnId: string, feedback: Feedback | null): Result<object>;
  /** The road that a request would take, in the setting's mode without another. No model is loaded for it. */
  route(input: RouteRequest, signal: AbortSignal): Promise<Result<{ routing: Routing }>>;
  /** Turns of all chats, newest first; `idStart` picks those whose id begins like this. */
  latestTurns(limit: number, idStart?: string): Turn[];
  /** How a turn ran: its record, and every question to a model. */
  run(turnId: string): Result<{ run: Run }>;
  /** Runs the turn again with what its models said, without any model, and says in what the two differ. */
  replay(turnId: string, signal: AbortSignal): Promise<Result<{ turn: Turn; differences: string[] }>>;
  /** How often answers were right that were given with about this confidence. */
  trackRecord(): TrackRecord;
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
  readonly ports: Pick<Ports, "clock" | "files" | "hardware" | "log" | "modelFiles" | "places">;
  readonly models: Models;
  readonly store: Store;
  readonly classifier: LoadedClassifier;
  /** Names the workspace for what is kept for it; null: there is none. */
  readonly workspace: string | null;
}

export const createAgent = async ({ ports, models, store, classifier, workspace }: AgentParts): Promise<Agent> => {
  const { clock, log } = ports;
  const turns = createTurnRunner(ports, store);
  const router = createRouter(classifier.classifier, clock);
  const runs = createRuns({ store, models, log, router, routerWeights: classifier.weights });
  const status = createAgentStatus(
    models,
    store.damaged === null ? null : failure("store-damaged", { path: store.damaged }),
  );
  let settings = defaultSettings;
  let cores: Promise<number> | undefined;

  const partsOf = async (control: Control): Promise<RunParts> => {
    cores ??= ports.hardware.read().then((facts) => facts.cores);
    const { engineOf } = models;
    const chainOf: RunParts["chainOf"] = (role, named, signal) => models.chain(role, signal, named);
    return { chainOf, engineOf, isLoaded: status.isLoaded, router, control, clock, cores: await cores };
  };

  const answer =
    (turn: Turn, control: Control): Answer =>
    async (emit, signal) => {
      const before = status.chosenId;
      const parts = await partsOf(control);
      const chains = new Map<string, readonly ChosenModel[]>();
      const chainOf: RunParts["chainOf"] = async (role, ...rest) => {
        const chosen = await parts.chainOf(role, ...rest);
        if (chosen.ok) chains.set(role, chosen.chain);
        return chosen;
      };
      /** The model that was to answer, and the one that does. */
      let asked = before;
      let answering: ChosenModel | null = null;
      const request = { turn, history: historyBefore(turn), settings, workspace };
      const events = runs.begin(request, { ...parts, chainOf }, signal);
      for (;;) {
        const step = await events.next();
        if (step.done) {
          if (!(await store.isThere())) emit({ kind: "notice", text: historyGone(ports.places.data) });
          status.showOutcome(step.value, answering, asked);
          return step.value;
        }
        const event = step.value;
        if (event.kind === "routing") {
          const chain = chains.get(event.routing.role) ?? [];
          asked = chain[0]?.ref.id ?? asked;
          answering = chain.find(({ ref }) => ref.id === event.routing.model.id) ?? answering;
        }
        emit(event);
      }
    };

  const historyBefore = (turn: Turn): Turn[] => {
    const all = store.turns(turn.sessionId);
    const at = all.findIndex(({ id }) => id === turn.id);
    return (at < 0 ? all : all.slice(0, at)).filter(({ answer: text }) => text !== "");
  };

  const runTurn = async (turn: Turn, onStream: OnStream, signal: AbortSignal) => {
    const control = createControl(limitIn(settings));
    const running = turns.run({ turn, control, answer: answer(turn, control) }, onStream, signal);
    status.setQuiescent(false);
    try {
      return { ok: true as const, turn: await running };
    } finally {
      status.setQuiescent(!turns.busy);
    }
  };

  const useSettings = async (next: Settings): Promise<void> => {
    settings = next;
    models.useSettings(next);
    await status.showChoice();
  };

  const inputOf = ({ prompt, mode, override }: RouteRequest): RouteInput => ({
    prompt,
    mode: mode ?? settings["agent.mode"],
    override: override ?? null,
  });

  const turnOf = (request: RouteRequest, sessionId: string): Turn => ({
    ...newTurn({ id: crypto.randomUUID(), sessionId, prompt: request.prompt, createdAt: clock.epoch() }),
    ...inputOf(request),
  });

  const turnNow = (id: string): Turn | undefined => turns.current(id) ?? store.turn(id);
  const unknownTurn = (id: string) => ({ ok: false as const, failure: failure("unknown-turn", { id }) });

  const reach = (turnId: string, act: (control: Control) => void): Result<object> => {
    const control = turns.control(turnId);
    if (!control) return { ok: false, failure: failure("turn-not-running") };
    act(control);
    return { ok: true };
  };

  await status.showChoice();
  models.onChoice(() => void status.showOtherChoice().catch((error: unknown) => log.error("the choice", error)));

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
    async startTurn({ sessionId, prompt, replaces, mode, override }, onStream, signal) {
      const session = store.session(sessionId);
      if (!session) return { ok: false, failure: failure("unknown-session", { id: sessionId }) };
      if (withoutOverrides(prompt.text).trim() === "" && prompt.attachments.length === 0)
        return { ok: false, failure: failure("prompt-empty") };
      if (replaces !== undefined && store.turn(replaces)?.sessionId !== sessionId) return unknownTurn(replaces);
      const turn = turnOf({ prompt, mode, override }, sessionId);
      const title = session.title === "" ? titleOf(prompt) : session.title;
      const started = store.startTurn(turn, { ...session, title, updatedAt: clock.epoch() }, replaces);
      if (started !== "started") return { ok: false, failure: failure(started, { id: turn.id }) };
      return runTurn(turn, onStream, signal);
    },
    async resumeTurn(turnId, onStream, signal) {
      const restarted = store.restartTurn(turnId, goingOn);
      if (typeof restarted === "string") return { ok: false, failure: failure(restarted, { id: turnId }) };
      return runTurn(restarted.turn, onStream, signal);
    },
    pauseTurn: (turnId, paused) => reach(turnId, (control) => control.pause(paused)),
    steerTurn: (turnId, text) => reach(turnId, (control) => control.steer(text)),
    limitTurn: (turnId, limit) =>
      turns.setLimit(turnId, limit) ? { ok: true } : { ok: false, failure: failure("turn-not-running") },
    feedback(turnId, feedback) {
      const kept = store.setFeedback(turnId, feedback);
      return kept === "kept" ? { ok: true } : { ok: false, failure: failure(kept, { id: turnId }) };
    },
    async route(request, signal) {
      const preview = { turn: turnOf(request, ""), history: [], settings, workspace: null };
      return previewRoute(preview, await partsOf(createControl(limitIn(settings))), signal);
    },
    latestTurns: (limit, idStart = "") => store.turnsLike(idStart, limit),
    run(turnId) {
      const turn = turnNow(turnId);
      return turn ? runs.run(turn) : unknownTurn(turnId);
    },
    async replay(turnId, signal) {
      const turn = turnNow(turnId);
      if (!turn) return unknownTurn(turnId);
      return turn.state === "running" ? { ok: false, failure: failure("turn-running") } : runs.replay(turn, signal);
    },
    trackRecord: runs.trackRecord,
    status: status.now,
    onStatus: status.onChange,
    useSettings,
    useModel: (name) => useSettings({ ...settings, "model.path": name }),
    models,
    diagnose: (signal) => diagnose({ ports, models, classifier }, signal),
    ledger: (limit) => store.ledger.entries(limit),
    async close() {
      await turns.close();
      await models.close();
      store.close();
    },
  };
};

/** The turn as it begins to go on; null: there is nothing left to do. */
const goingOn = (turn: Turn): Turn | null => {
  const way = wayOn(turn);
  if (way === null) return null;
  const thought = turn.answer === "" ? "" : turn.thought;
  const mode = way === "carry-out" ? "agent" : turn.mode;
  return { ...turn, mode, state: "running", failure: null, endReason: null, thought, paused: false };
};

const historyGone = (folder: string): string =>
  l10n.t("The history is not kept: its file in {0} was deleted. It begins anew at the next start.", folder);

/** What one turn may use. */
const limitIn = (settings: Settings): Amounts => ({
  steps: settings["agent.maxSteps"],
  tokens: settings["agent.maxTokens"],
  ms: settings["agent.maxMinutes"] * 60_000,
  wattHours: settings["agent.maxWattHours"],
});

/** The first line of the prompt, at most 60 characters. */
const titleOf = ({ text, attachments }: Prompt): string => {
  const line = text.trim().split("\n")[0] ?? "";
  const title = line === "" ? (attachments[0]?.kind === "selection" ? attachments[0].path : "stdin") : line;
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
};
