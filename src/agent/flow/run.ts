import * as l10n from "@vscode/l10n";
import type { Failure, FailureCode } from "../../protocol/failure.ts";
import type { GenerateProgress, HostFailure, Message, SamplingOptions } from "../../protocol/model-host.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { EndReason, Prompt, Turn } from "../../protocol/session.ts";
import type { Settings } from "../../protocol/settings.ts";
import { failureOf } from "../failures.ts";
import type { Engine, EngineResult, OpenModel } from "../inference/engine.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { fitChat, withPartial } from "../prompt/compose.ts";
import { skillMessages } from "../prompt/skill-word.ts";
import { roleTexts } from "../roles/role-texts.gen.ts";
import { createChannel } from "./channel.ts";
import { presentAnswer } from "./present.ts";
import { type Decision, route } from "./route.ts";

/** One request as the flow gets it. `history`: earlier turns, oldest first. `partial`: an answer to go on with, or "". */
export interface RunRequest {
  readonly prompt: Prompt;
  readonly history: readonly Turn[];
  readonly partial: string;
  /** Who may answer, best first, never empty. The next one is asked when there is no memory or no server for one. */
  readonly chain: readonly ChosenModel[];
  readonly settings: Settings;
  /** Names the workspace for the KV state that is kept; null: none. */
  readonly workspace: string | null;
}

export type RunOutcome =
  | { state: "done"; endReason: EndReason }
  | { state: "stopped" }
  | { state: "failed"; failure: Failure };

/** The least room that an answer gets before older messages are left out, and the least that a prompt must leave. */
const answerReserve = 512;
const smallestAnswer = 16;

/** Another window can take the model's memory between opening and generating; more than this is not bad luck. */
const attempts = 3;

/** What the next model of the chain may help against: it needs less memory, or is somewhere else. */
const withoutMemory: readonly FailureCode[] = ["memory-refused", "out-of-memory"];
const withoutServer: readonly FailureCode[] = ["engine-unreachable", "engine-timeout", "engine-overloaded"];
const helpedByAnother = ({ code, detail }: HostFailure): boolean =>
  [...withoutMemory, ...withoutServer].includes(code) ||
  (code === "engine-rejected" && Number(detail["status"]) >= 500);

/**
 * The flow of one turn: route, open a model, fit the prompt, generate. Yields what happens and returns how it ended.
 * Stateless: what must survive is in the events and the outcome. `engineOf` gives the engine that runs a model.
 */
