import type { Failure } from "../../protocol/failure.ts";
import type { TokenConfidence } from "../../protocol/model-host.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { EndReason, Turn } from "../../protocol/session.ts";
import { nothingKnown, type Reality } from "../grammar/reality.ts";
import type { Chain } from "../models/chains.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { ask } from "../roles/ask.ts";
import type { Asked, Role } from "../roles/define.ts";
import type { TurnWork } from "./turn-work.ts";

/** A question to a role, as the flow asks it. */
export interface Call<Input> {
  readonly input: Input;
  readonly chain: Extract<Chain, { ok: true }>;
  readonly history?: readonly Turn[];
  readonly partial?: string;
  readonly reality?: Reality;
  readonly temperature?: number;
  /** answer: its thoughts and numbers are the turn's. work: what leads to it. */
  readonly shows: "answer" | "work";
  readonly onText?: (text: string) => void;
  readonly onModel?: (model: ChosenModel) => void;
  /** Ends the call earlier than the turn does. */
  readonly signal?: AbortSignal;
}

export type Called<Output> =
  | {
      readonly kind: "answered";
      readonly value: Output;
      readonly model: ChosenModel;
      /** "limit": the turn's time or its tokens were over, and `value` is what there was. */
      readonly endReason: EndReason;
      readonly confidence: TokenConfidence | null;
    }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** A limit of the turn forbade the call, or ended it before there was anything. */
  | { readonly kind: "limit" };

/**
 * The one way from the flow to a model: waits while the turn is held, hears the user, keeps to the budget, asks, and
 * counts what it took. Rejects with the signal's reason when the turn is stopped. `input` is made after the user was heard.
 */
export const call = async <Input, Output>(
  role: Role<Input, Output>,
  questionOf: () => Call<Input>,
  work: TurnWork,
): Promise<Called<Output>> => {
  await work.held();
  work.hear();
  const reached = work.meter.reached();
  if (reached !== null) return limited(reached, work);

  const question = questionOf();
  const outer = question.signal ? AbortSignal.any([work.signal, question.signal]) : work.signal;
  const metered = work.meter.begin(outer);
  const { settings } = question.chain;
  const maxTokens = Math.max(1, Math.min(settings["generation.maxTokens"], work.meter.tokensLeft()));
  let asked: Asked<Output> | null = null;
  let asking: ChosenModel | null = null;
  let broke: unknown = null;
  try {
    asked = await ask(
      role,
      {
        input: question.input,
        history: question.history ?? [],
        partial: question.partial ?? "",
        reality: question.reality ?? nothingKnown,
        temperature: question.temperature ?? null,
        seed: null,
        onText: question.onText ?? (() => undefined),
      },
      {
        chain: question.chain.chain,
        engineOf: work.parts.engineOf,
        settings: { ...settings, "generation.maxTokens": maxTokens },
        workspace: work.request.workspace,
        emit: (event) => {
          if (event.kind === "receipt") metered.generates();
          if (question.shows === "answer" || !isOfAnswer(event)) work.emit(event);
        },
        onModel: (model) => {
          asking = model;
          work.asking(model);
          question.onModel?.(model);
        },
      },
      metered.signal,
    );
  } catch (error) {
    broke = error;
  }
  const usage = asked?.ok ? asked.usage : null;
  const { timeIsOver } = metered.end(asking, usage);
  if (usage && question.shows === "answer") work.emit({ kind: "usage", usage });
  work.emit({ kind: "budget", budget: work.meter.budget() });
  work.signal.throwIfAborted();
  if (asked === null) {
    if (timeIsOver) return limited("ms", work);
    throw broke;
  }
  if (!asked.ok) return timeIsOver ? limited("ms", work) : { kind: "failed", failure: asked.failure };

  const tokensAreOver = asked.endReason === "budget" && work.meter.tokensLeft() <= 0;
  if (timeIsOver || tokensAreOver) work.limited(tokensAreOver ? "tokens" : "ms");
  const endReason = tokensAreOver ? "limit" : (asked.endReason ?? "limit");
  return { kind: "answered", value: asked.value, model: asked.model, endReason, confidence: asked.confidence };
};

const limited = (name: Parameters<TurnWork["limited"]>[0], work: TurnWork): { kind: "limit" } => {
  work.limited(name);
  return { kind: "limit" };
};

const isOfAnswer = ({ kind }: RunEvent): boolean => kind === "thought_chunk" || kind === "usage";
