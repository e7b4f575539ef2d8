import * as l10n from "@vscode/l10n";
import { applyEvent } from "../../protocol/apply-event.ts";
import type { Message } from "../../protocol/model-host.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import type { Turn } from "../../protocol/session.ts";
import type { Control } from "../flow/control.ts";
import { type RunParts, run } from "../flow/run.ts";
import { type RecordedCall, readAskedToGenerate } from "../inference/replay/recording.ts";
import { createReplayEngine } from "../inference/replay/replay-engine.ts";
import type { Chain } from "../models/chains.ts";
import type { Router } from "../router/decision.ts";
import type { JournalEntry, JournalRun } from "../store/journal.ts";
import { differencesOf, firstDifference } from "./differences.ts";
import { createLooks, type MarkedClock, markTimers } from "./marked-clock.ts";
import { createReplayClock } from "./replay-clock.ts";

export interface ReplayRequest {
  readonly run: JournalRun;
  /** How the turn ended then. */
  readonly ended: Turn;
}

/** What a replay does not take from the journal: the flow's own rules, which it is there to try. */
export interface ReplayParts {
  readonly router: Router;
  /** Names the weights of the router's classifier; null: it has none. */
  readonly routerWeights: string | null;
}

type EntryOf<K extends JournalEntry["kind"]> = Extract<JournalEntry, { kind: K }>;

/**
 * Runs the flow again with what the journal kept in place of models, clock and user, and says in words in what the two
 * differ; times do not count. A question that was not asked then ends the replay and is a difference, unless the turn
 * had been stopped: then it ends there, as it did.
 */
export const replayRun = async (
  { run: { start, entries }, ended }: ReplayRequest,
  { router, routerWeights }: ReplayParts,
  signal: AbortSignal,
): Promise<{ turn: Turn; differences: string[] }> => {
  const stop = new AbortController();
  const wasStopped = ended.state === "stopped" || ended.state === "interrupted";
  const unknown: string[] = [];
  const kept = keptOf(entries);
  const clock = createReplayClock();
  const marked = markTimers(clock);
  const engines = new Map<string, ReturnType<typeof createReplayEngine>>();

  const onCall = (call: RecordedCall): void => {
    clock.setTo(kept.endedAt.get(call) ?? 0);
    if (wasStopped && call === kept.cutOff) stop.abort();
  };
  const onUnknown = (text: string): void => {
    if (!wasStopped && unknown.length === 0) unknown.push(text);
    stop.abort();
  };
  const watcher = {
    onCall,
    onUnknown: (method: RecordedCall["method"], messages: readonly Message[]) =>
      onUnknown(unknownText(method, messages, kept)),
  };
  const engineOf: RunParts["engineOf"] = ({ engine }) => {
    const made = engines.get(engine) ?? createReplayEngine({ calls: kept.callsOf(engine) }, watcher);
    engines.set(engine, made);
    return made;
  };

  const parts: RunParts = {
    engineOf,
    router,
    clock: marked,
    async chainOf(role, named) {
      const chain = kept.nextChain(role, named);
      if (chain) return chain;
      onUnknown(l10n.t("The models of the role {0} were asked for, which was not needed then.", role));
      throw new Error(`nobody asked for the models of ${role}`);
    },
    isLoaded: ({ ref }) => kept.nextLoaded(ref.id),
    control: replayControl(entries, marked),
    cores: start.cores,
  };
  const { sessionId, createdAt } = start.turn;
  const history = start.history.map(({ answer, ...kept }) => ({
    ...newTurn({ ...kept, sessionId, createdAt }),
    answer,
  }));
  const request = { turn: start.turn, history, settings: start.settings, workspace: start.workspace };
  const events = run(request, parts, AbortSignal.any([signal, stop.signal]));
  let turn = start.turn;
  for (;;) {
    const step = await events.next();
    if (step.done) {
      turn = { ...turn, failure: null, ...step.value, paused: false };
      break;
    }
    turn = applyEvent(turn, step.value);
  }
  signal.throwIfAborted();
  const others =
    start.routerWeights === routerWeights ? [] : [l10n.t("The router has other weights now than it had then.")];
  return { turn, differences: [...unknown, ...others, ...differencesOf(ended, turn)] };
};

