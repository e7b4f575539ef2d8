import type { Engine, OpenModel } from "../engine.ts";
import { askedOf, type RecordedCall, type Recording } from "./recording.ts";

type Method = RecordedCall["method"];
type CallOf<M extends Method> = Extract<RecordedCall, { method: M }>;

/**
 * An engine that gives what was recorded, at once and in the same pieces. The same question gets its answers in the
 * order of the recording, the last one again and again. A question that was never recorded rejects: the flow changed.
 */
export const createReplayEngine = (recording: Recording): Engine => {
  const asked = new Map<string, number>();

  const next = <M extends Method>(method: M, key: string): CallOf<M> => {
    const isIt = (call: RecordedCall): call is CallOf<M> => call.method === method && call.asked === key;
    const found = recording.calls.filter(isIt);
    const place = asked.get(method + key) ?? 0;
    asked.set(method + key, place + 1);
    const call = found[Math.min(place, found.length - 1)];
    if (!call) throw new Error(`nothing was recorded for ${method} ${key}`);
    return call;
  };

  /** Reports the pieces one by one, until the signal aborts; true: all of them. */
  const report = async <T>(
    pieces: readonly T[],
    onProgress: (piece: T) => void,
    signal: AbortSignal,
  ): Promise<boolean> => {
    for (const piece of pieces) {
      if (signal.aborted) return false;
      onProgress(piece);
      await Promise.resolve();
    }
    return !signal.aborted;
  };

  const stopped = { endReason: null, confidence: null };

  const openModel = (id: string, opened: Pick<OpenModel, "model" | "contextSize" | "abilities">): OpenModel => ({
    ...opened,
    shortened: null,
    count: async (messages) => next("count", askedOf(id, messages)).result,
    async generate(request, onProgress, signal) {
      const { progress, result } = next("generate", askedOf(id, request));
      const isWhole = await report(progress, onProgress, signal);
      return isWhole || !result.ok ? result : { ...result, ...stopped, calls: [] };
    },
    async infill(request, onProgress, signal) {
      const { progress, result } = next("infill", askedOf(id, request));
      const isWhole = await report(progress, onProgress, signal);
      return isWhole || !result.ok ? result : { ...result, ...stopped };
    },
    embed: async (texts) => next("embed", askedOf(id, texts)).result,
    rank: async (query, documents) => next("rank", askedOf(id, query, documents)).result,
    release() {},
  });

  return {
    describe: async (model) => next("describe", askedOf(model)).result,
    async open({ model, purpose }, onProgress, signal) {
      const { progress, result } = next("open", askedOf(model, purpose));
      await report(progress, onProgress, signal);
      signal.throwIfAborted();
      return result.ok ? { ok: true, open: openModel(model, result) } : result;
    },
    close: async () => undefined,
  };
};
