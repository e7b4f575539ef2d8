import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import type { Plan } from "../../protocol/plan.ts";
import { Domain } from "../../protocol/routing.ts";
import type { Prompt } from "../../protocol/session.ts";
import { fromReality } from "../grammar/from-reality.ts";
import { nothingKnown } from "../grammar/reality.ts";
import type { PromptPart } from "../prompt/prompt-part.ts";
import {
  dataPart,
  priorities,
  quoted,
  requestParts,
  steeringParts,
  taskPart,
  wordPart,
} from "../prompt/request-parts.ts";
import { emptyPrompt } from "./answer-input.ts";
import type { Role } from "./define.ts";
import { roleTexts } from "./role-texts.gen.ts";

export interface PlannerInput {
  readonly prompt: Prompt;
  /** A plan that was sent back, and why; null: this is the first one. `plan` null: it could not be read. */
  readonly refused: { readonly plan: Plan | null; readonly problems: readonly string[] } | null;
  /** What the user said while the turn ran. */
  readonly steering: readonly string[];
}

/** Nobody follows a longer plan, and small models lose its end. */
const stepIds = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"] as const;
const mostPlanSteps = stepIds.length;
const StepId = fromReality(z.enum(stepIds), "step");

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

const sentBackPart = (plan: Plan): PromptPart =>
  dataPart(
    {
      name: l10n.t("the plan that was sent back"),
      kind: "plan",
      text: withoutRevision(plan),
      priority: priorities.result,
    },
    "This plan was sent back",
    "json",
  );

/** Splits a request into steps. */
export const planner: Role<PlannerInput, PlannedSteps> = {
  name: "planner",
  temperature: 0.2,
  maxTokens: 2048,
  system: roleTexts.planner,
  output: PlannedSteps,
  smallest: { prompt: emptyPrompt, refused: null, steering: [] },
  parts: ({ prompt, refused, steering }) => [
    ...requestParts(prompt),
    ...steeringParts(steering),
    ...(refused === null
      ? []
      : [
          ...(refused.plan === null ? [] : [sentBackPart(refused.plan)]),
          wordPart({
            name: l10n.t("hint"),
            kind: "hint",
            text: `Make a better plan without these problems:\n${quoted(refused.problems)}`,
            priority: priorities.hint,
          }),
        ]),
    taskPart(l10n.t("task"), `Plan this request in at most ${mostPlanSteps} steps.`),
  ],
  reality: () => ({ ...nothingKnown, steps: stepIds }),
  skillPrompt: () => null,
};
