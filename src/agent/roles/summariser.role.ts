import * as l10n from "@vscode/l10n";
import { dataPart, priorities } from "../prompt/request-parts.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

/** Shortens a text. */
export const summariser: Role<{ readonly text: string }, string> = {
  name: "summariser",
  temperature: null,
  maxTokens: 512,
  system: roleTexts.summariser,
  output: "text",
  smallest: { text: "" },
  parts: ({ text }) => [
    dataPart(
      { name: l10n.t("the text"), kind: "attachment", text, priority: priorities.judged },
      "The text to shorten",
    ),
  ],
  skillPrompt: () => null,
};
