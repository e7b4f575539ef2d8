import type { TokenConfidence } from "../../protocol/model-host.ts";
import type { Domain, RoutePath } from "../../protocol/routing.ts";
import type { EndReason } from "../../protocol/session.ts";

/** What the critic says of a plan, a step's result or an answer. */
export interface CriticWord {
  readonly accept: boolean;
  /** The place in the text that is wrong, as it stands there; null: none, or not one place. */
  readonly where: string | null;
  /** What is wrong, in a sentence; empty when nothing is. */
  readonly problem: string;
  /** What to do better; empty when there is nothing. */
  readonly hint: string;
  /** How sure the critic is that it is right, 0..10. */
  readonly score: number;
}

/** Everything that a verdict on an answer, or on a step's result, is made from. */
export interface AnswerFacts {
  /** "answer", or the id of a step. */
  readonly subject: string;
  readonly path: RoutePath;
  readonly domain: Domain;
  /** What was asked, with what was sent along. */
  readonly question: string;
  readonly answer: string;
  /** null: it was stopped. */
  readonly endReason: EndReason | null;
  /** null: the engine does not tell. */
  readonly tokens: TokenConfidence | null;
  /** The share of further answers to the same question that agree; null: there were none. */
  readonly agreement: number | null;
  /** null: it was not asked. "unavailable": it failed, which is no refusal. */
  readonly critic: CriticWord | "unavailable" | null;
}
