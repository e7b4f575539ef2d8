import type { ToolSpec } from "../../../protocol/model-host.ts";

/** The arguments of a call, as JSON values. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A call in a message. It appears once its name is certain, and never leaves again. */
export interface ParsedCall {
  /** As the model wrote it; null: it wrote none. */
  readonly id: string | null;
  readonly name: string;
  /** null: they are not complete, or no object: then `text` is what there is of them. */
  readonly arguments: Arguments | null;
  /** JSON; of arguments that are not complete its beginning, or what was written in place of it. */
  readonly text: string;
}

/** What a reader made of the text at a place. `end` is where it stopped. */
export type CallRead =
  /** `broken`: what comes at `end` can be no part of a call, and is no text either. */
  | { readonly kind: "calls"; readonly calls: readonly ParsedCall[]; readonly end: number; readonly broken?: boolean }
  /** The answer itself, in a wrapping. */
  | { readonly kind: "text"; readonly text: string; readonly end: number }
  /** The text ends before it can be told. */
  | { readonly kind: "open" }
  | { readonly kind: "none"; readonly end: number };

/** What readers know of the request. */
export interface ReadContext {
  readonly tools: ReadonlyMap<string, ToolSpec>;
  /** More text may come. */
  readonly partial: boolean;
}

/** Reads what follows the opening of a form. `header` is what its expression matched. */
export type CallReader = (text: string, header: RegExpExecArray, context: ReadContext) => CallRead;

/** How calls are written. */
export interface CallForm {
  /** The opening begins with one of these. */
  readonly starts: readonly string[];
  /** The whole opening: sticky, and with an end that more text cannot move. */
  readonly header: RegExp;
  readonly read: CallReader;
  /** Once this follows the start, the opening is whole or none; null: known by its length alone. */
  readonly until: string | null;
  /** What may follow a call, in this order, each left out or not. */
  readonly closes: readonly string[];
  /** Where it is no chance that the opening stands there. */
  readonly where: "anywhere" | "line" | "start";
}

/** How thoughts are marked. `spoken`: the opening is a sentence of its own, and part of the thought. */
export interface ThoughtMarks {
  readonly open: string;
  readonly close: string;
  readonly spoken?: true;
}

/** How a family of models writes messages: data alone, read by `parseCalls`. */
export interface CallFamily {
  readonly name: string;
  /** Parts of the names of its models and templates, in small letters. */
  readonly models: readonly string[];
  /** The first are the usual ones. */
  readonly thoughts: readonly ThoughtMarks[];
  /** What the template itself writes before the model, where it asks for thoughts. */
  readonly opening: string;
  /** Thoughts may come between texts, not only before them and after calls. */
  readonly thinksBetween?: true;
  /** Marks that say nothing, left out of the content. */
  readonly frames: readonly string[];
  /** Around the answer when thoughts were asked for; left out with the thoughts. */
  readonly answerMarks?: readonly string[];
  readonly forms: readonly CallForm[];
}
