import type { Failure } from "../../protocol/failure.ts";
import type { Plan } from "../../protocol/plan.ts";
import type { RoleName } from "../../protocol/profile.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { EndReason, Prompt, Turn } from "../../protocol/session.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Check, Verdict } from "../../protocol/verdict.ts";
import type { Engine } from "../inference/engine.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Router } from "../router/decision.ts";
import { withoutOverrides } from "../router/override.ts";
import { createMeter, type LimitName, type Meter } from "./budget.ts";
import type { Control } from "./control.ts";

/** One request as the flow gets it. A turn that is continued brings its plan, its steps and its partial answer. */
export interface RunRequest {
  readonly turn: Turn;
  /** Earlier turns, oldest first. */
  readonly history: readonly Turn[];
  readonly settings: Settings;
  /** Names the workspace for the KV state that is kept; null: none. */
  readonly workspace: string | null;
}

/** What the flow works with. */
export interface RunParts {
  /** Who may take a role, best first. `model`: the one that the user named for this request; null: none. */
  readonly chainOf: (role: RoleName, model: string | null, signal: AbortSignal) => Promise<Chain>;
  readonly engineOf: (model: ChosenModel, role: RoleName) => Engine;
  readonly router: Router;
  readonly control: Control;
  readonly clock: Pick<Clock, "now" | "after">;
  /** Processor cores that are busy while a model of this machine works. */
  readonly cores: number;
  /** Whether its weights are in memory; the router model is asked only then. */
  readonly isLoaded: (model: ChosenModel) => boolean;
}

export type RunOutcome =
  | { state: "done"; endReason: EndReason }
  | { state: "stopped" }
  | { state: "failed"; failure: Failure };

export const done = (endReason: EndReason): RunOutcome => ({ state: "done", endReason });

/** One turn while it runs. */
export interface TurnWork {
  readonly request: RunRequest;
  readonly parts: RunParts;
  readonly signal: AbortSignal;
  readonly meter: Meter;
  /** What is asked, without the words that only choose the road. */
  readonly prompt: Prompt;
  /** The plan that a continued turn brings; null: there is none yet. */
  readonly plan: Plan | null;
  /** Everything that the user has said while the turn ran. */
  readonly steering: readonly string[];
  /** The id of the model that was asked last; null: none yet. */
  readonly openNow: string | null;
  /** The limit that forbade or cut a model call. */
  readonly limit: LimitName | null;
  emit(event: RunEvent): void;
  notice(text: string): void;
  verdict(verdict: Verdict): void;
  /** The chain of a role, asked for once. */
  chain(role: RoleName): Promise<Chain>;
  /** Takes what the user has said meanwhile into `steering`. */
  hear(): void;
  asking(model: ChosenModel): void;
  limited(name: LimitName): void;
  /** Waits while the user holds the turn. */
  held(): Promise<void>;
  /** Checks that count for the evidence: of accepted steps and of the answer that stands. */
  readonly counted: Map<string, readonly Check[]>;
}

export const createTurnWork = (
  request: RunRequest,
  parts: RunParts,
  { signal, emit }: Pick<TurnWork, "signal" | "emit">,
): TurnWork => {
  const { turn } = request;
  const { control } = parts;
  const meter = createMeter(parts);
  const chains = new Map<RoleName, Promise<Chain>>();
  const steering = [...turn.steering];
  let openNow: string | null = null;
  let limit: LimitName | null = null;
  let holding: Promise<void> | null = null;

  const hold = async (): Promise<void> => {
    emit({ kind: "paused", paused: true });
    try {
      await meter.unmetered(control.going(signal));
    } finally {
      emit({ kind: "paused", paused: false });
    }
  };

  return {
    request,
    parts,
    signal,
    meter,
    prompt: requestOf(turn.prompt),
    plan: planOf(turn),
    emit,
    counted: new Map(),
    get steering() {
      return steering;
    },
    get openNow() {
      return openNow;
    },
    get limit() {
      return limit;
    },
    notice: (text) => emit({ kind: "notice", text }),
    verdict: (verdict) => emit({ kind: "verdict", verdict }),
    chain(role) {
      const known = chains.get(role) ?? parts.chainOf(role, turn.override?.model ?? null, signal);
      chains.set(role, known);
      return known;
    },
    hear() {
      const said = control.takeSteering();
      steering.push(...said);
      for (const text of said) emit({ kind: "steer", text });
    },
    asking(model) {
      openNow = model.ref.id;
    },
    limited(name) {
      limit = name;
    },
    async held() {
      signal.throwIfAborted();
      if (!control.paused) return;
      // Steps that run beside each other hold and go on together.
      holding ??= hold().finally(() => {
        holding = null;
      });
      await holding;
    },
  };
};

/** In mode "plan" the user has to see a plan before it is carried out; one that was not shown yet is made again. */
const planOf = ({ mode, plan, answer }: Turn): Plan | null => (mode === "plan" && answer === "" ? null : plan);

/** Words such as `@coder` choose a road and say nothing to a model; alone, they are all there is to ask. */
const requestOf = (prompt: Prompt): Prompt => {
  const text = withoutOverrides(prompt.text);
  return text === "" && prompt.attachments.length === 0 ? prompt : { ...prompt, text };
};
