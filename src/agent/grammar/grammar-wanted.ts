import type { CapabilityCard } from "../../protocol/capability-card.ts";
import type { Settings } from "../../protocol/settings.ts";
import { knownBillions, type Sized } from "../models/capability-guess.ts";

/** Smaller models lose more by a wrong name than by a narrow choice. */
const smallBillions = 3;
/** What the narrowed grammar has to bring, in shares of right steps, before a larger model is held to it. */
const leastGain = 0.05;

export interface GrammarModel extends Sized {
  /** null: it was not measured. */
  readonly card: Pick<CapabilityCard, "grammarFromReality"> | null;
}

/**
 * Whether a model's structured output is held to what exists (`narrowed`). auto: for models that are small or of unknown
 * size, and for larger ones whose card shows that it helps.
 */
export const grammarWanted = (setting: Settings["generation.grammar"], model: GrammarModel): boolean => {
  if (setting !== "auto") return setting === "on";
  const billions = knownBillions(model);
  if (billions === null || billions < smallBillions) return true;
  const measured = model.card?.grammarFromReality;
  // Shares of few tasks: without this 0.85 - 0.8 is a little less than 0.05.
  return measured ? measured.narrowed - measured.plain >= leastGain - 1e-9 : false;
};
