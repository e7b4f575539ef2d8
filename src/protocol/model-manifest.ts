import * as z from "zod/mini";

/**
 * What Trivium knows about a model beyond its file. `promptStyle` "skill-word": the system message is one word, the
 * skill, and every prompt stands alone; "chat": the usual system message and history.
 */
export const ModelManifest = z.object({
  id: z.string(),
  name: z.string(),
  file: z.string(),
  licence: z.string(),
  template: z.enum(["auto", "chatml"]),
  threads: z.int().check(z.gte(0)),
  contextSize: z.int().check(z.gte(0)),
  promptStyle: z.enum(["chat", "skill-word"]),
  temperature: z.nullable(z.number()),
  /** The longest answer that makes sense, in tokens; null: the user's setting. */
  maxTokens: z.nullable(z.number()),
});
export type ModelManifest = z.infer<typeof ModelManifest>;
