import * as z from "zod/mini";
import { Abilities } from "./capability-card.ts";
import { RoleName } from "./profile.ts";

/** How much machine a model is for: total memory, or a graphics processor, or a server of a team. */
export const Tier = z.enum(["8gb", "16gb", "32gb", "gpu", "server"]);
export type Tier = z.infer<typeof Tier>;

/** One GGUF of a catalogue model. The hash is not in here: the hub says it when the file is fetched. */
export const CatalogFile = z.object({
  /** Path in the hub's repository; for a model in several parts, the first. */
  file: z.string(),
  quantisation: z.string(),
  sizeBytes: z.nullable(z.number()),
});
export type CatalogFile = z.infer<typeof CatalogFile>;

/** One file of models/catalog. Facts come from the pages in `sources`; what they do not say is null. */
export const CatalogModel = z.object({
  id: z.string(),
  name: z.string(),
  /** One sentence for people: what it is good for. */
  summary: z.string(),
  /** The hub's repository of GGUF files, `owner/name`; null for a model that only runs on a server. */
  repository: z.nullable(z.string()),
  files: z.array(CatalogFile),
  parameters: z.nullable(z.number()),
  contextSize: z.nullable(z.number()),
  licence: z.object({ name: z.nullable(z.string()), url: z.nullable(z.string()) }),
  /** Family of the chat template, such as "chatml" or "llama-3". */
  template: z.nullable(z.string()),
  infillTokens: z.nullable(z.object({ prefix: z.string(), suffix: z.string(), middle: z.string() })),
  roles: z.array(RoleName),
  priors: Abilities,
  /** Memory at the default context, in bytes; null when the header has not been seen. */
  memoryBytes: z.nullable(z.number()),
  tiers: z.array(Tier),
  /** Addresses of the pages that the facts are from. */
  sources: z.array(z.string()),
});
export type CatalogModel = z.infer<typeof CatalogModel>;
