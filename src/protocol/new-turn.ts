import type { Turn } from "./session.ts";

/** A turn as it begins: running, with nothing said yet. */
export const newTurn = (start: Pick<Turn, "id" | "sessionId" | "prompt" | "createdAt">): Turn => ({
  ...start,
  state: "running",
  answer: "",
  thought: "",
  notices: [],
  routing: null,
  usage: null,
  failure: null,
  endReason: null,
  mode: "agent",
  override: null,
  plan: null,
  steps: [],
  verdicts: [],
  receipts: [],
  evidence: null,
  budget: null,
  paused: false,
  steering: [],
  feedback: null,
  seq: 0,
});
