import * as vscode from "vscode";
import { applyUpdate } from "../../../protocol/apply-event.ts";
import type { Failure, NextStep } from "../../../protocol/failure.ts";
import { Mode, type RouteOverride } from "../../../protocol/routing.ts";
import { type ParamsOf, parse, type RequestType } from "../../../protocol/rpc.ts";
import type { TurnUpdate } from "../../../protocol/run-event.ts";
import {
  type Attachment,
  type Feedback,
  type Session,
  sessionDelete,
  sessionList,
  sessionLoad,
  sessionNew,
  type Turn,
} from "../../../protocol/session.ts";
import { TurnStream, turnFeedback, turnResume, turnStart } from "../../../protocol/turn.ts";
import type { ToChatView } from "../../../protocol/webview.ts";
import type { AgentHandle } from "../../agent.ts";
import { selectionLabel } from "./selection.ts";

/** What the chat view asks for, in terms of the agent. Shows everything through `post`. */
export interface Conversation {
  /** Sends the whole state, and goes on with an answer that a reload of the window cut off. */
  refresh(): Promise<void>;
  ask(text: string, attachments: Attachment[], mode: Mode): Promise<void>;
  /** Answers a turn's prompt again in its place: as before, or on the road that the user chose. */
  retry(turnId: string, override?: RouteOverride): Promise<void>;
  resume(turnId: string): Promise<void>;
  /** Stops the turn, or all that run. */
  stop(turnId?: string): void;
  /** Tells the agent something about a turn; what follows from it streams as the turn's updates. */
  tell<T extends RequestType>(type: T, params: ParamsOf<T>): Promise<void>;
  /** Keeps what the user says of an answer, and shows the turn with it. */
  rate(turnId: string, feedback: Feedback | null): Promise<void>;
  /** Does this, and shows its failure as a problem of no turn. */
  guarded(work: () => Promise<void>): Promise<void>;
  /** The id of the open chat's last turn; null when there is none. */
  lastTurnId(): string | null;
  newChat(): Promise<void>;
  openSession(id: string): Promise<void>;
  deleteSession(id: string): Promise<void>;
  listSessions(): Promise<void>;
}

const sessionKey = "trivium.session";
const runningKey = "trivium.running";

/** A window that comes back later than this does not go on by itself. */
const resumeWithinMs = 120_000;

/** How often a running turn notes that its window is still there. */
const noteEveryMs = 20_000;

