import * as l10n from "@vscode/l10n";
import { failed, type Rule } from "./rule.ts";

/** There is something to check: no silence, and no text that goes in circles. */
export const hasResult: Rule = {
  name: "has-result",
  sure: true,
  check: ({ facts: { answer, endReason } }) => {
    if (endReason === "no-progress")
      return failed(
        "schema",
        l10n.t("The answer went in circles"),
        l10n.t("The last try repeated itself. Take another way."),
      );
    if (answer.trim() === "") return failed("schema", l10n.t("The answer is empty"), l10n.t("Write the result."));
    return null;
  },
};
