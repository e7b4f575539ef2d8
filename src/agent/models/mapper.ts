import * as l10n from "@vscode/l10n";
import type { RoleName } from "../../protocol/profile.ts";
import type { Candidate, MapOptions } from "./mapper-candidate.ts";
import { type Scored, scoreOf } from "./mapper-score.ts";
import { type RoleNeeds, roleNeeds } from "./role-needs.ts";

/** Why a model stands where it does in a chain, best first. The starter is "starter" also where the profile names it. */
const standings = ["chosen", "fits", "short-context", "exceeds", "starter"] as const;
export type Standing = (typeof standings)[number];

/** One element of a role's chain: the next one is taken when this one cannot be had. */
export interface RankedModel {
  readonly id: string;
  readonly name: string;
  readonly standing: Standing;
  /** About 0..1; comparable within one role. */
  readonly score: number;
  /** What decided, in words for people, most important first. */
  readonly why: readonly string[];
}

interface Entry extends Scored {
  readonly candidate: Candidate;
  /** Place in the profile's list, or none. */
  readonly choice: number;
  readonly standing: Standing;
}

/** Nobody gets further down a chain; a folder may have thousands of models. */
const longestChain = 50;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const wordsOf = ({ candidate, choice, standing, why }: Entry, needs: RoleNeeds, budget: number): string[] => {
  const memory =
    candidate.needBytes > budget
      ? l10n.t("Needs {0} of memory, more than the {1} there are.", gigabytes(candidate.needBytes), gigabytes(budget))
      : candidate.server
        ? l10n.t("Runs on a server.")
        : l10n.t("Needs {0} of {1} of memory.", gigabytes(candidate.needBytes), gigabytes(budget));
  const chosen = choice === Number.POSITIVE_INFINITY ? [] : [l10n.t("Chosen for this role in the profile.")];
  if (standing === "starter") return [...chosen, l10n.t("Comes with Trivium and is always there.")];
  if (standing === "chosen") return [...chosen, ...why, memory];
  if (standing === "short-context")
    return [
      l10n.t("Takes {0} tokens; this role needs {1}.", candidate.contextSize ?? 0, needs.minContext),
      ...why,
      memory,
    ];
  return standing === "exceeds" ? [memory, ...why] : [...why, memory];
};

const standingOf = (candidate: Candidate, choice: number, needs: RoleNeeds, budget: number): Standing => {
  if (candidate.starter) return "starter";
  if (choice !== Number.POSITIVE_INFINITY) return "chosen";
  if (candidate.needBytes > budget) return "exceeds";
  return candidate.contextSize !== null && candidate.contextSize < needs.minContext ? "short-context" : "fits";
};

/** Ties end at the id, which no two candidates share: the order never depends on the order that they came in. */
const byRank = (a: Entry, b: Entry): number =>
  (a.choice < b.choice ? -1 : a.choice > b.choice ? 1 : 0) ||
  standings.indexOf(a.standing) - standings.indexOf(b.standing) ||
  b.score - a.score ||
  a.candidate.needBytes - b.candidate.needBytes ||
  (a.candidate.id < b.candidate.id ? -1 : 1);

/**
 * The models for a role, best first: what the profile names, then by needs what fits into memory, then what is too
 * short or too large, and the starter as the last. Models of servers are in it only where the profile names them.
 * Whatever stands behind the starter could never be reached, so it ends the chain also where the profile names it.
 * Roles that need more than chat have no starter; their chain may be empty.
 */
export const mapRole = (role: RoleName, candidates: readonly Candidate[], options: MapOptions): RankedModel[] => {
  const needs = roleNeeds[role];
  const { memoryBudgetBytes: budget, profile } = options;
  const named = profile.models[role] ?? [];
  const entries = candidates
    .filter(({ abilities, starter }) => abilities[needs.ability] || (starter && needs.ability === "chat"))
    .map((candidate): Entry => {
      const found = named.findIndex((name) => name === candidate.id || candidate.aliases.includes(name));
      const choice = found === -1 ? Number.POSITIVE_INFINITY : found;
      const standing = standingOf(candidate, choice, needs, budget);
      return { candidate, choice, standing, ...scoreOf(candidate, role, options) };
    })
    // No prompt goes to a server unless the user named one of its models for this role.
    .filter(({ candidate, standing }) => !candidate.server || standing === "chosen")
    .sort(byRank);
  const starter = entries.findIndex(({ candidate }) => candidate.starter);
  const reachable = starter === -1 ? entries : entries.slice(0, starter);
  const last = entries[starter];
  return [...reachable.slice(0, longestChain), ...(last ? [last] : [])].map((entry) => ({
    id: entry.candidate.id,
    name: entry.candidate.name,
    standing: entry.standing,
    score: entry.score,
    why: wordsOf(entry, needs, budget),
  }));
};
