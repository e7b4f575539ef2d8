import * as l10n from "@vscode/l10n";
import { useMemo } from "preact/hooks";
import { Markdown } from "../markdown/markdown.tsx";
import { currentStep, type TurnView } from "../state.ts";
import { attachmentLabel } from "../text.ts";
import { BudgetBar } from "./budget.tsx";
import { Ending } from "./ending.tsx";
import { EvidenceLine } from "./evidence.tsx";
import { Icon } from "./icon.tsx";
import { Metrics } from "./metrics.tsx";
import { PathLabel } from "./path-label.tsx";
import { PlanCard } from "./plan.tsx";
import { isWithCritic, TurnProgress } from "./progress.tsx";
import { RoutingCard } from "./routing-card.tsx";
import { Running } from "./running.tsx";
import { Steering } from "./steering.tsx";
import { Problems } from "./verdicts.tsx";

interface TurnProps {
  turn: TurnView;
  /** 1 for the first turn of the chat. */
  number: number;
  /** True while any turn runs: a second one cannot be started. */
  busy: boolean;
}

const Asked = ({ turn }: { turn: TurnView }) => (
  <div class="prompt">
    <p>{turn.prompt.text}</p>
    {turn.prompt.attachments.map((attachment) => {
      const { path, lines } = attachmentLabel(attachment);
      return (
        <span key={path + lines} class="chip" title={path + lines}>
          <Icon name="selection" />
          <PathLabel path={path} lines={lines} />
        </span>
      );
    })}
  </div>
);

const Thought = ({ turn }: { turn: TurnView }) => (
  <details class="thought">
    <summary>
      <Icon name="lightbulb" />
      <span>{turn.state === "running" && turn.answer === "" ? l10n.t("Thinking…") : l10n.t("Thoughts")}</span>
      <Icon name="chevron-right" />
    </summary>
    <p>{turn.thought}</p>
  </details>
);

const Parts = ({ turn, number, busy }: TurnProps) => {
  const running = turn.state === "running";
  const heading = `turn-${turn.id}`;
  return (
    <article
      class="turn"
      data-testid="turn"
      data-state={turn.state}
      data-turn-id={turn.id}
      tabIndex={-1}
      aria-labelledby={heading}
    >
      <h2 id={heading}>
        {l10n.t("You")}
        <span class="visually-hidden">, {l10n.t("question {0}", number)}</span>
      </h2>
      <Asked turn={turn} />
      <RoutingCard turn={turn} busy={busy} />
      <PlanCard turn={turn} />
      <Steering turn={turn} />
      {turn.notices.map((notice, index) => (
        <p key={index} class="notice">
          <Icon name="info" />
          <span>{notice}</span>
        </p>
      ))}
      {turn.thought !== "" && <Thought turn={turn} />}
      {turn.answer !== "" && (
        <div class={running ? "answer streaming" : "answer"} data-testid="answer">
          <Markdown text={turn.answer} streaming={running} />
        </div>
      )}
      {running &&
        !turn.paused &&
        (turn.progress || currentStep(turn) || isWithCritic(turn) || (turn.answer === "" && turn.thought === "")) && (
          <TurnProgress turn={turn} />
        )}
      <Problems turn={turn} />
      <EvidenceLine turn={turn} />
      <Ending turn={turn} busy={busy} />
      {running && turn.here && <Running turn={turn} />}
      {turn.endReason === "limit" && !running && turn.budget && <BudgetBar turn={turn} budget={turn.budget} />}
      {!running && <Metrics turn={turn} busy={busy} />}
    </article>
  );
};

/** One request and its answer. A turn that did not change is not drawn again while another one streams. */
export const Turn = ({ turn, number, busy }: TurnProps) =>
  useMemo(() => <Parts turn={turn} number={number} busy={busy} />, [turn, number, busy]);