export async function* run(
  request: RunRequest,
  engineOf: (model: ChosenModel) => Engine,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunOutcome> {
  const events = createChannel<RunEvent>();
  const outcome = answer(request, { engineOf, signal, emit: events.push }).finally(events.end);
  outcome.catch(() => undefined); // awaited below, after what was emitted before it failed
  yield* events;
  try {
    return await outcome;
  } catch (error) {
    if (signal.aborted) return { state: "stopped" };
    throw error;
  }
}

interface Work {
  readonly engineOf: (model: ChosenModel) => Engine;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
}

const answer = async (request: RunRequest, work: Work): Promise<RunOutcome> => {
  let failed: Failure | undefined;
  let shown = false;
  const emit = (event: RunEvent): void => {
    shown ||= event.kind === "message_chunk" || event.kind === "thought_chunk";
    work.emit(event);
  };
  for (const [index, model] of request.chain.entries()) {
    const decision = route(request.prompt, model);
    work.emit({ kind: "routing", routing: decision.routing });
    const result = await answerWith({ request, model, decision }, { ...work, emit });
    if (result.ok) return result.outcome;
    const { code, detail } = result.failure;
    failed = failureOf({ code, detail: { ...detail, name: model.ref.name } });
    const next = request.chain[index + 1];
    // An answer that has begun is not begun again by another model.
    if (!next || shown || !helpedByAnother(result.failure)) break;
    const text = withoutMemory.includes(code)
      ? l10n.t("There is no memory for {0} now: {1} answers instead.", model.ref.name, next.ref.name)
      : l10n.t("{0} {1} answers instead.", failed.message, next.ref.name);
    work.emit({ kind: "notice", text });
  }
  return { state: "failed", failure: failed ?? failureOf({ code: "internal", detail: { reason: "an empty chain" } }) };
};

interface Attempt {
  readonly request: RunRequest;
  readonly model: ChosenModel;
  readonly decision: Decision;
}

const answerWith = async (attempt: Attempt, work: Work): Promise<EngineResult<{ outcome: RunOutcome }>> => {
  for (let count = 1; ; count++) {
    const result = await answerOnce(attempt, work);
    if (result.ok || result.failure.code !== "model-unloaded" || count === attempts) return result;
  }
};

const answerOnce = async (attempt: Attempt, work: Work): Promise<EngineResult<{ outcome: RunOutcome }>> => {
  const { model } = attempt;
  const opened = await work.engineOf(model).open(
    model.open,
    (progress) =>
      work.emit({
        kind: "progress",
        phase: progress.phase,
        done: "done" in progress ? progress.done : null,
        etaMs: null,
      }),
    work.signal,
  );
  if (!opened.ok) return opened;
  try {
    return await generateAnswer(attempt, opened.open, work);
  } finally {
    opened.open.release();
  }
};

const generateAnswer = async (
  { request, model, decision }: Attempt,
  open: OpenModel,
  { emit, signal }: Work,
): Promise<EngineResult<{ outcome: RunOutcome }>> => {
  if (open.shortened !== null) emit({ kind: "notice", text: shortenedText(open.shortened, open.contextSize) });
  const fitted = await fit(request, decision, { open, signal });
  if (!fitted.ok) return fitted;
  if (fitted.leftOut > 0)
    emit({
      kind: "notice",
      text: l10n.t(
        "The chat is longer than the context: its {0} oldest questions and answers were left out.",
        fitted.leftOut,
      ),
    });

  const answerText = presentAnswer(decision.skill, request.prompt, (text) => emit({ kind: "message_chunk", text }));
  const onProgress = (progress: GenerateProgress): void => {
    if (progress.kind === "queued" || progress.kind === "waiting")
      emit({ kind: "progress", phase: progress.kind, done: null, etaMs: null });
    if (progress.kind === "reading")
      emit({ kind: "progress", phase: "reading", done: progress.done, etaMs: progress.etaMs });
    if (progress.kind !== "chunk") return;
    if (progress.thought !== "") emit({ kind: "thought_chunk", text: progress.thought });
    if (progress.text !== "") answerText.add(progress.text);
  };
  const generated = await open.generate(
    {
      messages: fitted.messages,
      sampling: samplingOf(request.settings, model),
      format: { kind: "text" },
      tools: [],
      stateKey: request.workspace === null ? null : `${request.workspace}/${decision.routing.role}`,
    },
    onProgress,
    signal,
  );
  if (!generated.ok) return generated;
  const { endReason } = generated;
  // A stopped answer that only makes sense as a whole shows nothing: continuing begins it anew.
  if (endReason !== null) answerText.end();
  emit({ kind: "usage", usage: generated.usage });
  return { ok: true, outcome: endReason === null ? { state: "stopped" } : { state: "done", endReason } };
};

const shortenedText = (why: "memory" | "crash", contextSize: number): string =>
  why === "memory"
    ? l10n.t("Memory is short: the context is {0} tokens.", contextSize)
    : l10n.t("The model host stopped with this model before: the context is {0} tokens now.", contextSize);

const samplingOf = (settings: Settings, model: ChosenModel): SamplingOptions => ({
  maxTokens: Math.min(settings["generation.maxTokens"], model.maxTokens ?? Number.POSITIVE_INFINITY),
  temperature: model.temperature ?? settings["generation.temperature"],
  seed: null,
  stop: [],
});

/** Longer tokens do not occur on average, so more text than this cannot fit; counting a megabyte would hold up every window. */
const charactersPerToken = 32;

/** The messages that fit, by the model's own count; or the failure that says how long the prompt is. */
const fit = async (
  { prompt, history, partial }: RunRequest,
  { skill }: Decision,
  { open, signal }: { readonly open: OpenModel; readonly signal: AbortSignal },
): Promise<EngineResult<{ messages: Message[]; leftOut: number }>> => {
  const limit = open.contextSize - smallestAnswer;
  const tooLong = (tokens: number | string): { ok: false; failure: HostFailure } => ({
    ok: false,
    failure: { code: "prompt-too-long", detail: { tokens, contextSize: open.contextSize } },
  });

  const length = [prompt.text, ...prompt.attachments.map(({ text }) => text)].join("").length;
  if (length > open.contextSize * charactersPerToken) return tooLong(l10n.t("more than {0}", open.contextSize));

  if (skill !== null) {
    const messages = [...skillMessages(skill, prompt), ...withPartial(partial)];
    const counted = await open.count(messages, signal);
    if (!counted.ok) return counted;
    return counted.tokens <= limit ? { ok: true, messages, leftOut: 0 } : tooLong(counted.tokens);
  }

  let failed: HostFailure | undefined;
  const count = async (messages: readonly Message[]): Promise<number> => {
    const counted = await open.count(messages, signal);
    if (counted.ok) return counted.tokens;
    failed = counted.failure;
    return 0;
  };
  const budget = open.contextSize - Math.min(answerReserve, Math.floor(open.contextSize / 4));
  const fitted = await fitChat({ system: roleTexts.answerer, history, prompt, partial }, budget, count);
  if (failed) return { ok: false, failure: failed };
  return fitted.fits || fitted.tokens <= limit ? { ok: true, ...fitted } : tooLong(fitted.tokens);
};
