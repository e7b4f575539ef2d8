import type { DomainProbabilities } from "../../../protocol/routing.ts";

/** What the trained classifier says of a text. Probabilities are calibrated. */
export interface Classified {
  readonly probabilities: DomainProbabilities;
  /** 0..1: how likely it needs several steps. */
  readonly complexity: number;
  /** 0..1: how likely it needs the workspace, the web or a program. */
  readonly needsTools: number;
  /** The probability that the likeliest domain is right. */
  readonly confidence: number;
  /** The words that spoke most for the likeliest domain, at most five. */
  readonly words: readonly string[];
}

/** A trained classifier. `threshold`: below this confidence another strategy should be asked. */
export interface Classifier {
  readonly threshold: number;
  classify(text: string): Classified;
}
