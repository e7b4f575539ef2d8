import * as l10n from "@vscode/l10n";
import type { Turn } from "../../../protocol/session.ts";
import type { Agent } from "../../agent.ts";
import { failure, type Result } from "../../failures.ts";

/** As much of an id as people copy. */
export const shownId = 8;

/** The turn that a command names: by its id, the beginning of it, or `last`. */
export const namedTurn = (agent: Agent, name: string): Result<{ turn: Turn }> | { ok: false; wrongUse: string } => {
  const [turn, other] = name === "last" ? agent.latestTurns(1) : agent.latestTurns(2, name);
  if (!turn && name === "last")
    return { ok: false, failure: { ...failure("unknown-turn"), message: l10n.t("There are no turns yet.") } };
  if (!turn) return { ok: false, failure: failure("unknown-turn", { id: name }) };
  if (other)
    return { ok: false, wrongUse: l10n.t("{0} is the beginning of more than one turn. Give more of it.", name) };
  return { ok: true, turn };
};
