import * as l10n from "@vscode/l10n";
import { failed, type Rule } from "./rule.ts";

const finished = /[.!?…)\]}"'”’*`|$>%]$/;
const endsWithResult = /(?:=|\banswer\b[^.!?\n]{0,20})\s?[$€£]?\s?-?\d[\d.,]*$/i;
const isListItem = (line: string): boolean => /^\s*(?:[-*+•|#>]|\d{1,3}[.)]\s)/.test(line);

/** Whether the last line begins a sentence that never ends, in a text whose other sentences do. */
const breaksOff = (answer: string): boolean => {
  const text = answer.trimEnd();
  const last = text.slice(text.lastIndexOf("\n") + 1);
  if (/<<[^>]*$/.test(last.slice(-300))) return true;
  if (
    isListItem(last) ||
    finished.test(last) ||
    endsWithResult.test(last.slice(-60)) ||
    last.trim().split(/\s+/).length < 4
  )
    return false;
  return /[-+*/=,:(]$/.test(last) || /[.!?:]\s/.test(text.slice(-2000));
};

/** An answer to a question for a number ends in the middle and names no result. */
export const cutOff: Rule = {
  name: "cut-off",
  sure: true,
  check: ({ answer, asksNumber, stated }) =>
    asksNumber && stated.length === 0 && breaksOff(answer)
      ? failed("arithmetic", l10n.t("The answer ends in the middle"), l10n.t("Be shorter, and end with the result."))
      : null,
};
