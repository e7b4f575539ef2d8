import * as l10n from "@vscode/l10n";
import type { Prompt } from "../../protocol/session.ts";
import type { PromptPart } from "../prompt/prompt-part.ts";
import { dataPart, priorities, quoted, requestParts, steeringParts, wordPart } from "../prompt/request-parts.ts";

/** The result of a step that was done before, under the step's title. */
export interface StepResult {
  readonly title: string;
  readonly text: string;
}

/** What the roles that answer the user are given. */
export interface AnswerInput {
  readonly prompt: Prompt;
  /** Of the plan's steps; empty without a plan. */
  readonly results: readonly StepResult[];
  /** What to do better than the last time, or "". */
  readonly hint: string;
  /** What the user said while the turn ran. */
  readonly steering: readonly string[];
}

export const emptyPrompt: Prompt = { text: "", attachments: [] };

export const emptyAnswerInput: AnswerInput = { prompt: emptyPrompt, results: [], hint: "", steering: [] };

export const resultParts = (results: readonly StepResult[]): PromptPart[] =>
  results.map(({ title, text }) =>
    dataPart(
      { name: l10n.t("result of “{0}”", title), kind: "result", text, priority: priorities.result },
      `Result of the step “${title}”`,
    ),
  );

export const hintParts = (hint: string): PromptPart[] =>
  hint === ""
    ? []
    : [
        wordPart({
          name: l10n.t("hint"),
          kind: "hint",
          text: `Your last answer was not right. Repair what was found:\n${quoted(hint.split("\n"))}`,
          priority: priorities.hint,
        }),
      ];

/** The request stands first, so that a second try and the next turn begin with the same bytes. */
export const answerParts = ({ prompt, results, hint, steering }: AnswerInput): PromptPart[] => [
  ...requestParts(prompt),
  ...resultParts(results),
  ...(results.length > 0
    ? [
        wordPart({
          name: l10n.t("task"),
          kind: "plan",
          text: "Write the answer to the request from these results.",
          priority: priorities.task,
        }),
      ]
    : []),
  ...steeringParts(steering),
  ...hintParts(hint),
];
