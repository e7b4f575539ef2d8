import * as l10n from "@vscode/l10n";
import type { Amounts, Budget } from "../../protocol/budget.ts";
import type { Usage } from "../../protocol/run-event.ts";
import { type ChosenModel, llamaEngineId } from "../models/chosen-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Control } from "./control.ts";

/** One of the amounts that a turn may use up. */
export type LimitName = keyof Amounts;

/** Counts what a turn uses against the limit of its control, which may change at any time. */
export interface Meter {
  budget(): Budget;
  /** The limit that forbids another model call; null: it may be made. */
  reached(): LimitName | null;
  /** Tokens that may still be used; Infinity without a limit. */
  tokensLeft(): number;
  /** Begins a model call, under a signal that also aborts when the turn's time is over. */
  begin(signal: AbortSignal): MeteredCall;
  /** What `waiting` takes does not count as time of the turn. */
  unmetered(waiting: Promise<void>): Promise<void>;
}

interface MeteredCall {
  readonly signal: AbortSignal;
  /** A generation begins. The first is the call itself; another one, because the first came to nothing, counts as well. */
  generates(): void;
  /** Ends the call; null where nothing is known. Says whether the turn's time was over. */
  end(model: ChosenModel | null, usage: Usage | null): { timeIsOver: boolean };
}

export interface MeterParts {
  readonly clock: Pick<Clock, "now" | "after">;
  readonly control: Control;
  /** Processor cores that are busy while a model of this machine works. */
  readonly cores: number;
}

/** What one busy core takes: an estimate from common processors, for want of a meter that every system has. */
const wattsPerCore = 6;
const msPerHour = 3_600_000;

/** A limit that changes during a call takes effect after this time at the latest. */
const lookAgainMs = 1_000;

export const createMeter = ({ clock, control, cores }: MeterParts): Meter => {
  const startedAt = clock.now();
  let steps = 0;
  let tokens = 0;
  let wattHours = 0;
  let waitedMs = 0;
  let waiting = 0;
  let waitingSince = 0;

  const usedMs = (): number => {
    const now = clock.now();
    return now - startedAt - waitedMs - (waiting > 0 ? now - waitingSince : 0);
  };
  const used = (): Amounts => ({ steps, tokens, ms: Math.round(usedMs()), wattHours });
  const left = (name: LimitName, amount: number): number =>
    control.limit[name] === 0 ? Number.POSITIVE_INFINITY : control.limit[name] - amount;

  return {
    budget: () => ({ used: used(), limit: control.limit }),
    reached() {
      const now = used();
      const names: readonly LimitName[] = ["steps", "tokens", "ms", "wattHours"];
      return names.find((name) => left(name, now[name]) <= 0) ?? null;
    },
    tokensLeft: () => left("tokens", tokens),
    begin(outer) {
      const callStartedAt = clock.now();
      const deadline = new AbortController();
      let stopLooking = (): void => undefined;
      const look = (): void => {
        const leftMs = left("ms", usedMs());
        if (leftMs <= 0) deadline.abort();
        else stopLooking = clock.after(Math.min(leftMs, lookAgainMs), look);
      };
      look();
      steps++;
      let generations = 0;
      return {
        signal: AbortSignal.any([outer, deadline.signal]),
        generates() {
          if (generations++ > 0) steps++;
        },
        end(model, usage) {
          stopLooking();
          tokens += usage ? usage.promptTokens + usage.completionTokens : 0;
          if (model?.engine === llamaEngineId)
            wattHours += ((clock.now() - callStartedAt) / msPerHour) * busyCores(model, cores) * wattsPerCore;
          return { timeIsOver: deadline.signal.aborted };
        },
      };
    },
    async unmetered(work) {
      if (waiting++ === 0) waitingSince = clock.now();
      try {
        await work;
      } finally {
        if (--waiting === 0) waitedMs += clock.now() - waitingSince;
      }
    },
  };
};

const busyCores = ({ open }: ChosenModel, cores: number): number =>
  open.threads === 0 ? cores : Math.min(open.threads, cores);

/** What is said when a limit ends the turn. */
export const limitText = (name: LimitName, { limit }: Budget): string => {
  const words: Record<LimitName, () => string> = {
    steps: () => l10n.t("The turn has made {0} model calls, as many as it may.", limit.steps),
    tokens: () => l10n.t("The turn has used {0} tokens, as many as it may.", limit.tokens),
    ms: () => l10n.t("The turn has taken {0} minutes, as long as it may.", Number((limit.ms / 60_000).toPrecision(2))),
    wattHours: () =>
      l10n.t("The turn has used about {0} Wh, by estimate, as much as it may.", Number(limit.wattHours.toPrecision(2))),
  };
  return `${words[name]()} ${l10n.t("What there is stands. Continue goes on with as much again.")}`;
};
