import type { Failure } from "../../protocol/failure.ts";
import type { TokenConfidence } from "../../protocol/model-host.ts";
import type { RunEvent, Usage } from "../../protocol/run-event.ts";
import type { EndReason, Turn } from "../../protocol/session.ts";
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
  readonly temperature?: number;
  /** answer: its thoughts and numbers are the turn's. work: what leads to it. */
  readonly shows: "answer" | "work";
  readonly onText?: (text: string) => void;
  readonly onModel?: (model: ChosenModel) => void;
  /** How much it counts among the turn's model calls: the choice of the road counts nothing. */
  readonly steps?: 0 | 1;
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
      readonly usage: Usage;
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
  const metered = work.meter.begin(outer, question.steps);
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
        temperature: question.temperature ?? null,
        seed: null,
        onText: question.onText ?? (() => undefined),
      },
      {
        chain: question.chain.chain,
        engineOf: work.parts.engineOf,
        settings: question.chain.settings,
        workspace: work.request.workspace,
        emit: (event) => {
          if (question.shows === "answer" || !isOfAnswer(event)) work.emit(event);
        },
        onModel: (model) => {
          asking = model;
          work.asking(model);
          question.onModel?.(model);
        },
        meter: metered,
      },
      metered.signal,
    );
  } catch (error) {
    broke = error;
  }
  const usage = asked?.ok ? asked.usage : null;
  const over = metered.end(asking);
  if (usage && question.shows === "answer") work.emit({ kind: "usage", usage });
  work.emit({ kind: "budget", budget: work.meter.budget() });
  work.signal.throwIfAborted();
  if (asked === null) {
    if (over !== null) return limited(over, work);
    throw broke;
  }
  // What is cut cannot be read, and that is not the model's fault.
  if (!asked.ok) return over === null ? { kind: "failed", failure: asked.failure } : limited(over, work);

  const { value, model, confidence } = asked;
  const isCut = asked.endReason === null || (asked.endReason === "budget" && over === "tokens");
  if (isCut && over !== null) work.limited(over);
  const endReason = isCut ? "limit" : (asked.endReason ?? "end");
  return { kind: "answered", value, model, endReason, confidence, usage: asked.usage };
};

const limited = (name: Parameters<TurnWork["limited"]>[0], work: TurnWork): { kind: "limit" } => {
  work.limited(name);
  return { kind: "limit" };
};

const isOfAnswer = ({ kind }: RunEvent): boolean => kind === "thought_chunk" || kind === "usage";
