import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { issueWords, valueAt } from "../../protocol/issue-words.ts";
import { jsonOf } from "../../protocol/rpc.ts";
import type { EndReason } from "../../protocol/session.ts";
import { placeWords } from "./place-words.ts";

/** What stands between the first and the last brace: without a grammar models put words and fences around it. */
const jsonIn = (text: string): unknown => {
  const whole = jsonOf(text);
  if (whole !== undefined) return whole;
  return jsonOf(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
};

/** More of it would not help a model to do better. */
const longestProblem = 300;

/** The value that a text says as JSON, as the schema wants it; or what is wrong, in words for model and people. */
export const readStructured = <Output>(
  schema: z.ZodMiniType<Output>,
  { text, endReason }: { readonly text: string; readonly endReason: EndReason | null },
): { ok: true; value: Output } | { ok: false; problem: string } => {
  const value = jsonIn(text);
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const said = (): string =>
    parsed.error.issues
      .map((issue) => `${placeWords(issue.path)} ${issueWords(issue, valueAt(value, issue.path))}`.trim())
      .join("; ");
  const issues = value === undefined ? l10n.t("it is not JSON") : said().slice(0, longestProblem);
  if (endReason === "no-progress") return { ok: false, problem: l10n.t("it repeats itself without end") };
  return { ok: false, problem: endReason === "end" ? issues : l10n.t("it was cut off before its end") };
};
