import * as l10n from "@vscode/l10n";
import type {
  GenerateProgress,
  HostFailure,
  Message,
  OutputFormat,
  SamplingOptions,
  TokenConfidence,
} from "../../protocol/model-host.ts";
import type { RoleName } from "../../protocol/profile.ts";
import type { Receipt, ReceiptPart } from "../../protocol/receipt.ts";
import type { Usage } from "../../protocol/run-event.ts";
import type { EndReason } from "../../protocol/session.ts";
import type { EngineResult, OpenModel } from "../inference/engine.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import { type Composed, compose } from "../prompt/compose.ts";
import type { PromptParts } from "../prompt/prompt-part.ts";
import type { AskContext } from "./define.ts";
import { watchRepetition } from "./repetition.ts";

/** An open model, and who asks it. */
export type Asking = Pick<AskContext, "settings" | "workspace" | "emit" | "meter"> & {
  readonly model: ChosenModel;
  readonly open: OpenModel;
};

export interface Question {
  readonly role: RoleName;
  readonly prompt: PromptParts;
  readonly format: OutputFormat;
  /** null: the model's, or the user's setting. */
  readonly temperature: number | null;
  /** null: the user's setting. */
  readonly maxTokens: number | null;
  readonly seed: number | null;
  readonly onText: (text: string) => void;
}

/** The text of one generation and what is known of it. endReason null: it was stopped. */
export interface Said {
  readonly text: string;
  readonly endReason: EndReason | null;
  readonly usage: Usage;
  readonly confidence: TokenConfidence | null;
  readonly receipt: Receipt;
}

/** The least room that an answer gets before something is left out of the prompt, and the least that it must have. */
const answerReserve = 512;
const smallestAnswer = 16;

/** Fits the prompt, tells what is sent, and generates. A model that goes in circles is stopped: "no-progress". */
export const generateOnce = async (
  question: Question,
  asking: Asking,
  signal: AbortSignal,
): Promise<EngineResult<Said>> => {
  const { open, model, emit, workspace } = asking;
  const reserved = Math.min(question.maxTokens ?? answerReserve, Math.floor(open.contextSize / 4));
  const composed = await composeFor(question.prompt, reserved, open, signal);
  if (!composed.ok) return composed;
  for (const text of noticesOf(composed)) emit({ kind: "notice", text });
  const { tokens, parts } = composed;
  const sampling = samplingOf(question, asking);
  const longest = sampling.maxTokens;
  const maxTokens = asking.meter?.begins({ promptTokens: tokens, longest }) ?? longest;
  signal.throwIfAborted();
  const receipt: Receipt = {
    role: question.role,
    model: model.ref.name,
    contextSize: open.contextSize,
    reserved: Math.min(reserved, open.contextSize - tokens),
    tokens,
    parts,
  };
  emit({ kind: "receipt", receipt });

  let text = "";
  const circling = new AbortController();
  const watches = { text: watchRepetition(), thought: watchRepetition() };
  const onProgress = (progress: GenerateProgress): void => {
    if (progress.kind === "queued" || progress.kind === "waiting")
      emit({ kind: "progress", phase: progress.kind, done: null, etaMs: null });
    if (progress.kind === "reading")
      emit({ kind: "progress", phase: "reading", done: progress.done, etaMs: progress.etaMs });
    if (progress.kind !== "chunk" || circling.signal.aborted) return;
    if (progress.thought !== "") emit({ kind: "thought_chunk", text: progress.thought });
    if (progress.text !== "") {
      text += progress.text;
      question.onText(progress.text);
    }
    if (watches.text.add(progress.text) || watches.thought.add(progress.thought)) circling.abort();
  };
  const generated = await open.generate(
    {
      messages: composed.messages,
      sampling: { ...sampling, maxTokens },
      format: question.format,
      tools: [],
      stateKey: workspace === null ? null : `${workspace}/${question.role}`,
    },
    onProgress,
    AbortSignal.any([signal, circling.signal]),
  );
  if (!generated.ok) return generated;
  const { usage, confidence } = generated;
  asking.meter?.ended(usage);
  const endReason = circling.signal.aborted && !signal.aborted ? "no-progress" : generated.endReason;
  return { ok: true, text, endReason, usage, confidence, receipt };
};

const samplingOf = (question: Question, { model, settings }: Asking): SamplingOptions => {
  const longest = settings["generation.maxTokens"];
  // The starter model was trained for what its manifest says, whatever a role would like.
  const own = model.promptStyle === "skill-word" ? model.temperature : null;
  return {
    maxTokens: Math.min(question.maxTokens ?? longest, longest, model.maxTokens ?? longest),
    temperature: own ?? question.temperature ?? model.temperature ?? settings["generation.temperature"],
    seed: question.seed,
    stop: [],
  };
};

const composeFor = async (
  prompt: PromptParts,
  reserved: number,
  open: OpenModel,
  signal: AbortSignal,
): Promise<Composed> => {
  let failed: HostFailure | null = null;
  const count = async (messages: readonly Message[]): Promise<number> => {
    // After a failure nothing that is counted matters: everything fits, and the fitting ends.
    if (failed) return 0;
    const counted = await open.count(messages, signal);
    if (counted.ok) return counted.tokens;
    failed = counted.failure;
    return 0;
  };
  const composed = await compose(prompt, { contextSize: open.contextSize, reserved, smallestAnswer }, count);
  return failed ? { ok: false, failure: failed } : composed;
};

const lostText = ({ name, sent }: ReceiptPart): string =>
  sent === "cut"
    ? l10n.t("{0} is too long for the context: its middle was left out.", name)
    : l10n.t("{0} did not fit into the context and was left out.", name);

/** What the user should know of what was left out. */
const noticesOf = ({ leftOut, parts }: Extract<Composed, { ok: true }>): string[] => [
  ...(leftOut > 0
    ? [l10n.t("The chat is longer than the context: its {0} oldest questions and answers were left out.", leftOut)]
    : []),
  ...parts.filter(({ kind, sent }) => kind === "attachment" && sent !== "whole").map(lostText),
];
