import { router } from "../roles/router.role.ts";
import type { AskRouter } from "../router/decision.ts";
import { call } from "./call.ts";
import { isSkillModel } from "./tries.ts";
import type { TurnWork } from "./turn-work.ts";

/** A route that takes longer costs more than a wrong one. */
const longestMs = 3_000;

/** How the router model is asked; null: it is not in memory, and loading it would take longer than it saves. */
export const askRouterOf = async (work: TurnWork): Promise<AskRouter | null> => {
  const { isLoaded, clock } = work.parts;
  const chain = await work.chain("router");
  const model = chain.ok ? chain.chain[0] : undefined;
  if (!chain.ok || !model || isSkillModel(model) || !isLoaded(model)) return null;
  return async (text, signal) => {
    const late = new AbortController();
    const stopTimer = clock.after(longestMs, () => late.abort());
    const input = { text };
    const inTime = AbortSignal.any([signal, late.signal]);
    const questionOf = () => ({
      ...{ input, chain: { ...chain, chain: [model] }, shows: "work" as const },
      ...{ steps: 0 as const, signal: inTime },
    });
    try {
      const called = await call(router, questionOf, work);
      return called.kind === "answered" && !late.signal.aborted ? called.value : null;
    } catch (error) {
      if (work.signal.aborted || !late.signal.aborted) throw error;
      return null;
    } finally {
      stopTimer();
    }
  };
};
