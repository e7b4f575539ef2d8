import * as z from "zod/mini";

/** What a model can be asked to be. The mapper gives each role its chain of models. */
export const RoleName = z.enum([
  "answerer",
  "coder",
  "mathematician",
  "planner",
  "critic",
  "executor",
  "router",
  "summariser",
  "titler",
  "committer",
  "completer",
  "embedder",
  "ranker",
]);
export type RoleName = z.infer<typeof RoleName>;

/** Names, passwords and keys have no place in an address, and what is appended to it needs its end. */
const serverUrl = z
  .url({ protocol: /^https?$/ })
  .check(z.regex(/^[^?#@]*$/, "an address without name, password, query and fragment"));

/**
 * A server that runs models, as the user set it up. `urls` are its equals, tried in order of health. Keys are kept
 * apart, by `id` and origin, never in here.
 */
export const EngineConfig = z.object({
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "1 to 32 small letters, digits and hyphens")),
  kind: z.enum(["openai", "anthropic"]),
  urls: z.array(serverUrl).check(z.minLength(1)),
});
export type EngineConfig = z.infer<typeof EngineConfig>;

/**
 * Which models take which roles, and how they are used: one JSON file that people share. `models` names models by id,
 * catalogue id or file name, best first; a role without an entry, or whose models are not there, is mapped by needs.
 */
export const Profile = z.object({
  version: z.literal(1),
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "1 to 48 small letters, digits and hyphens")),
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  description: z.string().check(z.maxLength(400)),
  models: z.partialRecord(RoleName, z.array(z.string())),
  /** null: the user's settings. */
  temperature: z.nullable(z.number().check(z.gte(0), z.lte(2))),
  contextSize: z.nullable(z.int().check(z.gte(0), z.lte(1_048_576))),
  /** "smallest" prefers models that leave memory free; "best" the ablest that fit. */
  prefer: z.enum(["best", "smallest"]),
  engines: z.array(EngineConfig),
});
export type Profile = z.infer<typeof Profile>;
