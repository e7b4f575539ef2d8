// One turn of the flow with scripted models, without agent, store or processes. For unit tests.
import assert from "node:assert/strict";
import { failure } from "../../src/agent/failures.ts";
import type { Control } from "../../src/agent/flow/control.ts";
import { createControl } from "../../src/agent/flow/control.ts";
import { type RunOutcome, type RunParts, run } from "../../src/agent/flow/run.ts";
import { type ChosenModel, plainModel } from "../../src/agent/models/chosen-model.ts";
import type { RouteDecision, Router } from "../../src/agent/router/decision.ts";
import { applyEvent } from "../../src/protocol/apply-event.ts";
import type { Amounts } from "../../src/protocol/budget.ts";
import type { HostFailure } from "../../src/protocol/model-host.ts";
import { newTurn } from "../../src/protocol/new-turn.ts";
import type { RoleName } from "../../src/protocol/profile.ts";
import type { RunEvent } from "../../src/protocol/run-event.ts";
import type { Turn } from "../../src/protocol/session.ts";
import { defaultSettings } from "../../src/protocol/settings.ts";
import { createRoleEngine, type RoleEngine, type RoleScript } from "./role-engine.ts";

export const noLimit: Amounts = { steps: 0, tokens: 0, ms: 0, wattHours: 0 };

export const namedModel = (name: string): ChosenModel => ({
  ...plainModel({ path: name, name, sizeBytes: 1 }, defaultSettings),
});

export const starter: ChosenModel = { ...namedModel("starter"), promptStyle: "skill-word", bundled: true };

export interface FlowTurn {
  readonly script: RoleScript;
  readonly path?: RouteDecision["path"];
  readonly domain?: RouteDecision["domain"];
  readonly turn?: Partial<Turn>;
  readonly text?: string;
  /** Models of each role, best first; "model" where nothing is said. */
  readonly chains?: { readonly [role in RoleName]?: readonly ChosenModel[] | HostFailure["code"] };
  readonly limit?: Partial<Amounts>;
  /** In place of one that always takes `path` and `domain`. */
  readonly router?: Router;
  readonly isLoaded?: (model: ChosenModel) => boolean;
  readonly clock?: RunParts["clock"];
  readonly signal?: AbortSignal;
  /** Sees each event as it comes. */
  readonly onEvent?: (event: RunEvent, reach: { control: Control; engine: RoleEngine }) => void;
}

export interface FlowEnd {
  readonly outcome: RunOutcome;
  readonly events: readonly RunEvent[];
  /** The record as the store would keep it. */
  readonly turn: Turn;
  readonly engine: RoleEngine;
  readonly notices: readonly string[];
}

/** A clock that stands still unless it is moved; timers that are due then fire. */
export const createHandClock = () => {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(ms: number, action: () => void) {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    move(ms: number) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers = timers.filter((other) => other !== timer);
        timer.action();
      }
    },
    waiting: () => timers.length,
  };
};

const decisionOf = ({ path = "simple", domain = "general" }: FlowTurn): RouteDecision => ({
  path,
  domain,
  probabilities: { coder: 0, math: 0, general: 0, [domain]: 1 },
  ...{ complexity: 0.5, confidence: 0.9, needsTools: false, tools: [] },
  ...{ source: "rule", reasons: ["a test"], ms: 1 },
});

/** Runs it to its end, and checks that no lease and no generation is left. */
export const runFlow = async (flow: FlowTurn): Promise<FlowEnd> => {
  const engine = createRoleEngine(flow.script);
  const control = createControl({ ...noLimit, ...flow.limit });
  const prompt = { text: flow.text ?? "Please explain what a closure is.", attachments: [] };
  let turn: Turn = { ...newTurn({ id: "t", sessionId: "s", prompt, createdAt: 0 }), ...flow.turn };
  const clock = flow.clock ?? createHandClock();
  const parts: RunParts = {
    async chainOf(role) {
      const chain = flow.chains?.[role] ?? [namedModel("model")];
      if (typeof chain === "string") return { ok: false, failure: failure(chain) };
      return { ok: true, chain, settings: defaultSettings };
    },
    engineOf: () => engine,
    router: flow.router ?? { decide: async () => decisionOf(flow) },
    isLoaded: flow.isLoaded ?? (() => false),
    ...{ control, clock, cores: 2 },
  };
  const request = { turn, history: [], settings: defaultSettings, workspace: null };
  const events: RunEvent[] = [];
  const running = run(request, parts, flow.signal ?? new AbortController().signal);
  for (;;) {
    const step = await running.next();
    if (step.done) {
      assert.deepEqual(engine.held(), { leases: 0, running: 0 }, "something runs on after the turn");
      const notices = events.flatMap((event) => (event.kind === "notice" ? [event.text] : []));
      const end = step.value.state === "done" ? { endReason: step.value.endReason } : {};
      turn = { ...turn, state: step.value.state, ...end };
      return { outcome: step.value, events, turn, engine, notices };
    }
    events.push(step.value);
    turn = applyEvent(turn, step.value);
    flow.onEvent?.(step.value, { control, engine });
  }
};

/** A plan as the planner says it: titles, each with the places of the steps that it comes after. */
export const planOf = (...steps: readonly (readonly [title: string, ...after: number[]])[]) => ({
  json: {
    goal: "All is done.",
    steps: steps.map(([title, ...after], index) => ({
      id: `s${index + 1}`,
      title,
      domain: "general",
      after: after.map((place) => `s${place}`),
      readOnly: true,
    })),
  },
});

export const accepts = { json: { accept: true, problem: "", hint: "", score: 9 } };
export const refuses = { json: { accept: false, problem: "It is wrong.", hint: "Make it right.", score: 1 } };
