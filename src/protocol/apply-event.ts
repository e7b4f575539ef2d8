import type { StepStatus } from "./plan.ts";
import type { RunEvent, TurnUpdate } from "./run-event.ts";
import type { Turn } from "./session.ts";

/** The turn after one event. Progress changes nothing that is kept. */
export const applyEvent = (turn: Turn, event: RunEvent): Turn => {
  switch (event.kind) {
    case "routing":
      return { ...turn, routing: event.routing };
    case "message_chunk":
      return { ...turn, answer: turn.answer + event.text };
    case "thought_chunk":
      return { ...turn, thought: turn.thought + event.text };
    case "usage":
      return { ...turn, usage: event.usage };
    case "notice":
      return { ...turn, notices: [...turn.notices, event.text] };
    case "plan":
      return { ...turn, plan: event.plan, steps: event.plan.steps.map(({ id }) => stepOf(turn, id)) };
    case "step":
      return withStep(turn, event.step);
    case "step_chunk": {
      const step = stepOf(turn, event.id);
      return withStep(turn, { ...step, text: step.text + event.text });
    }
    case "verdict":
      return { ...turn, verdicts: [...turn.verdicts, event.verdict] };
    case "answer_reset":
      return { ...turn, answer: "", thought: "", usage: null, notices: [...turn.notices, event.reason] };
    case "receipt":
      return { ...turn, receipts: [...turn.receipts, event.receipt] };
    case "evidence":
      return { ...turn, evidence: event.evidence };
    case "budget":
      return { ...turn, budget: event.budget };
    case "paused":
      return { ...turn, paused: event.paused };
    case "steer":
      return { ...turn, steering: [...turn.steering, event.text] };
    case "progress":
      return turn;
  }
};

const stepOf = (turn: Turn, id: string): StepStatus =>
  turn.steps.find((step) => step.id === id) ?? { id, state: "waiting", model: null, attempt: 0, text: "" };

const withStep = (turn: Turn, step: StepStatus): Turn =>
  turn.steps.some(({ id }) => id === step.id)
    ? { ...turn, steps: turn.steps.map((old) => (old.id === step.id ? step : old)) }
    : { ...turn, steps: [...turn.steps, step] };

/** Applies an update once: one that the turn already includes changes nothing. */
export const applyUpdate = (turn: Turn, update: TurnUpdate): Turn =>
  update.seq <= turn.seq ? turn : { ...applyEvent(turn, update.event), seq: update.seq };
