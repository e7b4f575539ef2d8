import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { dataPart, priorities } from "../prompt/request-parts.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

const Title = z.object({ title: z.string().check(z.minLength(1), z.maxLength(60)) });

/** Gives a chat its title, from its first question and answer or from the question alone. */
export const titler: Role<{ readonly text: string }, z.infer<typeof Title>> = {
  name: "titler",
  temperature: 0.2,
  maxTokens: 64,
  system: roleTexts.titler,
  output: Title,
  smallest: { text: "" },
  parts: ({ text }) => [
    dataPart({ name: l10n.t("the chat"), kind: "attachment", text, priority: priorities.judged }, "The chat"),
  ],
  skillPrompt: () => null,
};
