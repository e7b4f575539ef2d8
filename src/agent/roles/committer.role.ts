import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import { dataPart, priorities } from "../prompt/request-parts.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

const CommitTitle = z.object({
  type: z.enum(["feat", "fix", "refactor", "docs", "test", "chore", "perf", "build"]),
  scope: z.string().check(z.maxLength(30)),
  subject: z.string().check(z.minLength(1), z.maxLength(72)),
});

/** Writes the title of a commit from its changes, given as a diff. */
export const committer: Role<{ readonly text: string }, z.infer<typeof CommitTitle>> = {
  name: "committer",
  temperature: 0.2,
  maxTokens: 96,
  system: roleTexts.committer,
  output: CommitTitle,
  smallest: { text: "" },
  parts: ({ text }) => [
    dataPart(
      { name: l10n.t("the changes"), kind: "attachment", text, priority: priorities.judged },
      "The changes",
      "diff",
    ),
  ],
  skillPrompt: () => null,
};
