import * as l10n from "@vscode/l10n";
import type { CapabilityCard } from "../../../protocol/capability-card.ts";
import type { FailureCode } from "../../../protocol/failure.ts";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { EngineResult, OpenModel } from "../../inference/engine.ts";
import type { Clock } from "../../ports/clock.ts";
import { type Asking, ask } from "./ask.ts";
import { type MeasureCase, type MeasurePart, measureParts } from "./cases.ts";
import { measureSpeed } from "./speed.ts";
import { timeBox } from "./time-box.ts";
import { tools } from "./tool-cases.ts";

export interface MeasureParts {
  readonly clock: Clock;
  /** As the card shall name this machine. */
  readonly machineName: string;
  /** As the card shall say; 0 when the engine chose. */
  readonly threads: number;
  /** Names what is measured: the file's content, or a server's model. */
  readonly fingerprint: string;
}

/** With the grace of the time box this stays below a minute. */
const totalMs = 50_000;
/** Fewer answers say nothing about an ability. */
const fewestCases = 3;
/** A model that only thought this often, within what an answer may take, would do it again. */
const mostUnanswered = 2;

/** The model cannot be asked this; it can still be asked other things. */
const partial: ReadonlySet<FailureCode> = new Set(["not-supported", "prompt-too-long", "engine-rejected"]);

interface Tally {
  passed: number;
  done: number;
  unanswered: number;
  closed: boolean;
}

interface Task {
  readonly part: MeasurePart;
  readonly one: MeasureCase;
}

/** First some of each part, then the rest: a slow model gets few scores, but whole ones. */
const inOrder = (parts: readonly MeasurePart[]): Task[] => {
  const tasks = (from: number, to: number | undefined): Task[] =>
    parts.flatMap((part) => part.cases.slice(from, to).map((one) => ({ part, one })));
  return [...tasks(0, fewestCases), ...tasks(fewestCases, undefined)];
};

/** How this engine is asked for a call: under a grammar, through the server's own template, or by the prompt alone. */
const asItCan = (
  { format }: MeasureCase,
  { abilities }: OpenModel,
): Pick<Parameters<typeof ask>[1], "format" | "tools"> => {
  if (format.kind !== "call" || abilities.grammar) return { format, tools: [] };
  return { format: { kind: "text" }, tools: abilities.tools ? tools : [] };
};

/** Asks one task and counts it; what the time cut short does not count. A failure ends all measuring. */
const runTask = async (asking: Asking, { part, one }: Task, tally: Tally): Promise<HostFailure | null> => {
  const messages = [
    { role: "system" as const, content: part.system },
    { role: "user" as const, content: one.prompt },
  ];
  const question = { messages, maxTokens: one.maxTokens, ...asItCan(one, asking.open) };
  const { failure, ended, text, thought, calls } = await ask(asking, question, asking.box.remaining());
  if (failure) {
    tally.closed = true;
    return partial.has(failure.code) ? null : failure;
  }
  if (!ended) return null;
  if (text.trim() === "" && calls.length === 0 && thought !== "") {
    tally.unanswered++;
    tally.closed = tally.unanswered >= mostUnanswered;
    return null;
  }
  tally.done++;
  if (one.passes({ text, calls })) tally.passed++;
  return null;
};

const scoreOf = (tally: Tally | undefined): number | null =>
  tally && tally.done >= fewestCases ? tally.passed / tally.done : null;

/**
 * Measures how fast and how good an open model is here, within a minute whatever its speed: what there was no time for
 * is null. `onProgress` gets 0..1 and what is being measured, in words. Fails as the engine fails; rejects with the
 * signal's reason. The caller keeps the lease.
 */
export const measureModel = async (
  open: OpenModel,
  parts: MeasureParts,
  onProgress: (done: number, what: string) => void,
  signal: AbortSignal,
): Promise<EngineResult<{ card: CapabilityCard }>> => {
  const { clock, machineName, threads, fingerprint } = parts;
  if (!open.abilities.chat)
    return {
      ok: false,
      failure: { code: "not-supported", detail: { name: open.model.name, ability: l10n.t("chat") } },
    };
  const box = timeBox(totalMs, clock, signal);
  const asking: Asking = { open, box, clock };
  onProgress(0, l10n.t("Speed"));
  const measured = await measureSpeed(asking);
  if (!measured.ok) return measured;

  const asked = measureParts.filter(({ needsGrammar }) => !needsGrammar || open.abilities.grammar);
  const tallies = new Map(asked.map((part) => [part, { passed: 0, done: 0, unanswered: 0, closed: false }]));
  const tasks = inOrder(asked);
  for (const [at, task] of tasks.entries()) {
    if (box.remaining() === 0) break;
    const tally = tallies.get(task.part);
    if (!tally || tally.closed) continue;
    onProgress(Math.max(box.elapsed(), at / tasks.length), task.part.what());
    const failure = await runTask(asking, task, tally);
    if (failure) return { ok: false, failure };
  }
  onProgress(1, l10n.t("Done"));

  const score = (ability: MeasurePart["ability"]): number | null =>
    scoreOf([...tallies].find(([part]) => part.ability === ability)?.[1]);
  const steps = { plain: score("plainSteps"), narrowed: score("narrowedSteps") };
  return {
    ok: true,
    card: {
      version: 1,
      fingerprint,
      model: open.model.name,
      machine: machineName,
      measuredAt: clock.epoch(),
      threads,
      ...measured.speed,
      scores: {
        code: score("code"),
        // Sums are not maths: what a model can prove or solve is left to the catalogue.
        math: null,
        general: score("general"),
        json: score("json"),
        jsonWithGrammar: score("jsonWithGrammar"),
        toolCall: score("toolCall"),
        edit: score("edit"),
        arithmetic: score("arithmetic"),
      },
      grammarFromReality:
        steps.plain === null || steps.narrowed === null ? null : { plain: steps.plain, narrowed: steps.narrowed },
    },
  };
};
