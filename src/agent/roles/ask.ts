import * as l10n from "@vscode/l10n";
import type { Failure, FailureCode } from "../../protocol/failure.ts";
import type { HostFailure } from "../../protocol/model-host.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { failureOf } from "../failures.ts";
import type { EngineResult } from "../inference/engine.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { type Answered, answerOf } from "./answer-of.ts";
import type { AskContext, Asked, AskRequest, Role } from "./define.ts";

/** Another window can take the model's memory between opening and generating; more than this is not bad luck. */
const attempts = 3;

/** What the next model of the chain may help against: it needs less memory, or is somewhere else. */
const withoutMemory: readonly FailureCode[] = ["memory-refused", "out-of-memory"];
const withoutServer: readonly FailureCode[] = ["engine-unreachable", "engine-timeout", "engine-overloaded"];
const helpedByAnother = ({ code, detail }: HostFailure): boolean =>
  [...withoutMemory, ...withoutServer].includes(code) ||
  (code === "engine-rejected" && Number(detail["status"]) >= 500);

/** A model that knows only one-word skills can do no more than these. */
const canPlay = <Input, Output>(role: Role<Input, Output>, input: Input, model: ChosenModel): boolean =>
  model.promptStyle !== "skill-word" || (role.output === "text" && role.skillPrompt(input) !== null);

/**
 * Asks the models of the chain until one answers: opens it, fits the prompt, generates, reads what came, and gives the
 * model back. The next one is asked when there is no memory or no server for one and nothing has been shown. What the
 * starter model says is checked and shown as a whole. A stopped text is a result with endReason null; a stop before
 * there is any, or while structured output is made, rejects with the signal's reason.
 */
export const ask = async <Input, Output>(
  role: Role<Input, Output>,
  request: AskRequest<Input>,
  context: AskContext,
  signal: AbortSignal,
): Promise<Asked<Output>> => {
  let shown = false;
  const emit = (event: RunEvent): void => {
    shown ||= event.kind === "thought_chunk" && role.output === "text";
    context.emit(event);
  };
  const onText = (text: string): void => {
    shown = true;
    request.onText(text);
  };
  const chain = context.chain.filter((model) => canPlay(role, request.input, model));
  let failed: { readonly failure: Failure; readonly model: ChosenModel } | null = null;
  for (const [index, model] of chain.entries()) {
    context.onModel(model);
    const result = await askModel(role, { ...request, onText }, { ...context, emit, model }, signal);
    if (result.ok) return { ...result, model };
    const { code, detail } = result.failure;
    failed = { failure: failureOf({ code, detail: { ...detail, name: model.ref.name } }), model };
    const next = chain[index + 1];
    // An answer that has begun is not begun again by another model.
    if (!next || shown || !helpedByAnother(result.failure)) break;
    const text = withoutMemory.includes(code)
      ? l10n.t("There is no memory for {0} now: {1} answers instead.", model.ref.name, next.ref.name)
      : l10n.t("{0} {1} answers instead.", failed.failure.message, next.ref.name);
    context.emit({ kind: "notice", text });
  }
  if (failed) return { ok: false, ...failed };
  const name = context.chain.map(({ ref }) => ref.name).join(", ");
  return {
    ok: false,
    failure: failureOf({ code: "not-supported", detail: { name, ability: role.name } }),
    model: null,
  };
};

const askModel = async <Input, Output>(
  role: Role<Input, Output>,
  request: AskRequest<Input>,
  context: AskContext & { readonly model: ChosenModel },
  signal: AbortSignal,
): Promise<EngineResult<Answered<Output>>> => {
  for (let count = 1; ; count++) {
    const result = await openAndAsk(role, request, context, signal);
    if (result.ok || result.failure.code !== "model-unloaded" || count === attempts) return result;
  }
};

const openAndAsk = async <Input, Output>(
  role: Role<Input, Output>,
  request: AskRequest<Input>,
  context: AskContext & { readonly model: ChosenModel },
  signal: AbortSignal,
): Promise<EngineResult<Answered<Output>>> => {
  const { model, emit } = context;
  const opened = await context.engineOf(model, role.name).open(
    model.open,
    (progress) =>
      emit({
        kind: "progress",
        phase: progress.phase,
        done: "done" in progress ? progress.done : null,
        etaMs: null,
      }),
    signal,
  );
  if (!opened.ok) return opened;
  const { open } = opened;
  try {
    if (open.shortened !== null) emit({ kind: "notice", text: shortenedText(open.shortened, open.contextSize) });
    return await answerOf(role, request, { ...context, open }, signal);
  } finally {
    open.release();
  }
};

const shortenedText = (why: "memory" | "crash", contextSize: number): string =>
  why === "memory"
    ? l10n.t("Memory is short: the context is {0} tokens.", contextSize)
    : l10n.t("The model host stopped with this model before: the context is {0} tokens now.", contextSize);
