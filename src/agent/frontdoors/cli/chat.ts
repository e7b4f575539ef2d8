import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import type { Attachment, Turn } from "../../../protocol/session.ts";
import type { TurnStream } from "../../../protocol/turn.ts";
import type { Agent } from "../../agent.ts";
import { exitCodes, progressLine, type Terminal } from "./terminal.ts";

export interface ChatOptions {
  readonly prompt: string;
  /** What was piped in, as context. */
  readonly input: string | null;
  readonly model: string | undefined;
  readonly json: boolean;
}

/** Asks once, streams the answer and returns the exit code. */
export const chat = async (
  agent: Agent,
  { prompt, input, model, json }: ChatOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  if (model !== undefined) await agent.useModel(fromHere(model));
  const attachments: Attachment[] = input?.trim() ? [{ kind: "text", name: "stdin", text: input }] : [];
  const session = agent.newSession();
  const show = json ? showJson(terminal) : showText(terminal);
  const result = await agent.startTurn({ sessionId: session.id, prompt: { text: prompt, attachments } }, show, signal);
  if (!result.ok) {
    terminal.notes(`trivium: ${result.failure.message}\n`);
    return exitCodes.usage;
  }
  const { turn } = result;
  if (json) terminal.text(`${JSON.stringify({ turn })}\n`);
  else endText(turn, terminal);
  if (turn.state === "failed") return exitCodes.failed;
  return turn.state === "done" ? exitCodes.done : exitCodes.stopped;
};

/** A path counts from where the command stands; ids and names are left as they are. */
const fromHere = (model: string): string =>
  !/^(engine:|~)/.test(model) && /[\\/]|\.gguf$/i.test(model) ? resolve(model) : model;

const showJson =
  (terminal: Terminal) =>
  (items: TurnStream[]): void =>
    terminal.text(items.map((item) => `${JSON.stringify(item)}\n`).join(""));

const showText = (terminal: Terminal) => {
  const line = progressLine(terminal);
  return (items: TurnStream[]): void => {
    for (const item of items) {
      if (!("event" in item)) continue;
      const { event } = item;
      if (event.kind === "progress") line.show(progressText(event.phase, event.done));
      if (event.kind === "notice") terminal.notes(`${event.text}\n`);
      if (event.kind !== "message_chunk") continue;
      line.end();
      terminal.text(event.text);
    }
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

const endText = (turn: Turn, terminal: Terminal): void => {
  if (turn.answer !== "" && !turn.answer.endsWith("\n")) terminal.text("\n");
  if (turn.failure) terminal.notes(`trivium: ${turn.failure.message}\n`);
  if (turn.endReason === "budget")
    terminal.notes(`${l10n.t("The answer reached the longest length that the settings allow.")}\n`);
  if (turn.endReason === "context") terminal.notes(`${l10n.t("The context is full; the answer ends here.")}\n`);
  if (!terminal.watched || !turn.usage) return;
  const { tokensPerSecond, firstTokenMs, promptTokens, completionTokens, contextSize } = turn.usage;
  const used = promptTokens + completionTokens;
  terminal.notes(
    `${l10n.t("{0} · {1} tok/s · first {2} s · context {3} of {4}", turn.routing?.model.name ?? "", Math.round(tokensPerSecond), (firstTokenMs / 1000).toFixed(1), used, contextSize)}\n`,
  );
};
