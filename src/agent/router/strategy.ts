import type { Domain, DomainProbabilities, Routing } from "../../protocol/routing.ts";
import type { Attachment } from "../../protocol/session.ts";
import type { Classified } from "./classifier/classified.ts";
import type { AskRouter } from "./decision.ts";

/** The request as the strategies see it, read once. */
export interface RoutedRequest {
  /** The user's own words without what they began with to choose a road, cut in the middle when they are very long. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** null: the classifier failed. */
  readonly classified: Classified | null;
  /** The least confidence with which the classifier decides alone. */
  readonly threshold: number;
  /** null: no router model is to be asked. */
  readonly askRouter: AskRouter | null;
  readonly signal: AbortSignal;
}

/** What a strategy thinks of a request. Fields as in Routing; `needsTools` is a probability. */
export interface Opinion {
  readonly domain: Domain;
  readonly probabilities: DomainProbabilities;
  readonly confidence: number;
  readonly complexity: number;
  readonly needsTools: number;
  readonly source: Routing["source"];
  readonly reasons: readonly string[];
}

/** null: the next one is asked. */
export type Strategy = (request: RoutedRequest) => Opinion | null | Promise<Opinion | null>;

/** Probabilities with this much for one domain, and the rest shared equally. */
export const leaning = (domain: Domain, confidence: number): DomainProbabilities => {
  const rest = (1 - confidence) / 2;
  return { coder: rest, math: rest, general: rest, [domain]: confidence };
};
