import type { Turn } from "./session.ts";

/**
 * How a turn can go on that is not running any more. continue: from where it was, because it did not come to its end, or
 * ended only because a limit was reached or nothing new came. carry-out: it ended with its plan (mode "plan"), which is
 * done now. null: it runs, or there is nothing left to do.
 */
export const wayOn = ({
  state,
  endReason,
  mode,
  plan,
}: Pick<Turn, "state" | "endReason" | "mode" | "plan">): "continue" | "carry-out" | null => {
  if (state === "running") return null;
  if (state !== "done" || endReason === "limit" || endReason === "no-progress") return "continue";
  return mode === "plan" && plan !== null ? "carry-out" : null;
};
