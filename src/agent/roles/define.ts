import type * as z from "zod/mini";
import type { Failure } from "../../protocol/failure.ts";
import type { TokenConfidence } from "../../protocol/model-host.ts";
import type { RoleName } from "../../protocol/profile.ts";
import type { Receipt } from "../../protocol/receipt.ts";
import type { RunEvent, Usage } from "../../protocol/run-event.ts";
import type { EndReason, Prompt, Turn } from "../../protocol/session.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Reality } from "../grammar/reality.ts";
import type { Engine } from "../inference/engine.ts";
import type { ChosenModel } from "../models/chosen-model.ts";
import type { PromptPart } from "../prompt/prompt-part.ts";

/** What a model can be asked to be: data alone. One runner, `ask`, asks them all. */
export interface Role<Input, Output> {
  readonly name: RoleName;
  /** null: the user's setting. */
  readonly temperature: number | null;
  /** The longest answer in tokens; null: the user's setting. */
  readonly maxTokens: number | null;
  /** The fixed first bytes of every prompt, from the .md file beside the role. */
  readonly system: string;
  /** "text": Output is string. Otherwise the answer is decoded under the schema's grammar and parsed by it. */
  readonly output: "text" | z.ZodMiniType<Output>;
  /** The smallest input: with it the prompt is the role's fixed part alone, which is measured. */
  readonly smallest: Input;
  /** The user's message. */
  parts(input: Input): PromptPart[];
  /** What the marked fields of `output` may name; absent: none is marked. */
  reality?(input: Input): Reality;
  /** The request in it, as a model that knows only one-word skills is asked; null: such a model cannot play the role. */
  skillPrompt(input: Input): Prompt | null;
}

/** One question to a role. */
export interface AskRequest<Input> {
  readonly input: Input;
  readonly history: readonly Turn[];
  /** An answer to go on with, or "". Text roles only. */
  readonly partial: string;
  /** null: the role's. Another one for tries that should differ. */
  readonly temperature: number | null;
  readonly seed: number | null;
  /** Called with each piece of text as it comes. Text roles only. */
  readonly onText: (text: string) => void;
}

/** Who counts what generations take. */
export interface GenerationMeter {
  /** A generation with this prompt begins: how many tokens it may write. 0: none, and the call's signal is aborted. */
  begins(generation: { readonly promptTokens: number; readonly longest: number }): number;
  /** What it took, whatever becomes of what it said. */
  ended(usage: Usage): void;
}

/** What `ask` needs besides the question. */
export interface AskContext {
  /** Who may be asked, best first, never empty: the next one when there is no memory or no server for one. */
  readonly chain: readonly ChosenModel[];
  readonly engineOf: (model: ChosenModel, role: RoleName) => Engine;
  readonly settings: Settings;
  /** Names the workspace for the KV state that is kept; null: none. */
  readonly workspace: string | null;
  /** Progress, notices, thoughts and the receipt; never message chunks: what becomes of text is the caller's business. */
  readonly emit: (event: RunEvent) => void;
  /** Called when a model begins to be asked, before it is opened. */
  readonly onModel: (model: ChosenModel) => void;
  /** Absent: nobody counts. */
  readonly meter?: GenerationMeter;
}

/** What came of a question. `model` is the one that answered, or failed last. */
export type Asked<Output> =
  | {
      readonly ok: true;
      readonly value: Output;
      readonly text: string;
      readonly model: ChosenModel;
      /** null: it was stopped, and `value` is what there was of a text. */
      readonly endReason: EndReason | null;
      readonly usage: Usage;
      readonly confidence: TokenConfidence | null;
      readonly receipt: Receipt;
    }
  | { readonly ok: false; readonly failure: Failure; readonly model: ChosenModel | null };
