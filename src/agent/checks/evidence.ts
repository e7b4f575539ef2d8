import type { Check, Evidence } from "../../protocol/verdict.ts";

/** What each kind can show when it passes. proof: that the answer is right. support: that a part of it holds. opinion: nothing. */
const strength: Readonly<Record<Check["kind"], "proof" | "support" | "opinion">> = {
  tests: "proof",
  diagnostics: "proof",
  arithmetic: "proof",
  syntax: "support",
  schema: "support",
  plan: "support",
  critic: "opinion",
  agreement: "opinion",
};

/**
 * How far the answer is proven, from its checks alone. verified: a proof passed, without a part of its kind that was
 * skipped, and nothing failed. partly: something passed. unverified: nothing did. What a model says counts for nothing.
 */
export const evidenceOf = (checks: readonly Check[]): Evidence => {
  const counting = checks.filter(({ kind }) => strength[kind] !== "opinion");
  const has = (outcome: Check["outcome"], kind?: Check["kind"]): boolean =>
    counting.some((check) => check.outcome === outcome && (kind === undefined || check.kind === kind));
  if (!has("passed")) return { grade: "unverified", checks: counting };
  const proven = counting.some(
    ({ kind, outcome }) => outcome === "passed" && strength[kind] === "proof" && !has("skipped", kind),
  );
  return { grade: proven && !has("failed") ? "verified" : "partly", checks: counting };
};
