import * as z from "zod/mini";

/** A model as named to people: `id` is stable for one file, `name` is what the file calls itself. */
export const ModelRef = z.object({ id: z.string(), name: z.string() });
export type ModelRef = z.infer<typeof ModelRef>;

/** Which model answers and why. `reasons` are the facts that decided, in words, most important first. */
export const Routing = z.object({
  path: z.enum(["simple", "specialised", "complex"]),
  role: z.string(),
  model: ModelRef,
  source: z.enum(["user", "rule", "default"]),
  reasons: z.array(z.string()),
  /** The one-word skill that the starter model was asked for; null for models that take plain chat. */
  skill: z.nullable(z.string()),
});
export type Routing = z.infer<typeof Routing>;

/** Token counts and times of one generation, as the engine measured them. Times in milliseconds. */
export const Usage = z.object({
  promptTokens: z.number(),
  /** Prompt tokens whose state was still in memory and that were not evaluated again. */
  cachedTokens: z.number(),
  completionTokens: z.number(),
  contextSize: z.number(),
  firstTokenMs: z.number(),
  tokensPerSecond: z.number(),
});
export type Usage = z.infer<typeof Usage>;

/** One thing that happened in a turn. Kinds follow the Agent Client Protocol's session updates where it has one. */
export const RunEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("routing"), routing: Routing }),
  z.object({
    kind: z.literal("progress"),
    /** "waiting": a server has not said anything for a while. */
    phase: z.enum(["queued", "starting", "loading", "reading", "waiting"]),
    /** 0..1, or null when the end is not known. */
    done: z.nullable(z.number()),
    etaMs: z.nullable(z.number()),
  }),
  z.object({ kind: z.literal("message_chunk"), text: z.string() }),
  z.object({ kind: z.literal("thought_chunk"), text: z.string() }),
  z.object({ kind: z.literal("usage"), usage: Usage }),
  /** Something the user should know that is not the model's text, for example what was left out of the context. */
  z.object({ kind: z.literal("notice"), text: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** A RunEvent on its way to a client. `seq` counts up from 1 within a turn, so a client can drop what it already has. */
export const TurnUpdate = z.object({ turnId: z.string(), seq: z.number(), event: RunEvent });
export type TurnUpdate = z.infer<typeof TurnUpdate>;
