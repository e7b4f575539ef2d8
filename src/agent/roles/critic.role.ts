import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import type { CriticWord } from "../checks/answer-facts.ts";
import { fromReality } from "../grammar/from-reality.ts";
import { nothingKnown } from "../grammar/reality.ts";
import { dataPart, priorities, quoted, taskPart, wordPart } from "../prompt/request-parts.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

export interface CriticInput {
  readonly subject: "plan" | "result" | "answer";
  /** What was asked, with what was sent along. */
  readonly question: string;
  /** What is judged. */
  readonly text: string;
  /** What deterministic checks found; empty: nothing. */
  readonly findings: readonly string[];
}

const words = z.string().check(z.maxLength(200));

/** In characters. */
const longestQuote = 240;

const Word: z.ZodMiniType<CriticWord> = z.object({
  accept: z.boolean(),
  where: z._default(z.nullable(fromReality(z.string().check(z.maxLength(longestQuote)), "excerpt")), null),
  problem: words,
  hint: words,
  score: z.int().check(z.gte(0), z.lte(10)),
});

/** What can be said of a text that it is wrong there: its lines; of a longer one its sentences, or their beginnings. */
const quotable = (text: string): string[] => {
  const pieces = text
    .split("\n")
    .flatMap((line) => (line.trim().length > longestQuote ? line.split(/(?<=[.!?;])\s+/) : [line]))
    // Half of a character would stand nowhere.
    .map((piece) =>
      piece
        .trim()
        .slice(0, longestQuote)
        .replace(/[\uD800-\uDBFF]$/, ""),
    )
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
  return [...new Set(pieces)];
};

/** Judges a plan, a step's result or an answer. It sees text and changes nothing. */
export const critic: Role<CriticInput, CriticWord> = {
  name: "critic",
  temperature: 0.1,
  maxTokens: 640,
  system: roleTexts.critic,
  output: Word,
  smallest: { subject: "answer", question: "", text: "", findings: [] },
  parts: ({ subject, question, text, findings }) => [
    dataPart({ name: l10n.t("question"), kind: "prompt", text: question, priority: priorities.judged }, "The question"),
    dataPart(
      { name: l10n.t("what is judged"), kind: "result", text, priority: priorities.judged },
      `The ${subject} to check`,
    ),
    ...(findings.length > 0
      ? [
          wordPart({
            name: l10n.t("findings of the checks"),
            kind: "hint",
            text: `Checks have found:\n${quoted(findings)}`,
            priority: priorities.hint,
          }),
        ]
      : []),
    taskPart(l10n.t("task"), `Is this ${subject} right?`),
  ],
  reality: ({ text }) => ({ ...nothingKnown, texts: quotable(text) }),
  skillPrompt: () => null,
};
