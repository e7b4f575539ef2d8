import type { CriticWord } from "../checks/answer-facts.ts";
import { type CriticInput, critic } from "../roles/critic.role.ts";
import { call } from "./call.ts";
import { isSkillModel } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/**
 * What the critic says. "unavailable": it failed or was not understood, which is no refusal. null: it was not asked, for
 * want of a model that can judge or because a limit of the turn forbade it.
 */
export const critiqueOf = async (input: CriticInput, work: TurnWork): Promise<CriticWord | "unavailable" | null> => {
  const chain = await work.chain("critic");
  if (!chain.ok) return "unavailable";
  const judges = chain.chain.filter((model) => !isSkillModel(model));
  if (judges.length === 0) return null;
  const called = await call(critic, () => ({ input, chain: { ...chain, chain: judges }, shows: "work" }), work);
  if (called.kind === "limit") return null;
  return called.kind === "failed" ? "unavailable" : called.value;
};
