import type { RoleName } from "../../protocol/profile.ts";

/** What can be weighed: the abilities of a card. `json` counts as the engine gives it, with a grammar where there is one. */
export type Need = "code" | "math" | "general" | "json" | "toolCall" | "edit" | "arithmetic";

export interface RoleNeeds {
  /** How much each ability counts against the others. */
  readonly weights: Readonly<Partial<Record<Need, number>>>;
  /** How much speed counts, on the same scale; 0: it does not matter. */
  readonly speed: number;
  /** What the model must be able to do at all. A role that needs chat always has the starter behind it. */
  readonly ability: "chat" | "infill" | "embed" | "rank";
  /** Tokens below which the role cannot be played well. */
  readonly minContext: number;
}

/** One entry for each role. The numbers are judgement; what they are compared with is measured. */
export const roleNeeds: Readonly<Record<RoleName, RoleNeeds>> = {
  answerer: { weights: { general: 4, code: 2, math: 1 }, speed: 1, ability: "chat", minContext: 2048 },
  coder: { weights: { code: 5, edit: 3, general: 1 }, speed: 0.5, ability: "chat", minContext: 8192 },
  mathematician: { weights: { math: 4, arithmetic: 2, general: 1 }, speed: 0.5, ability: "chat", minContext: 4096 },
  planner: { weights: { general: 3, json: 3, code: 2 }, speed: 0.5, ability: "chat", minContext: 8192 },
  critic: { weights: { code: 3, general: 2, json: 2, math: 1 }, speed: 0.5, ability: "chat", minContext: 8192 },
  executor: { weights: { toolCall: 4, edit: 3, code: 3, json: 1 }, speed: 1, ability: "chat", minContext: 8192 },
  // Asked before every answer: a wrong route costs less than a slow one.
  router: { weights: { json: 3, general: 1 }, speed: 6, ability: "chat", minContext: 1024 },
  summariser: { weights: { general: 3, code: 1 }, speed: 2, ability: "chat", minContext: 4096 },
  titler: { weights: { general: 1 }, speed: 4, ability: "chat", minContext: 1024 },
  committer: { weights: { code: 3, general: 2 }, speed: 2, ability: "chat", minContext: 4096 },
  // Text that arrives after the next key stroke is of no use.
  completer: { weights: { code: 3 }, speed: 4, ability: "infill", minContext: 1024 },
  embedder: { weights: { general: 1 }, speed: 1, ability: "embed", minContext: 512 },
  ranker: { weights: { general: 1 }, speed: 1, ability: "rank", minContext: 512 },
};
