import * as z from "zod/mini";

const share = z.nullable(z.number().check(z.gte(0), z.lte(1)));

/** Abilities of a model, each 0..1 or null when not known. Priors come from a catalogue entry, scores from measuring. */
export const Abilities = z.object({
  code: share,
  math: share,
  general: share,
  /** JSON that parses and fits its schema, without and with a grammar. */
  json: share,
  jsonWithGrammar: share,
  /** Calls of the right tool with arguments that its schema accepts. */
  toolCall: share,
  /** Edits in the asked format that apply. */
  edit: share,
  arithmetic: share,
});
export type Abilities = z.infer<typeof Abilities>;

/** What a model file can do on this machine, measured by `trivium bench` and kept under the file's fingerprint. */
export const CapabilityCard = z.object({
  version: z.literal(1),
  fingerprint: z.string(),
  model: z.string(),
  machine: z.string(),
  /** Milliseconds since 1970. */
  measuredAt: z.number(),
  threads: z.number(),
  promptTokensPerSecond: z.number(),
  tokensPerSecond: z.number(),
  firstTokenMs: z.number(),
  scores: Abilities,
  /** Steps of an agent that were right, under the grammar of their schema and under one of what exists. 0..1 */
  grammarFromReality: z._default(z.nullable(z.object({ plain: z.number(), narrowed: z.number() })), null),
});
export type CapabilityCard = z.infer<typeof CapabilityCard>;
