import type { Plan } from "../../protocol/plan.ts";
import { shownStep } from "../../protocol/shown-step.ts";
import { domainIcon, domainText, stepLook } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { Icon } from "./icon.tsx";
import { planLayout } from "./plan-layout.ts";

/** Pixels from one row to the next, and of a node. */
const rowHeight = 48;
const nodeHeight = 28;

/** The plan as a picture, for the eye alone: the list below it says the same. */
export const PlanGraph = ({ plan, turn }: { plan: Plan; turn: TurnView }) => {
  const { rows, nodes, edges } = planLayout(plan);
  const height = (rows - 1) * rowHeight + nodeHeight;
  const top = (row: number) => row * rowHeight;
  return (
    <div class="plan-graph" aria-hidden="true" style={{ height: `${height}px` }}>
      <svg viewBox={`0 0 1 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {edges.map(({ from, to }) => (
          <line
            key={`${from.id} ${to.id}`}
            x1={from.x}
            y1={top(from.row) + nodeHeight}
            x2={to.x}
            y2={top(to.row)}
            vector-effect="non-scaling-stroke"
          />
        ))}
      </svg>
      {nodes.map(({ id, row, x, width }) => {
        const at = plan.steps.findIndex((step) => step.id === id);
        const step = plan.steps[at];
        if (!step) return null;
        const state = shownStep(turn, id);
        const { icon, word } = stepLook(state);
        return (
          <div
            key={id}
            class={`node ${state}`}
            title={`${step.title}: ${domainText(step.domain)}, ${word}`}
            style={{
              top: `${top(row)}px`,
              left: `${(x - width / 2) * 100}%`,
              width: `${width * 100}%`,
              height: `${nodeHeight}px`,
            }}
          >
            <span>
              <Icon name={icon} />
              <Icon name={domainIcon(step.domain)} />
              <span class="title">
                {at + 1} {step.title}
              </span>
            </span>
          </div>
        );
      })}
    </div>
  );
};
