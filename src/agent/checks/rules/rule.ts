import type { Check } from "../../../protocol/verdict.ts";
import type { Reading } from "../reading.ts";

/** What a rule found. `hint`: what the model should do better, short and concrete; "" when nothing is wrong. */
export interface Found {
  readonly check: Check;
  readonly hint: string;
}

/**
 * One deterministic check; a pure function of the answer and its question. `sure`: what fails is wrong for certain.
 * null: it does not apply.
 */
export interface Rule {
  readonly name: string;
  readonly sure: boolean;
  readonly check: (reading: Reading) => Found | null;
}

export const failed = (kind: Check["kind"], text: string, hint: string): Found => ({
  check: { kind, outcome: "failed", text },
  hint,
});
