import * as l10n from "@vscode/l10n";
import type { Amounts, Budget } from "../../../protocol/budget.ts";
import type { Turn } from "../../../protocol/session.ts";
import { wayOn } from "../../../protocol/way-on.ts";
import type { ShownStream } from "./chat-stream.ts";
import { type Outcome, type Output, said } from "./command.ts";
import { shownId } from "./named-turn.ts";
import { exitCodes } from "./terminal.ts";
import { evidenceLine } from "./turn-text.ts";

/** Shows how a streamed turn ended, with the way on where there is one, and makes the command's outcome of it. */
export const turnEnd = (turn: Turn, stream: ShownStream, out: Output): Outcome => {
  stream.end(turn);
  showEnd(turn, out);
  return said("", { turn }, exitCodeOf(turn));
};

/** Whether a turn that is done did not come to its answer: a limit ended it, or it got no further. */
export const isShort = ({ state, endReason }: Pick<Turn, "state" | "endReason">): boolean =>
  state === "done" && (endReason === "limit" || endReason === "no-progress");

const exitCodeOf = (turn: Turn): number => {
  if (turn.state === "failed" || isShort(turn)) return exitCodes.failed;
  return turn.state === "done" ? exitCodes.done : exitCodes.stopped;
};

/** What to do next; null: nothing is left to do, or there is nothing to go on with. */
const wayText = (turn: Turn): string | null => {
  const resume = `trivium resume ${turn.id.slice(0, shownId)}`;
  const way = wayOn(turn);
  if (way === "carry-out") return l10n.t("`{0}` carries the plan out.", resume);
  if (way === null) return null;
  if (turn.endReason === "limit")
    return l10n.t("`{0}` goes on from here, with as much again as {1} allows.", resume, settingOf(turn.budget));
  if (turn.endReason === "no-progress")
    return l10n.t("Ask again in other words, or another model with `-m`. `{0}` tries the same once more.", resume);
  const isBegun = turn.answer !== "" || turn.plan !== null;
  return isBegun ? l10n.t("`{0}` goes on from here.", resume) : null;
};

/** The setting of the limit that was reached. Tokens end a turn before they are used up: too few may be left. */
const settingOf = (budget: Budget | null): string => {
  const isReached = (name: keyof Amounts): boolean =>
    budget !== null && budget.limit[name] > 0 && budget.used[name] >= budget.limit[name];
  if (isReached("steps")) return "trivium.agent.maxSteps";
  if (isReached("ms")) return "trivium.agent.maxMinutes";
  return isReached("wattHours") ? "trivium.agent.maxWattHours" : "trivium.agent.maxTokens";
};

const showEnd = (turn: Turn, out: Output): void => {
  if (turn.answer !== "" && !turn.answer.endsWith("\n")) out.text("\n");
  if (turn.failure) out.notes(`trivium: ${turn.failure.message}\n`);
  if (turn.endReason === "budget")
    out.notes(`${l10n.t("The answer reached the longest length that the settings allow.")}\n`);
  if (turn.endReason === "context") out.notes(`${l10n.t("The context is full; the answer ends here.")}\n`);
  const way = wayText(turn);
  if (way !== null) out.notes(`${way}\n`);
  if (!out.watched) return;
  if (turn.evidence && turn.evidence.checks.length > 0) out.notes(`${evidenceLine(turn.evidence)}\n`);
  if (!turn.usage) return;
  const { tokensPerSecond, firstTokenMs, promptTokens, completionTokens, contextSize } = turn.usage;
  const used = promptTokens + completionTokens;
  out.notes(
    `${l10n.t("{0} · {1} tok/s · first {2} s · context {3} of {4}", turn.routing?.model.name ?? "", Math.round(tokensPerSecond), (firstTokenMs / 1000).toFixed(1), used, contextSize)}\n`,
  );
};
