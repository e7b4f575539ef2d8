import * as l10n from "@vscode/l10n";
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

const exitCodeOf = ({ state }: Turn): number => {
  if (state === "failed") return exitCodes.failed;
  return state === "done" ? exitCodes.done : exitCodes.stopped;
};

const showEnd = (turn: Turn, out: Output): void => {
  if (turn.answer !== "" && !turn.answer.endsWith("\n")) out.text("\n");
  if (turn.failure) out.notes(`trivium: ${turn.failure.message}\n`);
  if (turn.endReason === "budget")
    out.notes(`${l10n.t("The answer reached the longest length that the settings allow.")}\n`);
  if (turn.endReason === "context") out.notes(`${l10n.t("The context is full; the answer ends here.")}\n`);
  const way = turn.state === "done" ? wayOn(turn) : null;
  const resume = `trivium resume ${turn.id.slice(0, shownId)}`;
  if (way === "continue") out.notes(`${l10n.t("`{0}` goes on from here, with as much again.", resume)}\n`);
  if (way === "carry-out") out.notes(`${l10n.t("`{0}` carries the plan out.", resume)}\n`);
  if (!out.watched) return;
  if (turn.evidence && turn.evidence.checks.length > 0) out.notes(`${evidenceLine(turn.evidence)}\n`);
  if (!turn.usage) return;
  const { tokensPerSecond, firstTokenMs, promptTokens, completionTokens, contextSize } = turn.usage;
  const used = promptTokens + completionTokens;
  out.notes(
    `${l10n.t("{0} · {1} tok/s · first {2} s · context {3} of {4}", turn.routing?.model.name ?? "", Math.round(tokensPerSecond), (firstTokenMs / 1000).toFixed(1), used, contextSize)}\n`,
  );
};
