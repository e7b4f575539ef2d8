import type { Message } from "../../../protocol/model-host.ts";
import type { Engine, OpenModel } from "../engine.ts";
import { askedOf, askedToCount, type RecordedCall, type Recording } from "./recording.ts";

type Method = RecordedCall["method"];
type CallOf<M extends Method> = Extract<RecordedCall, { method: M }>;
type Opened = Extract<CallOf<"open">["result"], { ok: true }>;

export interface ReplayWatcher {
  /** The call is given again now; its pieces have been reported. */
  readonly onCall: (call: RecordedCall) => void;
  /** Nothing like this was recorded: the call rejects. `messages`: those of a question with messages. */
  readonly onUnknown: (method: Method, messages: readonly Message[]) => void;
}

const nobody: ReplayWatcher = { onCall: () => undefined, onUnknown: () => undefined };

/**
 * An engine that gives what was recorded, at once and in the same pieces. The same question gets its answers in the
 * order of the recording, the last one again and again. A question that was never recorded rejects: the flow changed.
 */
export const createReplayEngine = (
  recording: Pick<Recording, "calls">,
  { onCall, onUnknown }: ReplayWatcher = nobody,
): Engine => {
  const asked = new Map<string, number>();

  const next = <M extends Method>(method: M, key: string, messages: readonly Message[] = []): CallOf<M> => {
    const isIt = (call: RecordedCall): call is CallOf<M> => call.method === method && call.asked === key;
    const found = recording.calls.filter(isIt);
    const place = asked.get(method + key) ?? 0;
    asked.set(method + key, place + 1);
    const call = found[Math.min(place, found.length - 1)];
    if (call) return call;
    onUnknown(method, messages);
    throw new Error(`nothing was recorded for ${method} ${key}`);
  };

  /** For calls that report nothing on their way. */
  const again = <M extends Method>(method: M, key: string, messages: readonly Message[] = []): CallOf<M> => {
    const call = next(method, key, messages);
    onCall(call);
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

  const openModel = (id: string, opened: Omit<Opened, "ok">): OpenModel => ({
    ...opened,
    count: async (messages) => again("count", askedToCount(id, messages), messages).result,
    async generate(request, onProgress, signal) {
      const call = next("generate", askedOf(id, request), request.messages);
      const isWhole = await report(call.progress, onProgress, signal);
      onCall(call);
      return isWhole || !call.result.ok ? call.result : { ...call.result, ...stopped, calls: [] };
    },
    async infill(request, onProgress, signal) {
      const call = next("infill", askedOf(id, request));
      const isWhole = await report(call.progress, onProgress, signal);
      onCall(call);
      return isWhole || !call.result.ok ? call.result : { ...call.result, ...stopped };
    },
    embed: async (texts) => again("embed", askedOf(id, texts)).result,
    rank: async (query, documents) => again("rank", askedOf(id, query, documents)).result,
    release() {},
  });

  return {
    describe: async (model) => again("describe", askedOf(model)).result,
    async open({ model, purpose }, onProgress, signal) {
      const call = next("open", askedOf(model, purpose));
      await report(call.progress, onProgress, signal);
      onCall(call);
      signal.throwIfAborted();
      const { result } = call;
      return result.ok ? { ok: true, open: openModel(model, result) } : result;
    },
    close: async () => undefined,
  };
};
