import * as l10n from "@vscode/l10n";
import { unknownPaths } from "../citations.ts";
import { failed, type Rule } from "./rule.ts";

/** Files that an answer names exist. */
export const citations: Rule = {
  name: "citations",
  sure: true,
  check: ({ facts }) => {
    const { named, unknown } = unknownPaths(facts.answer, facts.question, facts.knownPaths);
    const [path] = unknown;
    if (path !== undefined)
      return failed(
        "citation",
        l10n.t("{0} does not exist", path),
        l10n.t("{0} does not exist. Name only files that you were shown.", path),
      );
    if (named === 0) return null;
    const text =
      named === 1 ? l10n.t("The file that is named exists") : l10n.t("All {0} files that are named exist", named);
    return { check: { kind: "citation", outcome: "passed", text }, hint: "" };
  },
};
