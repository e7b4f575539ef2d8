import type { CapabilityCard } from "../../protocol/capability-card.ts";
import { type MemoryFit, type MemoryNeed, type MemoryState, memoryNeed, type Purpose } from "../../protocol/memory.ts";
import type { ModelDescription } from "../../protocol/model-host.ts";
import type { InstalledModel } from "../../protocol/models.ts";
import type { RoleName } from "../../protocol/profile.ts";
import { failureOf } from "../failures.ts";
import { serverModelId } from "./chosen-model.ts";
import type { ServerModel } from "./engine-table.ts";
import type { RegisteredModel } from "./registry.ts";

/** The context that a model gets when nobody asks for another one. */
const usualContext = 8192;

/** What is known of the files and the servers. `contextSize` is in tokens; 0: the usual. */
export interface InstalledParts {
  readonly registered: readonly RegisteredModel[];
  /** Our own file says what its makers' tool wrote into it; its manifest is what holds. */
  readonly starterLicence: string;
  readonly served: readonly ServerModel[];
  readonly cardOf: (fingerprint: string) => CapabilityCard | null;
  readonly memory: MemoryState | null;
  readonly budget: MemoryBudget;
  readonly contextSize: number;
}

/** Bytes that models may take now, and at best. */
export interface MemoryBudget {
  readonly freeBytes: number;
  readonly mostBytes: number;
}

/** What the model is opened for: what it can do. */
export const purposeOf = ({ ranking, embedding }: Pick<ModelDescription, "ranking" | "embedding">): Purpose =>
  ranking ? "rank" : embedding ? "embed" : "chat";

/** What loading the model takes with one conversation of the usual length. */
const usualNeed = (description: ModelDescription, contextSize: number): MemoryNeed => {
  const { memory, trainedContext } = description;
  return memoryNeed(memory, {
    purpose: purposeOf(description),
    contextSize: contextSize > 0 ? contextSize : Math.min(trainedContext ?? usualContext, usualContext),
    sequences: 1,
    kv: "f16",
  });
};

const fitOf = (totalBytes: number, { freeBytes, mostBytes }: MemoryBudget): MemoryFit => {
  if (totalBytes <= freeBytes) return "fits";
  return totalBytes <= mostBytes ? "tight" : "exceeds";
};

/** Everything that can be used now, for the Models page, the command line and the mapper. `roles` is filled in later. */
export const installedModels = (parts: InstalledParts): InstalledModel[] => [
  ...parts.registered.map((model) => fromFile(model, parts)),
  ...parts.served.map(fromServer),
];

const noRoles: RoleName[] = [];

const fromFile = (
  model: RegisteredModel,
  { starterLicence, cardOf, memory, budget, contextSize }: InstalledParts,
): InstalledModel => {
  const { id, name, source, path, sizeBytes, description, problem, catalog, removable } = model;
  const loaded = memory?.models.find((one) => one.path === path);
  const need = loaded?.need ?? (description && usualNeed(description, contextSize));
  return {
    id,
    name,
    source,
    path,
    engine: null,
    sizeBytes,
    description,
    can: description && {
      chat: description.chat,
      infill: description.infill,
      embed: description.embedding,
      rank: description.ranking,
    },
    problem: problem && failureOf(problem),
    catalogId: catalog?.id ?? null,
    licence: source === "bundled" ? starterLicence : (description?.licence ?? catalog?.licence.name ?? null),
    need,
    fit: loaded ? "fits" : need && fitOf(need.totalBytes, budget),
    loaded: loaded !== undefined,
    roles: noRoles,
    card: description && cardOf(description.fingerprint),
    removable,
  };
};

const fromServer = ({ engine, model, sizeBytes, can }: ServerModel): InstalledModel => ({
  id: serverModelId(engine, model),
  name: model,
  source: "engine",
  path: null,
  engine,
  sizeBytes,
  description: null,
  can,
  problem: null,
  catalogId: null,
  licence: null,
  need: null,
  fit: null,
  loaded: false,
  roles: noRoles,
  card: null,
  removable: false,
});
