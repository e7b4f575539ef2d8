import * as l10n from "@vscode/l10n";
import type { Plan } from "../../../protocol/plan.ts";
import type { RunEvent } from "../../../protocol/run-event.ts";
import type { Turn } from "../../../protocol/session.ts";
import { shownStep } from "../../../protocol/shown-step.ts";
import type { TurnStream } from "../../../protocol/turn.ts";
import type { Verdict } from "../../../protocol/verdict.ts";
import type { Output } from "./command.ts";
import { looksOn, plain, progressLine } from "./terminal.ts";
import { planLines, stepLine, verdictLine } from "./turn-text.ts";

export interface ShownStream {
  show(items: TurnStream[]): void;
  end(turn: Turn): void;
}

/**
 * Shows a turn as it streams: the answer as text, everything else as notes. An answer may be taken back, so where nobody
 * reads it as it comes it is written when the turn has ended, as it stands then.
 */
export const showIn = (out: Output): ShownStream => {
  const line = progressLine(out);
  const looks = looksOn({ onScreen: out.watched && out.onScreen });
  let plan: Plan | null = null;
  const verdicts: Verdict[] = [];
  /** Each try at an answer may find the same. */
  const noticed = new Set<string>();

  const note = (text: string): void => {
    line.end();
    out.notes(text);
  };

  /** One that goes on brings its plan and what it had said. */
  const showStart = (turn: Turn): void => {
    plan = turn.plan;
    if (out.live) out.text(turn.answer);
  };

  const showEvent = (event: RunEvent): void => {
    switch (event.kind) {
      case "progress":
        line.show(progressText(event.phase, event.done));
        return;
      case "notice":
        if (!noticed.has(event.text)) note(`${event.text}\n`);
        noticed.add(event.text);
        return;
      case "plan":
        plan = event.plan;
        note(planLines(event.plan, looks));
        return;
      case "step": {
        const step = plan?.steps.find(({ id }) => id === event.step.id);
        if (!step || event.step.state === "waiting") return;
        const state = shownStep({ state: "running", steps: [event.step], verdicts }, step.id);
        note(`${stepLine(step, { ...event.step, state }, looks)}\n`);
        return;
      }
      case "verdict":
        verdicts.push(event.verdict);
        if (event.verdict.verdict !== "accept") note(`${verdictLine(event.verdict, looks)}\n`);
        return;
      case "steer":
        note(`> ${plain(event.text)}\n`);
        return;
      case "answer_reset":
        if (out.live) out.text("\n");
        note(`${plain(event.reason)}\n`);
        return;
      case "message_chunk":
        line.end();
        if (out.live) out.text(event.text);
        return;
      default:
        return;
    }
  };

  return {
    show(items) {
      for (const item of items) {
        out.item(item);
        if ("event" in item) showEvent(item.event);
        else showStart(item.turn);
      }
    },
    end(turn) {
      line.end();
      if (!out.live) out.text(turn.answer);
    },
  };
};

const phases = {
  queued: () => l10n.t("Waiting for another answer …"),
  starting: () => l10n.t("Starting the model host …"),
  loading: () => l10n.t("Loading the model …"),
  reading: () => l10n.t("Reading the prompt …"),
  waiting: () => l10n.t("Waiting for the server …"),
};

const progressText = (phase: keyof typeof phases, done: number | null): string =>
  done === null ? phases[phase]() : `${phases[phase]()} ${Math.round(done * 100)} %`;
