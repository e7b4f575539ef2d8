import * as z from "zod/mini";

/** One deterministic check, or the critic's word. `text` says for people what was found. skipped: it did not apply. */
export const Check = z.object({
  kind: z.enum(["schema", "syntax", "diagnostics", "tests", "arithmetic", "plan", "critic", "agreement"]),
  outcome: z.enum(["passed", "failed", "skipped"]),
  text: z.string(),
  /** false: that it failed makes a mistake likely and does not show one. Absent: what failed is wrong. */
  sure: z.optional(z.literal(false)),
});
export type Check = z.infer<typeof Check>;

/** accept, try again with a hint, ask the next model, or nobody could judge (which is no refusal). */
export const VerdictWord = z.enum(["accept", "retry", "escalate", "unavailable"]);
export type VerdictWord = z.infer<typeof VerdictWord>;

/** What was found about a plan, a step's result or the answer. */
export const Verdict = z.object({
  /** "plan", "answer", or the id of a step. */
  subject: z.string(),
  verdict: VerdictWord,
  /** The calibrated probability that it is right, 0..1; null: nothing to tell it from. */
  confidence: z.nullable(z.number()),
  checks: z.array(Check),
  /** What to do better, for the model's next try; empty: nothing. */
  hint: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

/**
 * How far the answer is proven, from checks that ran and never from the model's words. verified: what was checked
 * passed after the last change, and nothing failed. partly: some of it. unverified: nothing was checked.
 */
export const Evidence = z.object({
  grade: z.enum(["verified", "partly", "unverified"]),
  /** The checks that count, for people. */
  checks: z.array(Check),
});
export type Evidence = z.infer<typeof Evidence>;
