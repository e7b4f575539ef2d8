import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { Domain } from "../../protocol/routing.ts";
import { dataPart, priorities } from "../prompt/request-parts.ts";
import type { RouterWord } from "../router/decision.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

/** What a request is about stands at its beginning; the rest would only take time. */
const longestText = 2000;

const Word: z.ZodMiniType<RouterWord> = z.object({
  domain: Domain,
  complexity: z.enum(["simple", "complex"]),
  needsTools: z.boolean(),
});

/** Sorts a request, where neither rules nor the classifier are sure. */
export const router: Role<{ readonly text: string }, RouterWord> = {
  name: "router",
  temperature: 0,
  maxTokens: 48,
  system: roleTexts.router,
  output: Word,
  smallest: { text: "" },
  parts: ({ text }) => [
    dataPart(
      { name: l10n.t("the request"), kind: "prompt", text: text.slice(0, longestText), priority: priorities.judged },
      "The request",
    ),
  ],
  skillPrompt: () => null,
};
