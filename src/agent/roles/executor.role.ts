import * as l10n from "@vscode/l10n";
import type { PlanStep } from "../../protocol/plan.ts";
import type { Domain } from "../../protocol/routing.ts";
import type { Prompt } from "../../protocol/session.ts";
import { oneLine, requestParts, steeringParts, taskPart } from "../prompt/request-parts.ts";
import { emptyPrompt, hintParts, resultParts, type StepResult } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

export interface ExecutorInput {
  /** The plan's. */
  readonly goal: string;
  readonly step: PlanStep;
  /** Of the steps that this one comes after. */
  readonly results: readonly StepResult[];
  readonly prompt: Prompt;
  /** What to do better than the last time, or "". */
  readonly hint: string;
  /** What the user said while the turn ran. */
  readonly steering: readonly string[];
}

const manner: Record<Domain, string> = {
  coder: "Write complete code.",
  math: "Write each calculation on its own line as `expression = value`, and end with a line that begins with `Answer:`.",
  general: "Be brief and exact.",
};

/** Carries out one step of a plan. */
export const executor: Role<ExecutorInput, string> = {
  name: "executor",
  temperature: 0.3,
  maxTokens: null,
  system: roleTexts.executor,
  output: "text",
  smallest: {
    goal: "",
    step: { id: "s1", title: "", domain: "general", after: [], readOnly: true },
    results: [],
    prompt: emptyPrompt,
    hint: "",
    steering: [],
  },
  parts: ({ goal, step, results, prompt, hint, steering }) => [
    ...requestParts(prompt),
    ...resultParts(results),
    taskPart(
      l10n.t("step {0}", step.id),
      `The goal of the whole plan: ${oneLine(goal)}\nYour step now: ${oneLine(step.title)}\n${manner[step.domain]}`,
    ),
    ...steeringParts(steering),
    ...hintParts(hint),
  ],
  skillPrompt: () => null,
};
