import type { Failure } from "../../protocol/failure.ts";
import type { Routing } from "../../protocol/routing.ts";
import { chooseRoute } from "./route.ts";
import { createTurnWork, type RunParts, type RunRequest } from "./turn-work.ts";

/** The road that the request would take. No model is loaded or asked for it. */
export const previewRoute = async (
  request: RunRequest,
  parts: RunParts,
  signal: AbortSignal,
): Promise<{ ok: true; routing: Routing } | { ok: false; failure: Failure }> => {
  // A router model that is not in memory is not asked.
  const unloaded = { ...parts, isLoaded: () => false };
  const work = createTurnWork(request, unloaded, { signal, emit: () => undefined });
  const routed = await chooseRoute(work);
  if (!routed.ok) return routed;
  const { route } = routed;
  const [first] = route.chain.chain;
  if (!first) throw new Error("an empty chain of models");
  return { ok: true, routing: route.routing(first) };
};
