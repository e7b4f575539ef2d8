import type { Clock } from "../../ports/clock.ts";
import type { EngineResult, OpenOptions } from "../engine.ts";

/** Tokens that a model gets when nobody asks for another number. */
export const usualContext = 8192;

/** Below this a context is no use; a model that ends the host with it does so for another reason. */
const shortest = 1024;

/** Then the same context is tried again: other programs may have gone meanwhile. */
const rememberedMs = 30 * 60_000;

/** Which models the model host went down with, so that they come back smaller: memory is the likeliest reason. */
export interface Crashes {
  /** Takes what a model's work ended with. */
  note(model: string, result: EngineResult<object>): void;
  /** The options with half of the context for each time that the host went down with this model. */
  smaller(options: OpenOptions): OpenOptions;
}

export const createCrashes = (clock: Pick<Clock, "now">): Crashes => {
  const crashes: { readonly model: string; readonly at: number }[] = [];
  return {
    note(model, result) {
      if (!result.ok && result.failure.code === "host-stopped") crashes.push({ model, at: clock.now() });
    },
    smaller(options) {
      const since = clock.now() - rememberedMs;
      const count = crashes.filter(({ model, at }) => model === options.model && at > since).length;
      if (count === 0) return options;
      const asked = options.contextSize || usualContext;
      const contextSize = Math.min(asked, Math.max(shortest, Math.floor(asked / 2 ** count)));
      return { ...options, contextSize, minContextSize: Math.min(options.minContextSize, contextSize) };
    },
  };
};
