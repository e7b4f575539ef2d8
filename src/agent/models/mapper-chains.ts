import * as l10n from "@vscode/l10n";
import type { RoleName } from "../../protocol/profile.ts";
import { mapRole, type RankedModel } from "./mapper.ts";
import type { Candidate, MapOptions } from "./mapper-candidate.ts";

export type Chains = ReadonlyMap<RoleName, readonly RankedModel[]>;

/** Roles that follow each other in a turn: all of it, or else what is before and after the plan. */
export const wholeTurn: readonly RoleName[] = ["planner", "critic", "executor", "answerer"];
const phases: readonly (readonly RoleName[])[] = [
  ["planner", "critic"],
  ["executor", "answerer"],
];

/** What a role may lose of its score so that no other model has to be loaded: about what one size class makes. */
const smallLoss = 0.1;

interface Shared {
  readonly id: string;
  readonly loss: number;
}

/** What the model costs a role against its best; null when it is no equal choice there. */
const lossIn = (chain: readonly RankedModel[], id: string): number | null => {
  const model = chain.find((ranked) => ranked.id === id);
  const best = chain[0];
  return model?.standing === "fits" && best ? best.score - model.score : null;
};

/** The model that costs all of these chains together the least, and none of them much. */
const sharedBy = (chains: readonly (readonly RankedModel[])[]): Shared | null => {
  const found = (chains[0] ?? []).flatMap(({ id }): Shared[] => {
    const losses = chains.map((chain) => lossIn(chain, id));
    const good = losses.every((loss) => loss !== null && loss <= smallLoss);
    return good ? [{ id, loss: losses.reduce<number>((sum, loss) => sum + (loss ?? 0), 0) }] : [];
  });
  return found.sort((a, b) => a.loss - b.loss || (a.id < b.id ? -1 : 1))[0] ?? null;
};

const moveToFront = (chain: readonly RankedModel[], id: string): RankedModel[] => {
  const model = chain.find((ranked) => ranked.id === id);
  if (!model || chain[0] === model) return [...chain];
  const why = [l10n.t("Nearly as good as the best for this role, and already in memory for the others."), ...model.why];
  return [{ ...model, why }, ...chain.filter((ranked) => ranked !== model)];
};

/**
 * The chains of all roles of a turn. Planner, critic, executor and answerer begin with the same model when that costs
 * each of them little; when no model serves all four, planner and critic share one and executor and answerer another,
 * so that a turn swaps once at most. Roles whose model the profile names are left alone.
 */
export const mapChains = (
  roles: readonly RoleName[],
  candidates: readonly Candidate[],
  options: MapOptions,
): Chains => {
  const chains = new Map(roles.map((role) => [role, mapRole(role, candidates, options)]));
  const share = (group: readonly RoleName[]): boolean => {
    const free = group.filter((role) => chains.get(role)?.[0]?.standing === "fits");
    const shared = sharedBy(free.map((role) => chains.get(role) ?? []));
    if (shared) for (const role of free) chains.set(role, moveToFront(chains.get(role) ?? [], shared.id));
    return shared !== null;
  };
  if (!share(wholeTurn)) for (const phase of phases) share(phase);
  return chains;
};
