import type { Engine, EngineModel, EngineResult, OpenModel } from "../engine.ts";
import type { Answer } from "./answer.ts";
import type { UrlHealth } from "./endpoints.ts";
import type { EventReader, HttpCall, HttpClient } from "./http-client.ts";

/** The key for an origin; null when none is stored. */
export type Secret = (origin: string) => Promise<string | null>;

/** An engine that is a server, or several equals. */
export interface RemoteEngine extends Engine {
  /** What the server offers, with sizes where it tells them. */
  listModels(signal: AbortSignal): Promise<EngineResult<{ models: EngineModel[] }>>;
  /** How its URLs do, in the user's order. */
  health(): UrlHealth[];
}

/** Streams one answer; an abort ends it with what there is. */
export const streamAnswer = async (
  http: HttpClient,
  call: HttpCall,
  reader: EventReader,
  answer: Answer,
): ReturnType<OpenModel["generate"]> => {
  try {
    const streamed = await http.stream(call, reader);
    return streamed.ok ? { ok: true, ...answer.finish() } : streamed;
  } catch (error) {
    if (!call.signal.aborted) throw error;
    return { ok: true, ...answer.stopped() };
  }
};
