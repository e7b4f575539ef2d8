import type { Engine, OpenModel } from "../engine.ts";
import { askedOf, type RecordedCall, type Recording } from "./recording.ts";

/** The same engine, and what has passed through it so far. A call that was given up leaves nothing. */
export const recordEngine = (engine: Engine): { engine: Engine; recording(): Recording } => {
  const calls: RecordedCall[] = [];

  const keep = (made: RecordedCall): void => void calls.push(structuredClone(made));

  /** Everything reported goes on, and into the list. */
  const listen = <T>(onProgress: (progress: T) => void): { progress: T[]; report: (progress: T) => void } => {
    const progress: T[] = [];
    const report = (one: T): void => {
      progress.push(one);
      onProgress(one);
    };
    return { progress, report };
  };

  const recordModel = (id: string, open: OpenModel): OpenModel => ({
    ...open,
    async count(messages, signal) {
      const result = await open.count(messages, signal);
      keep({ method: "count", asked: askedOf(id, messages), progress: [], result });
      return result;
    },
    async generate(request, onProgress, signal) {
      const { progress, report } = listen(onProgress);
      const result = await open.generate(request, report, signal);
      const kept = result.ok ? { ...result, calls: [...result.calls] } : result;
      keep({ method: "generate", asked: askedOf(id, request), progress, result: kept });
      return result;
    },
    async infill(request, onProgress, signal) {
      const { progress, report } = listen(onProgress);
      const result = await open.infill(request, report, signal);
      keep({ method: "infill", asked: askedOf(id, request), progress, result });
      return result;
    },
    async embed(texts, signal) {
      const result = await open.embed(texts, signal);
      keep({ method: "embed", asked: askedOf(id, texts), progress: [], result });
      return result;
    },
    async rank(query, documents, signal) {
      const result = await open.rank(query, documents, signal);
      keep({ method: "rank", asked: askedOf(id, query, documents), progress: [], result });
      return result;
    },
  });

  return {
    engine: {
      async describe(model, signal) {
        const result = await engine.describe(model, signal);
        keep({ method: "describe", asked: askedOf(model), progress: [], result });
        return result;
      },
      async open(options, onProgress, signal) {
        const { progress, report } = listen(onProgress);
        const result = await engine.open(options, report, signal);
        const asked = askedOf(options.model, options.purpose);
        if (!result.ok) {
          keep({ method: "open", asked, progress, result });
          return result;
        }
        const { model, contextSize, abilities } = result.open;
        keep({ method: "open", asked, progress, result: { ok: true, model, contextSize, abilities } });
        return { ok: true, open: recordModel(options.model, result.open) };
      },
      close: () => engine.close(),
    },
    recording: () => ({ version: 1, calls: structuredClone(calls) }),
  };
};
