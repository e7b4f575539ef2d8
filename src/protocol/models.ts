import * as z from "zod/mini";
import { CapabilityCard } from "./capability-card.ts";
import { Failure } from "./failure.ts";
import { MemoryFit, MemoryNeed, MemoryState } from "./memory.ts";
import { CatalogModel, Tier } from "./model-catalog.ts";
import { ModelDescription } from "./model-host.ts";
import { EngineConfig, Profile, RoleName } from "./profile.ts";
import { nothing, notification, request } from "./rpc.ts";

/** Who put a model where it was found. */
export const ModelSource = z.enum([
  "bundled",
  "downloaded",
  "folder",
  "ollama",
  "lmstudio",
  "huggingface",
  "llama.cpp",
  "engine",
]);
export type ModelSource = z.infer<typeof ModelSource>;

/** A model that can be used now. `id` is its path, or `engine:<engine>/<model>` for one that a server runs. */
export const InstalledModel = z.object({
  id: z.string(),
  name: z.string(),
  source: ModelSource,
  path: z.nullable(z.string()),
  engine: z.nullable(z.string()),
  sizeBytes: z.nullable(z.number()),
  /** null: not read yet, or not a file. */
  description: z.nullable(ModelDescription),
  /** What it can be asked for, as its header or its server says; null: not known yet. */
  can: z.nullable(z.object({ chat: z.boolean(), infill: z.boolean(), embed: z.boolean(), rank: z.boolean() })),
  /** Why it cannot be used. */
  problem: z.nullable(Failure),
  catalogId: z.nullable(z.string()),
  licence: z.nullable(z.string()),
  need: z.nullable(MemoryNeed),
  fit: z.nullable(MemoryFit),
  loaded: z.boolean(),
  /** Roles that this model is the first choice for. */
  roles: z.array(RoleName),
  card: z.nullable(CapabilityCard),
  /** Whether Trivium downloaded or imported it, and so may delete it. */
  removable: z.boolean(),
});
export type InstalledModel = z.infer<typeof InstalledModel>;

/** A catalogue model that is not on this machine, with the file that suits it best. */
export const AvailableModel = z.object({
  model: CatalogModel,
  /** Index into model.files. */
  file: z.nullable(z.number()),
  need: z.nullable(MemoryNeed),
  fit: z.nullable(MemoryFit),
  /** Why it is shown among the first: best for this machine as … ; null for all others. */
  best: z.nullable(z.enum(["start", "code", "math"])),
});
export type AvailableModel = z.infer<typeof AvailableModel>;

/** One file on its way. It has its final name only when state is "done". */
export const Download = z.object({
  id: z.string(),
  /** The catalogue's model that it brings; null: a file of a repository that was named. */
  catalogId: z.nullable(z.string()),
  name: z.string(),
  url: z.string(),
  path: z.string(),
  state: z.enum(["queued", "running", "paused", "checking", "done", "failed"]),
  doneBytes: z.number(),
  totalBytes: z.nullable(z.number()),
  bytesPerSecond: z.nullable(z.number()),
  etaMs: z.nullable(z.number()),
  problem: z.nullable(Failure),
});
export type Download = z.infer<typeof Download>;

/** A server that runs models: one that the user set up, or one found on this machine. */
export const EngineState = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["openai", "anthropic"]),
  urls: z.array(z.string()),
  found: z.boolean(),
  health: z.enum(["healthy", "unreachable", "unknown"]),
  latencyMs: z.nullable(z.number()),
  models: z.number(),
  hasKey: z.boolean(),
  problem: z.nullable(Failure),
});
export type EngineState = z.infer<typeof EngineState>;

/** This machine, as far as it decides which models suit it. */
export const Machine = z.object({
  platform: z.string(),
  processor: z.string(),
  /** Physical cores that this program may use. */
  cores: z.number(),
  memoryBytes: z.number(),
  gpu: z.nullable(z.string()),
  tier: Tier,
});
export type Machine = z.infer<typeof Machine>;

/** Everything the Models page shows. `memory` is null until the model host has been asked. */
export const ModelsState = z.object({
  machine: Machine,
  memory: z.nullable(MemoryState),
  installed: z.array(InstalledModel),
  /** What models/load is loading now, by id; `done` is 0..1. */
  loading: z.array(z.object({ id: z.string(), done: z.number() })),
  available: z.array(AvailableModel),
  downloads: z.array(Download),
  engines: z.array(EngineState),
  /** Still looking for models: what is shown may not be all. */
  searching: z.boolean(),
  profile: z.string(),
  profiles: z.array(Profile),
});
export type ModelsState = z.infer<typeof ModelsState>;

const byId = z.object({ id: z.string() });

/** The state now; from then on modelsChanged tells of changes until `watch: false`. */
export const modelsWatch = request("models/watch", z.object({ watch: z.boolean() }), ModelsState);
/** At most ten times a second while something changes. */
export const modelsChanged = notification("models/changed", ModelsState);

export const modelsLoad = request("models/load", byId, nothing);
export const modelsUnload = request("models/unload", byId, nothing);
/** Deletes a model file that Trivium brought here. */
export const modelsRemove = request("models/remove", byId, nothing);
/** Copies a model file, or all of a folder, into Trivium's folder and checks it; `sha256` as hex or null. */
export const modelsImport = request(
  "models/import",
  z.object({ path: z.string(), sha256: z.nullable(z.string()) }),
  z.object({ ids: z.array(z.string()) }),
);
/** What loading it now would add, and the `modelId`s of memory that it would unload. */
export const modelsPlan = request(
  "models/plan",
  byId,
  z.object({ need: z.nullable(MemoryNeed), fit: MemoryFit, evict: z.array(z.string()), problem: z.nullable(Failure) }),
);
/** Makes the model the first choice for the role in the profile that is in use. */
export const modelsUseFor = request("models/useFor", z.object({ id: z.string(), role: RoleName }), nothing);
/** Measures the model on this machine; takes up to a minute. */
export const modelsBench = request("models/bench", byId, z.object({ card: CapabilityCard }));

/** Fetches a catalogue model's file from the hub; the user has been shown the host and the size. */
export const downloadStart = request(
  "download/start",
  z.object({ catalogId: z.string(), file: z.string() }),
  z.object({ download: Download }),
);
export const downloadPause = request("download/pause", byId, nothing);
export const downloadResume = request("download/resume", byId, nothing);
/** Ends it and deletes what has come so far. */
export const downloadCancel = request("download/cancel", byId, nothing);

export const profileUse = request("profile/use", byId, nothing);
/** Adds the profile, or replaces the one with its id. */
export const profileSave = request("profile/save", z.object({ profile: Profile }), nothing);
export const profileDelete = request("profile/delete", byId, nothing);
/**
 * Adds the profile of a file, under a free id, without the servers that it names: those are for the user to see first,
 * and to be saved with it when they agree.
 */
export const profileImport = request(
  "profile/import",
  z.object({ path: z.string() }),
  z.object({ profile: Profile, engines: z.array(EngineConfig) }),
);

/** The key of an engine, asked of the client that keeps secrets; null when there is none. Agent to client. */
export const secretGet = request(
  "secret/get",
  z.object({ engine: z.string(), origin: z.string() }),
  z.object({ secret: z.nullable(z.string()) }),
);

/** A key of the engine was stored or removed. Client to agent. */
export const secretChanged = notification("secret/changed", z.object({ engine: z.string() }));
