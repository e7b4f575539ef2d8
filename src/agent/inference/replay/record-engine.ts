import type { Engine, GenerateRequest, OpenModel } from "../engine.ts";
import { askedOf, askedToCount, type RecordedCall } from "./recording.ts";

export interface Recorder {
  /** Called after each call with how long it took, in the order in which they ended. One that was given up leaves nothing. */
  readonly keep: (call: RecordedCall, ms: number) => void;
  readonly now: () => number;
  /** The seed for a generation whose request leaves it open; null: it stays open. */
  readonly seed: () => number | null;
}

/** The same engine; what passes through it goes to the recorder. */
export const recordEngine = (engine: Engine, { keep, now, seed }: Recorder): Engine => {
  const seeded = (request: GenerateRequest): GenerateRequest => ({
    ...request,
    sampling: { ...request.sampling, seed: request.sampling.seed ?? seed() },
  });

  /** A call begins: what it reports goes on, and into the list. What comes after the abort does neither. */
  const begin = <T>(onProgress: (progress: T) => void = () => undefined, signal?: AbortSignal) => {
    const begunAt = now();
    const progress: T[] = [];
    const report = (one: T): void => {
      if (signal?.aborted) return;
      progress.push(one);
      onProgress(one);
    };
    return { progress, report, end: (call: RecordedCall): void => keep(call, now() - begunAt) };
  };

  const recordModel = (id: string, open: OpenModel): OpenModel => ({
    ...open,
    async count(messages, signal) {
      const { end } = begin();
      const result = await open.count(messages, signal);
      end({ method: "count", asked: askedToCount(id, messages), progress: [], result });
      return result;
    },
    async generate(asked, onProgress, signal) {
      const request = seeded(asked);
      const { progress, report, end } = begin(onProgress, signal);
      const result = await open.generate(request, report, signal);
      const kept = result.ok ? { ...result, calls: [...result.calls] } : result;
      const { seed: used } = request.sampling;
      end({ method: "generate", asked: askedOf(id, asked), progress, result: kept, seed: used });
      return result;
    },
    async infill(request, onProgress, signal) {
      const { progress, report, end } = begin(onProgress, signal);
      const result = await open.infill(request, report, signal);
      end({ method: "infill", asked: askedOf(id, request), progress, result });
      return result;
    },
    async embed(texts, signal) {
      const { end } = begin();
      const result = await open.embed(texts, signal);
      end({ method: "embed", asked: askedOf(id, texts), progress: [], result });
      return result;
    },
    async rank(query, documents, signal) {
      const { end } = begin();
      const result = await open.rank(query, documents, signal);
      end({ method: "rank", asked: askedOf(id, query, documents), progress: [], result });
      return result;
    },
  });

  return {
    async describe(model, signal) {
      const { end } = begin();
      const result = await engine.describe(model, signal);
      end({ method: "describe", asked: askedOf(model), progress: [], result });
      return result;
    },
    async open(options, onProgress, signal) {
      const { progress, report, end } = begin(onProgress);
      const result = await engine.open(options, report, signal);
      const asked = askedOf(options.model, options.purpose);
      if (!result.ok) {
        end({ method: "open", asked, progress, result });
        return result;
      }
      const { model, contextSize, shortened, abilities } = result.open;
      end({ method: "open", asked, progress, result: { ok: true, model, contextSize, shortened, abilities } });
      return { ok: true, open: recordModel(options.model, result.open) };
    },
    close: () => engine.close(),
  };
};
