import type { HostFailure, Message, OutputFormat, ToolSpec } from "../../../protocol/model-host.ts";
import type { Usage } from "../../../protocol/run-event.ts";
import type { OpenModel, ToolCall } from "../../inference/engine.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TimeBox } from "./time-box.ts";

export interface Question {
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly format: OutputFormat;
  readonly tools: readonly ToolSpec[];
}

/** What came of one question, whether or not it ended. Times in milliseconds since it was asked. */
export interface Asked {
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly ToolCall[];
  /** False: the time was over. */
  readonly ended: boolean;
  readonly failure: HostFailure | null;
  /** null: none came. */
  readonly usage: Usage | null;
  /** null: no text came. */
  readonly firstMs: number | null;
  /** The part of the prompt that was read, 0..1. */
  readonly read: number;
  readonly tookMs: number;
}

export interface Asking {
  readonly open: OpenModel;
  readonly box: TimeBox;
  readonly clock: Clock;
}

/** Asks once, always the same way: without chance, and with nothing kept. */
export const ask = async ({ open, box, clock }: Asking, question: Question, ms: number): Promise<Asked> => {
  const start = clock.now();
  let text = "";
  let thought = "";
  let read = 0;
  let firstMs: number | null = null;
  const { messages, maxTokens, format, tools } = question;
  const sampling = { maxTokens, temperature: 0, seed: 1, stop: [] };
  const result = await box.within(ms, (signal) =>
    open.generate(
      { messages, sampling, format, tools, stateKey: null },
      (progress) => {
        if (progress.kind === "reading") read = progress.done;
        if (progress.kind !== "chunk") return;
        firstMs ??= clock.now() - start;
        text += progress.text;
        thought += progress.thought;
      },
      signal,
    ),
  );
  return {
    text,
    thought,
    calls: result?.ok ? result.calls : [],
    ended: result?.ok === true && result.endReason !== null,
    failure: result?.ok === false ? result.failure : null,
    usage: result?.ok ? result.usage : null,
    firstMs,
    read: firstMs === null ? read : 1,
    tookMs: clock.now() - start,
  };
};
