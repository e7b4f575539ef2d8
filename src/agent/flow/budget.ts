import * as l10n from "@vscode/l10n";
import type { Amounts, Budget } from "../../protocol/budget.ts";
import type { Settings } from "../../protocol/settings.ts";
import { type ChosenModel, llamaEngineId } from "../models/chosen-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { GenerationMeter } from "../roles/define.ts";
import type { Control } from "./control.ts";

/** One of the amounts that a turn may use up. */
export type LimitName = keyof Amounts;

/** Counts what a turn uses against the limit of its control, which may change at any time. */
export interface Meter {
  budget(): Budget;
  /** The limit that forbids another model call; null: it may be made. */
  reached(): LimitName | null;
  /** Begins a model call that counts as so many steps, under a signal that also aborts when a limit is reached in it. */
  begin(signal: AbortSignal, steps?: 0 | 1): MeteredCall;
  /** What `waiting` takes does not count as time of the turn. */
  unmetered(waiting: Promise<void>): Promise<void>;
}

/** The first generation of a call is the call itself; another one, because the first came to nothing, counts as well. */
interface MeteredCall extends GenerationMeter {
  readonly signal: AbortSignal;
  /** Ends the call; null: no model was asked. Says which limit ended it, or cut what was said; null: none. */
  end(model: ChosenModel | null): LimitName | null;
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
  let made = 0;
  let tokens = 0;
  /** What generations that run may still take. */
  let promised = 0;
  let wattHours = 0;
  const newlyBusy = createBusyTime();
  let waitedMs = 0;
  let waiting = 0;
  let waitingSince = 0;

  const usedMs = (): number => {
    const now = clock.now();
    return now - startedAt - waitedMs - (waiting > 0 ? now - waitingSince : 0);
  };
  const used = (): Amounts => ({ steps: made, tokens, ms: Math.round(usedMs()), wattHours });
  const left = (name: LimitName, amount: number): number =>
    control.limit[name] === 0 ? Number.POSITIVE_INFINITY : control.limit[name] - amount;

  const reached = (): LimitName | null => {
    const now = used();
    const names: readonly LimitName[] = ["steps", "tokens", "ms", "wattHours"];
    return names.find((name) => left(name, now[name]) <= 0) ?? null;
  };

  return {
    budget: () => ({ used: used(), limit: control.limit }),
    reached,
    begin(outer, steps = 1) {
      const callStartedAt = clock.now();
      const ending = new AbortController();
      let over: LimitName | null = null;
      const endBy = (name: LimitName): number => {
        over ??= name;
        ending.abort();
        return 0;
      };
      let stopLooking = (): void => undefined;
      const look = (): void => {
        const leftMs = left("ms", usedMs());
        if (leftMs <= 0) endBy("ms");
        else stopLooking = clock.after(Math.min(leftMs, lookAgainMs), look);
      };
      look();
      made += steps;
      let generations = 0;
      let granted = { tokens: 0, answer: Number.POSITIVE_INFINITY, longest: 0 };
      const promise = (next: typeof granted): void => {
        promised += next.tokens - granted.tokens;
        granted = next;
      };
      return {
        signal: AbortSignal.any([outer, ending.signal]),
        begins({ promptTokens, longest }) {
          if (generations++ > 0) {
            const name = reached();
            if (name !== null) return endBy(name);
            made += steps;
          }
          const answer = Math.min(longest, left("tokens", tokens + promised) - promptTokens);
          if (answer < 1) return endBy("tokens");
          promise({ tokens: promptTokens + answer, answer, longest });
          return answer;
        },
        ended({ promptTokens, completionTokens }) {
          tokens += promptTokens + completionTokens;
          if (granted.answer < granted.longest && completionTokens >= granted.answer) over ??= "tokens";
          promise({ ...granted, tokens: 0 });
        },
        end(model) {
          stopLooking();
          promise({ ...granted, tokens: 0 });
          if (model?.engine === llamaEngineId)
            wattHours += (newlyBusy(callStartedAt, clock.now()) / msPerHour) * busyCores(model, cores) * wattsPerCore;
          return over;
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

/**
 * Says how much of a stretch of time that ends now is not in one that was told before, so that what runs side by side
 * is counted once.
 */
const createBusyTime = (): ((from: number, now: number) => number) => {
  /** None touches another. */
  let known: { readonly from: number; readonly to: number }[] = [];
  return (from, now) => {
    const touching = known.filter(({ to }) => to >= from);
    const counted = touching.reduce((sum, one) => sum + one.to - Math.max(one.from, from), 0);
    const first = Math.min(from, ...touching.map((one) => one.from));
    known = [...known.filter(({ to }) => to < from), { from: first, to: now }];
    return now - from - counted;
  };
};

const busyCores = ({ open }: ChosenModel, cores: number): number =>
  open.threads === 0 ? cores : Math.min(open.threads, cores);

const settingOf = {
  steps: "agent.maxSteps",
  tokens: "agent.maxTokens",
  ms: "agent.maxMinutes",
  wattHours: "agent.maxWattHours",
} as const satisfies Record<LimitName, keyof Settings>;

const short = (amount: number): number => Number(amount.toPrecision(2));

/** What is said when a limit ends the turn; the setting is named where the limit is the setting's. */
export const limitText = (name: LimitName, { used, limit }: Budget, settings: Settings): string => {
  const minutes = (ms: number): number => short(ms / 60_000);
  const words: Record<LimitName, () => string> = {
    steps: () => l10n.t("The turn has made {0} model calls and may make {1}.", used.steps, limit.steps),
    tokens: () => l10n.t("Of the {0} tokens that the turn may use too few are left.", limit.tokens),
    ms: () => l10n.t("The turn has taken {0} minutes and may take {1}.", minutes(used.ms), minutes(limit.ms)),
    wattHours: () =>
      l10n.t(
        "The turn has used about {0} Wh, by estimate, and may use {1}.",
        short(used.wattHours),
        short(limit.wattHours),
      ),
  };
  const setting = settingOf[name];
  const isSetting = limit[name] === settings[setting] * (name === "ms" ? 60_000 : 1);
  const from = isSetting ? l10n.t("The setting {0} says how much.", `trivium.${setting}`) : "";
  return [words[name](), from, l10n.t("What there is stands.")].filter((one) => one !== "").join(" ");
};
