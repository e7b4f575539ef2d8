import * as l10n from "@vscode/l10n";
import { ask, deny, type Objection } from "./decision.ts";

/** Commands to a terminal, and those that turn the direction of text: what is shown is not what runs. */
const hostile = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
/** Line breaks and tabs are honest in a script, and hide what stands behind them in one line of a question. */
const breaks = /[\t\n]/;
/** Not seen, seen as a blank, or not a character at all. */
const unseen = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|(?! )\p{Zs}/u;

const named = (text: string, pattern: RegExp): string => {
  const code = pattern.exec(text)?.[0]?.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
};

/** What is wrong with the characters of a command. */
export const commandCharacters = (text: string): Objection | null => {
  if (hostile.test(text))
    return deny("characters", l10n.t("It holds the control character {0}.", named(text, hostile)));
  if (unseen.test(text)) return ask("characters", l10n.t("It holds {0}, which cannot be seen.", named(text, unseen)));
  return breaks.test(text) ? ask("several-lines", l10n.t("It has several lines or a tab.")) : null;
};

/** What is wrong with the characters of a path: no name needs any of these. */
export const pathCharacters = (text: string): Objection | null => {
  const wrong = [hostile, breaks, unseen].find((pattern) => pattern.test(text));
  if (!wrong) return null;
  return deny("characters", l10n.t("The name holds {0}, which cannot be seen.", named(text, wrong)));
};
