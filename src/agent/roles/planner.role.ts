import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import type { Plan } from "../../protocol/plan.ts";
import { Domain } from "../../protocol/routing.ts";
import type { Prompt } from "../../protocol/session.ts";
import { dataPart, priorities, requestParts, steeringParts, taskPart, wordPart } from "../prompt/request-parts.ts";
import { emptyPrompt } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

export interface PlannerInput {
  readonly prompt: Prompt;
  /** At most `mostPlanSteps`. */
  readonly maxSteps: number;
  /** A plan that was sent back, and why; null: this is the first one. */
  readonly refused: { readonly plan: Plan; readonly problems: readonly string[] } | null;
  /** What the user said while the turn ran. */
  readonly steering: readonly string[];
}

/** Nobody follows a longer plan, and small models lose its end. */
export const mostPlanSteps = 8;

const stepIds = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"] as const;
const StepId = z.enum(stepIds);

/** A plan as the planner says it. Bounded everywhere, so that under its grammar it always ends. */
export const PlannedSteps = z.object({
  goal: z.string().check(z.maxLength(200)),
  steps: z
    .array(
      z.object({
        id: StepId,
        title: z.string().check(z.minLength(1), z.maxLength(120)),
        domain: Domain,
        after: z.array(StepId).check(z.maxLength(mostPlanSteps - 1)),
        readOnly: z.boolean(),
      }),
    )
    .check(z.minLength(1), z.maxLength(mostPlanSteps)),
});
export type PlannedSteps = z.infer<typeof PlannedSteps>;

const withoutRevision = ({ goal, steps }: Plan): string => JSON.stringify({ goal, steps });

/** Splits a request into steps. */
export const planner: Role<PlannerInput, PlannedSteps> = {
  name: "planner",
  temperature: 0.2,
  maxTokens: 2048,
  system: roleTexts.planner,
  output: PlannedSteps,
  smallest: { prompt: emptyPrompt, maxSteps: mostPlanSteps, refused: null, steering: [] },
  parts: ({ prompt, maxSteps, refused, steering }) => [
    ...requestParts(prompt),
    ...steeringParts(steering),
    ...(refused === null
      ? []
      : [
          dataPart(
            {
              name: l10n.t("the plan that was sent back"),
              kind: "plan",
              text: withoutRevision(refused.plan),
              priority: priorities.result,
            },
            "This plan was sent back",
            "json",
          ),
          wordPart({
            name: l10n.t("hint"),
            kind: "hint",
            text: `Make a better plan without these problems:\n${refused.problems.map((problem) => `- ${problem}`).join("\n")}`,
            priority: priorities.hint,
          }),
        ]),
    taskPart(l10n.t("task"), `Plan this request in at most ${Math.min(maxSteps, mostPlanSteps)} steps.`),
  ],
  skillPrompt: () => null,
};