export const createConversation = (
  context: vscode.ExtensionContext,
  agent: AgentHandle,
  post: (message: ToChatView) => void,
): Conversation => {
  const memory = context.workspaceState;
  let session: Session | null = null;
  let turns: Turn[] = [];
  const running = new Map<string, vscode.CancellationTokenSource>();
  /** What the window before this one was doing when it went away; asked once. */
  let cutOff = memory.get<{ turnId: string; at: number }>(runningKey);

  const showProblem = (error: unknown): void => {
    const failure = failureIn(error);
    const message = failure?.message ?? (error instanceof Error ? error.message : String(error));
    agent.log.error(message);
    post({ type: "problem", message, next: failure?.next ?? (["retry", "show-log"] satisfies NextStep[]) });
  };

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      showProblem(error);
    }
  };

  const postState = (connecting: boolean): void =>
    post({
      type: "state",
      state: {
        session,
        turns,
        runningHere: [...running.keys()],
        status: agent.status,
        selection: selectionLabel(),
        trusted: vscode.workspace.isTrusted,
        mode: startMode(),
        connecting,
      },
    });

  let shows = 0;
  /** Loads a chat and shows it at once: what streams afterwards adds to it. Of several at a time the last one counts. */
  const show = async (id: string | undefined): Promise<void> => {
    const mine = ++shows;
    const client = await agent.client();
    const loaded = id === undefined ? undefined : await client.request(sessionLoad, { sessionId: id }).catch(ifUnknown);
    if (mine !== shows) return;
    session = loaded?.session ?? null;
    turns = loaded?.turns ?? [];
    postState(false);
    await memory.update(sessionKey, session?.id);
  };

  const keep = (turn: Turn): void => {
    if (turn.sessionId !== session?.id) return;
    const at = turns.findIndex(({ id }) => id === turn.id);
    turns = at < 0 ? [...turns, turn] : turns.with(at, turn);
    post({ type: "turn", turn });
  };

  const add = (update: TurnUpdate): void => {
    turns = turns.map((turn) => (turn.id === update.turnId ? applyUpdate(turn, update) : turn));
    post({ type: "updates", updates: [update] });
  };

  const replace = (turnId: string, turn: Turn): void => {
    if (turn.sessionId !== session?.id) return;
    turns = turns.map((old) => (old.id === turnId ? turn : old));
    post({ type: "turnReplaced", turnId, turn });
  };

  /** Notes in the window's memory which turn it is working on, for the window that may come after it. */
  const note = (turnId: string): void => void memory.update(runningKey, { turnId, at: Date.now() });
  const forget = async (turnId: string): Promise<void> => {
    if (memory.get<{ turnId: string }>(runningKey)?.turnId === turnId) await memory.update(runningKey, undefined);
  };

  /** Without an agent nobody can say how far the turn came; what is shown stands, and the view is not stuck. */
  const interruptShown = (turnId: string | undefined): void => {
    const turn = turns.find(({ id }) => id === turnId);
    if (turn) keep({ ...turn, state: "interrupted" });
  };

  /** Runs one turn to its end and shows it; the same for a first, a repeated and a continued one. */
  const runTurn = async (
    start: (stream: {
      onProgress: (value: unknown) => void;
      token: vscode.CancellationToken;
    }) => Promise<{ turn: Turn }>,
    showFirst: (turn: Turn) => void = keep,
  ): Promise<void> => {
    const stop = new vscode.CancellationTokenSource();
    let turnId: string | undefined;
    const noting = setInterval(() => turnId !== undefined && note(turnId), noteEveryMs);
    const onProgress = (value: unknown): void => {
      const item = parse(TurnStream, value);
      if (!item.ok) agent.log.warn(`update not understood: ${item.issues.join("; ")}`);
      else if ("event" in item.value) add(item.value);
      else {
        turnId = item.value.turn.id;
        running.set(turnId, stop);
        note(turnId);
        showFirst(item.value.turn);
      }
    };
    try {
      const { turn } = await start({ onProgress, token: stop.token });
      if (turn.state !== "interrupted") await forget(turn.id);
      keep(turn);
    } catch (error) {
      if (failureIn(error) || turnId === undefined) throw error;
      // The agent went away in the middle; when it is back, the record says how far it had come.
      agent.log.error("the turn was cut off", error);
      await forget(turnId);
      await show(session?.id).catch((cause: unknown) => {
        interruptShown(turnId);
        throw cause;
      });
    } finally {
      clearInterval(noting);
      if (turnId !== undefined) running.delete(turnId);
      stop.dispose();
    }
  };

  const send = async (params: ParamsOf<typeof turnStart>): Promise<void> => {
    const client = await agent.client();
    const { replaces } = params;
    const showFirst = replaces === undefined ? keep : (turn: Turn): void => replace(replaces, turn);
    await runTurn((stream) => client.request(turnStart, params, stream), showFirst);
  };

  const ensureSession = async (): Promise<Session> => {
    if (session) return session;
    const client = await agent.client();
    const made = await client.request(sessionNew, {});
    session = made.session;
    turns = [];
    await memory.update(sessionKey, session.id);
    postState(false);
    return session;
  };

  const resume = async (turnId: string): Promise<void> => {
    const client = await agent.client();
    await runTurn((stream) => client.request(turnResume, { turnId }, stream));
  };

  /** An agent that is just ending still owns its turn for a moment after its window is gone. */
  const takeOver = async (): Promise<void> => {
    const before = cutOff;
    cutOff = undefined;
    if (!before || running.size > 0 || Date.now() - before.at > resumeWithinMs) return;
    for (let attempt = 0; attempt < 20; attempt++) {
      const turn = turns.find(({ id }) => id === before.turnId);
      if (turn?.state === "interrupted") return void guarded(() => resume(turn.id));
      if (turn?.state !== "running") return;
      await new Promise((resolve) => setTimeout(resolve, 250));
      await show(session?.id);
    }
  };

  return {
    refresh: () =>
      guarded(async () => {
        if (!agent.status) postState(true);
        await show(session?.id ?? memory.get<string>(sessionKey));
        await takeOver();
      }),
    ask: (text, attachments, mode) =>
      guarded(async () => {
        const { id } = await ensureSession();
        // Nobody tells when another window's turn ends.
        if (turns.some((turn) => turn.state === "running" && !running.has(turn.id))) await show(id);
        await send({ sessionId: id, prompt: { text, attachments }, mode });
      }),
    retry: (turnId, override) =>
      guarded(async () => {
        const turn = turns.find(({ id }) => id === turnId);
        if (!turn) return;
        const { sessionId, prompt, mode } = turn;
        const road = override ?? turn.override;
        await send({ sessionId, prompt, mode, replaces: turnId, ...(road ? { override: road } : {}) });
      }),
    resume: (turnId) => guarded(() => resume(turnId)),
    tell: (type, params) =>
      guarded(async () => {
        const client = await agent.client();
        await client.request(type, params);
      }),
    rate: (turnId, feedback) =>
      guarded(async () => {
        const client = await agent.client();
        await client.request(turnFeedback, { turnId, feedback });
        const turn = turns.find(({ id }) => id === turnId);
        if (turn) keep({ ...turn, feedback });
      }),
    guarded,
    lastTurnId: () => turns.at(-1)?.id ?? null,
    stop(turnId) {
      for (const [id, stop] of running) if (turnId === undefined || id === turnId) stop.cancel();
    },
    newChat: () =>
      guarded(async () => {
        for (const stop of running.values()) stop.cancel();
        await show(undefined);
        post({ type: "focusInput", attachSelection: false });
      }),
    openSession: (id) => guarded(() => show(id)),
    deleteSession: (id) =>
      guarded(async () => {
        const client = await agent.client();
        await client.request(sessionDelete, { sessionId: id });
        if (session?.id === id) await show(undefined);
        post({ type: "sessions", ...(await client.request(sessionList, {})) });
      }),
    listSessions: () =>
      guarded(async () => {
        const client = await agent.client();
        post({ type: "sessions", ...(await client.request(sessionList, {})) });
      }),
  };
};

/** The user's own setting alone: a workspace has no say. */
const startMode = (): Mode => {
  const mode = parse(Mode, vscode.workspace.getConfiguration("trivium").inspect("agent.mode")?.globalValue);
  return mode.ok ? mode.value : "agent";
};

const failureIn = (error: unknown): Failure | undefined =>
  error instanceof Error && "failure" in error ? (error.failure as Failure) : undefined; // only RequestFailed has it

/** A chat that was deleted in another window simply is not there any more. */
const ifUnknown = (error: unknown): undefined => {
  if (failureIn(error)?.code === "unknown-session") return undefined;
  throw error;
};