/** What is given again in its order, the last one again and again. */
const inOrder = <T>(given: readonly T[]): (() => T | undefined) => {
  let place = 0;
  return () => given[Math.min(place++, given.length - 1)];
};

const keptOf = (entries: readonly JournalEntry[]) => {
  const all = <K extends JournalEntry["kind"]>(kind: K): EntryOf<K>[] =>
    entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  const calls = all("call");
  const queues = new Map<string, () => unknown>();
  const nextOf = <T>(key: string, given: () => readonly T[]): T | undefined => {
    const queue = (queues.get(key) as (() => T | undefined) | undefined) ?? inOrder(given()); // a key has one type
    queues.set(key, queue);
    return queue();
  };

  return {
    calls,
    endedAt: new Map(calls.map(({ call, endedAt }) => [call, endedAt])),
    /** The last generation, when it was cut off. */
    cutOff: cutOffOf(calls.findLast(({ call }) => call.method === "generate")?.call),
    callsOf: (engine: string): RecordedCall[] =>
      calls.filter((entry) => entry.engine === engine).map(({ call }) => call),
    nextChain(role: string, named: string | null): Chain | undefined {
      const isIt = (entry: EntryOf<"chain">): boolean => entry.role === role && entry.named === named;
      return nextOf(`chain ${role} ${named}`, () => all("chain").filter(isIt))?.chain;
    },
    nextLoaded: (model: string): boolean =>
      nextOf(`loaded ${model}`, () => all("loaded").filter((entry) => entry.model === model))?.loaded ?? false,
  };
};

const cutOffOf = (call: RecordedCall | undefined): RecordedCall | null =>
  call?.method === "generate" && call.result.ok && call.result.endReason === null ? call : null;

/** The user again: what was said at the same looks, what was allowed from the same looks on. Nobody holds a replay. */
const replayControl = (entries: readonly JournalEntry[], clock: MarkedClock): Control => {
  const limitLooks = createLooks(clock);
  let looks = 0;
  const none = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };
  const limits = entries.filter((entry): entry is EntryOf<"limit"> => entry.kind === "limit");
  return {
    paused: false,
    get limit() {
      const now = limitLooks.next();
      const wasSeen = ({ look, tick }: EntryOf<"limit">): boolean =>
        look < now.look || (look === now.look && tick <= now.tick);
      return limits.findLast(wasSeen)?.limit ?? none;
    },
    going: async (signal) => signal.throwIfAborted(),
    takeSteering() {
      looks++;
      return entries.flatMap((entry) => (entry.kind === "steering" && entry.look === looks ? entry.texts : []));
    },
    pause: () => undefined,
    steer: () => undefined,
    setLimit: () => undefined,
  };
};

/** How much is shown around the place where a question begins to be a new one. */
const shownBefore = 30;
const shownAfter = 50;

const unknownText = (
  method: RecordedCall["method"],
  messages: readonly Message[],
  { calls }: { readonly calls: readonly EntryOf<"call">[] },
): string => {
  if (messages.length === 0) return l10n.t("A model was asked to {0}, which was not asked then.", method);
  const textOf = (all: readonly Message[]): string => all.map(({ content }) => content).join("\n");
  const asked = textOf(messages);
  const known = calls.flatMap(({ call }) =>
    call.method === "generate" ? [textOf(readAskedToGenerate(call.asked)?.messages ?? [])] : [],
  );
  const from = Math.max(0, ...known.map((other) => firstDifference(other, asked)));
  const place = asked.slice(Math.max(0, from - shownBefore), from + shownAfter);
  return l10n.t("A model was asked something that was not asked then. What is new begins here: {0}", place);
};
