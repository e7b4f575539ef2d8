import type { OwnText } from "../dataset.ts";

/**
 * Forms with a gap `{}` and what goes into it: form i takes the fillers i, i + 1, … for `each` texts. Without fillers a
 * form is a text. null: the label is left open.
 */
export interface TextSet {
  readonly domain: OwnText["domain"];
  readonly complexity: "simple" | "complex" | null;
  readonly needsTools: boolean | null;
  readonly forms: readonly string[];
  readonly fillers: readonly string[];
  readonly each: number;
}
