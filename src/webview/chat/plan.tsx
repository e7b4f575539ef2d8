import * as l10n from "@vscode/l10n";
import type { Plan, PlanStep, StepStatus } from "../../protocol/plan.ts";
import { shownStep } from "../../protocol/shown-step.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { domainText, stepLook } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";
import { PlanGraph } from "./plan-graph.tsx";
import { VerdictLine } from "./verdicts.tsx";

const statusOf = (turn: TurnView, { id }: PlanStep): StepStatus =>
  turn.steps.find((status) => status.id === id) ?? { id, state: "waiting", model: null, attempt: 0, text: "" };

const Line = ({ turn, plan }: { turn: TurnView; plan: Plan }) => {
  const done = plan.steps.filter((step) => statusOf(turn, step).state === "done").length;
  return (
    <>
      <span>{l10n.t("plan")}</span>
      <span class="marks" aria-hidden="true">
        {plan.steps.map((step) => {
          const state = shownStep(turn, step.id);
          const { icon, word } = stepLook(state);
          return (
            <span key={step.id} class={`mark ${state}`} title={l10n.t("{0}: {1}", step.title, word)}>
              <Icon name={icon} />
              <span class="title">{step.title}</span>
            </span>
          );
        })}
      </span>
      <span class="number" aria-hidden="true">
        {done}/{plan.steps.length}
      </span>
      <span class="visually-hidden">{l10n.t("{0} of {1} steps done", done, plan.steps.length)}</span>
    </>
  );
};

const Step = ({ turn, step }: { turn: TurnView; step: PlanStep }) => {
  const status = statusOf(turn, step);
  const state = shownStep(turn, step.id);
  const { icon, word } = stepLook(state);
  const verdicts = turn.verdicts.filter(({ subject }) => subject === step.id);
  const line = (
    <>
      <Icon name={icon} />
      <span class="text">{step.title}</span>
      <span class="state" title={word}>
        {word}
      </span>
    </>
  );
  return (
    <li>
      <Fold class={`step ${state}`} testId="step" line={line}>
        <p>
          {status.model
            ? l10n.t("{0}: {1}, attempt {2}.", domainText(step.domain), status.model.name, status.attempt)
            : l10n.t("{0}: no model has begun with it.", domainText(step.domain))}
          {step.readOnly ? ` ${l10n.t("Changes nothing.")}` : ""}
        </p>
        {status.text !== "" && (
          <div class="answer">
            <Markdown text={status.text} streaming={state === "running"} />
          </div>
        )}
        {verdicts.map((verdict, index) => (
          <VerdictLine key={index} verdict={verdict} />
        ))}
      </Fold>
    </li>
  );
};

/** The plan in one line; it unfolds to a picture and to the list of steps, each with its log. */
export const PlanCard = ({ turn }: { turn: TurnView }) => {
  const { plan } = turn;
  if (!plan) return null;
  return (
    <Fold class="plan" testId="plan" line={<Line turn={turn} plan={plan} />}>
      <p>{plan.revision === 0 ? plan.goal : l10n.t("{0} (revision {1})", plan.goal, plan.revision)}</p>
      <PlanGraph plan={plan} turn={turn} />
      <ol aria-label={l10n.t("Steps")}>
        {plan.steps.map((step) => (
          <Step key={step.id} turn={turn} step={step} />
        ))}
      </ol>
    </Fold>
  );
};
