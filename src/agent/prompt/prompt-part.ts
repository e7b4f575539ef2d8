import type { ReceiptPart } from "../../protocol/receipt.ts";
import type { Turn } from "../../protocol/session.ts";

/** A piece of the user's message. What has the lowest priority is cut or left out first. */
export interface PromptPart {
  /** For people, in the receipt. */
  readonly name: string;
  readonly kind: ReceiptPart["kind"];
  readonly text: string;
  /** What stands right before and after the text, such as a heading and a fence. Never cut alone. */
  readonly frame: readonly [before: string, after: string];
  /** Higher stays longer. */
  readonly priority: number;
  /** never: the prompt is too long without it. ends: its middle may be cut. whole: all of it or none. */
  readonly cut: "never" | "ends" | "whole";
}

/** Everything that a prompt is made from, in the order in which it is sent. */
export interface PromptParts {
  /** The role's fixed text: the same bytes in every prompt of the role. */
  readonly system: string;
  /** Earlier turns, oldest first; the oldest are left out first. */
  readonly history: readonly Turn[];
  /** The user's message. */
  readonly parts: readonly PromptPart[];
  /** An answer to go on with, or "". */
  readonly partial: string;
}
