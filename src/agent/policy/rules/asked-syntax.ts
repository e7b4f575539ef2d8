import * as l10n from "@vscode/l10n";

/** Why a command with these kinds of nodes is asked, the most telling first. */
export const whyNotPlain = (kinds: ReadonlySet<string>): string => {
  const has = (...wanted: readonly string[]): boolean => wanted.some((kind) => kinds.has(kind));
  if (has("command_substitution", "process_substitution")) return l10n.t("It runs a command inside of another.");
  if (has("expansion", "simple_expansion", "arithmetic_expansion", "brace_expression"))
    return l10n.t("It holds a variable or an expansion that is only known when it runs.");
  if (has("file_redirect", "heredoc_redirect", "herestring_redirect")) return l10n.t("It redirects to or from a file.");
  if (has("variable_assignment", "declaration_command", "unset_command")) return l10n.t("It sets a variable.");
  if (has("&", "|&")) return l10n.t("It leaves something running in the background.");
  if (has("function_definition", "subshell", "compound_statement", "if_statement", "while_statement", "for_statement"))
    return l10n.t("It is a script, not a plain command.");
  return l10n.t("It is more than plain words.");
};
