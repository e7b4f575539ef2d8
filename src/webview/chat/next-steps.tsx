import type { NextStep } from "../../protocol/failure.ts";
import { nextStepText } from "../text.ts";
import { useActions } from "./actions.ts";

interface NextStepsProps {
  steps: readonly NextStep[];
  /** The turn that failed; null for a problem that belongs to none. */
  turn: { id: string; prompt: { text: string } } | null;
  disabled: boolean;
}

/** The ways on that make sense without a turn to repeat or continue. */
export const forStatus = (steps: readonly NextStep[]): NextStep[] =>
  steps.filter((step) => step !== "retry" && step !== "continue" && step !== "shorten");

/** The ways on after a failure, best first. Those that concern the turn go to the turn, the rest to the extension. */
export const NextSteps = ({ steps, turn, disabled }: NextStepsProps) => {
  const { post, fillInput } = useActions();

  const take = (step: NextStep) => {
    if (step === "new-chat") return post({ type: "newChat" });
    if (turn && step === "retry") return post({ type: "retry", turnId: turn.id });
    if (turn && step === "continue") return post({ type: "resume", turnId: turn.id });
    if (turn && step === "shorten") fillInput(turn.prompt.text);
    post({ type: "nextStep", step });
  };

  if (steps.length === 0) return null;
  return (
    <div class="buttons">
      {steps.map((step, index) => (
        <button
          key={step}
          type="button"
          class={index === 0 ? "button primary" : "button"}
          disabled={disabled && (step === "retry" || step === "continue")}
          onClick={() => take(step)}
        >
          {nextStepText(step)}
        </button>
      ))}
    </div>
  );
};
