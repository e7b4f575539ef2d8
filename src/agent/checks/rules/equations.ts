import * as l10n from "@vscode/l10n";
import { wrongOf } from "../arithmetic.ts";
import { failed, type Rule } from "./rule.ts";

/** Every equation of numbers alone is recomputed. */
export const equations: Rule = {
  name: "equations",
  sure: true,
  check: ({ statements }) => {
    if (statements.length === 0) return null;
    const [wrong] = wrongOf(statements);
    if (wrong)
      return failed(
        "arithmetic",
        l10n.t("{0} is wrong: the left side is {1}", wrong.statement, wrong.value),
        l10n.t("Correct it and everything after it."),
      );
    const text =
      statements.length === 1
        ? l10n.t("1 calculation recomputed")
        : l10n.t("{0} calculations recomputed", statements.length);
    return { check: { kind: "arithmetic", outcome: "passed", text }, hint: "" };
  },
};
