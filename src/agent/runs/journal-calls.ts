import type { JournalCall } from "../../protocol/run.ts";
import { readAskedToGenerate } from "../inference/replay/recording.ts";
import type { JournalRun } from "../store/journal.ts";

/** The questions to models that the journal kept, in the order in which they ended. Counting and opening are none. */
export const journalCallsOf = (runs: readonly JournalRun[]): JournalCall[] =>
  runs.flatMap(({ entries }) =>
    entries.flatMap((entry): JournalCall[] => {
      if (entry.kind !== "call" || entry.call.method !== "generate") return [];
      const { role, model, fingerprint, ms, call } = entry;
      const asked = readAskedToGenerate(call.asked);
      if (!asked) return [];
      const { messages, sampling, format } = asked;
      const text = call.progress.map((piece) => (piece.kind === "chunk" ? piece.text : "")).join("");
      const { result } = call;
      const told = result.ok
        ? { endReason: result.endReason, failure: null, ...tokensOf(result.usage) }
        : { endReason: null, failure: result.failure.code, ...tokensOf(null) };
      return [
        { role, model, fingerprint, messages, sampling: { ...sampling, seed: call.seed }, format, text, ms, ...told },
      ];
    }),
  );

const tokensOf = (usage: { promptTokens: number; completionTokens: number } | null) => ({
  promptTokens: usage?.promptTokens ?? 0,
  completionTokens: usage?.completionTokens ?? 0,
});
