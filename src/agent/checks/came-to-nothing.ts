import type { EndReason } from "../../protocol/session.ts";

interface Said {
  readonly text: string;
  readonly endReason: EndReason | null;
}

/** Whether there is nothing in what a model said: it went in circles, or said nothing. */
export const cameToNothing = ({ text, endReason }: Said): boolean => endReason === "no-progress" || text.trim() === "";
