import type { MemoryState } from "../../protocol/memory.ts";
import type { CatalogFile, CatalogModel } from "../../protocol/model-catalog.ts";
import type { InstalledModel, Machine, ModelsState } from "../../protocol/models.ts";
import { RoleName } from "../../protocol/profile.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { EngineTable } from "./engine-table.ts";
import { installedModels, type MemoryBudget } from "./installed.ts";
import type { Library } from "./library.ts";
import { machineOf } from "./machine.ts";
import { mapRole, type RankedModel } from "./mapper.ts";
import { candidatesOf } from "./mapper-candidate.ts";
import { recommend } from "./recommend.ts";

/** Everything that is known now: what was found, what is in memory, and what the user wants. */
export interface Inventory {
  readonly library: Library;
  readonly table: EngineTable;
  /** null: the model host has not been asked. */
  readonly memory: MemoryState | null;
  readonly settings: Settings;
}

/** Before the model host has been asked: what its reserve will leave of the machine's memory. */
const roughReserve = 0.25;

export const machineNow = ({ library, memory, settings }: Inventory): Machine =>
  machineOf(library.facts, settings["model.gpu"] === "off" ? null : (memory?.gpu ?? null));

const budgetOf = ({ library, memory }: Inventory): MemoryBudget => {
  const mostBytes = memory
    ? memory.totalBytes - memory.reserveBytes + (memory.gpu?.totalBytes ?? 0)
    : library.facts.memoryBytes * (1 - roughReserve);
  return { freeBytes: memory ? memory.freeBytes + (memory.gpu?.freeBytes ?? 0) : mostBytes, mostBytes };
};

const contextSizeOf = ({ library, settings }: Inventory): number =>
  library.profiles.current().contextSize ?? settings["model.contextSize"];

/** Every model that can be used now, without who does what. */
const installedNow = (inventory: Inventory): InstalledModel[] => {
  const { library, table, memory } = inventory;
  return installedModels({
    registered: library.registry.models(),
    served: table.models(),
    cardOf: library.cards.get,
    memory,
    budget: budgetOf(inventory),
    contextSize: contextSizeOf(inventory),
  });
};

/**
 * The chain of models for a role, best first. Servers that were only found are left out: no prompt goes to them unless
 * the user says so by choosing one of their models, here or in the profile.
 */
export const chainNow = (inventory: Inventory, role: RoleName): RankedModel[] =>
  chainOf(role, installedNow(inventory), inventory);

const chainOf = (role: RoleName, installed: readonly InstalledModel[], inventory: Inventory): RankedModel[] => {
  const { library, table } = inventory;
  const profile = library.profiles.current();
  const named = new Set(profile.models[role] ?? []);
  const offered = installed.filter(
    ({ id, engine }) => engine === null || table.config(engine) !== null || named.has(id),
  );
  const candidates = candidatesOf(offered, library.catalog);
  return mapRole(role, candidates, { memoryBudgetBytes: budgetOf(inventory).mostBytes, profile });
};

/** What the Models page and `trivium models list` show. */
export const modelsStateOf = (inventory: Inventory): ModelsState => {
  const { library, table, memory } = inventory;
  const installed = installedNow(inventory);
  const firsts = RoleName.options.map((role) => [role, chainOf(role, installed, inventory)[0]?.id] as const);
  const machine = machineNow(inventory);
  const here = new Set(installed.map(({ catalogId }) => catalogId));

  return {
    machine,
    memory,
    installed: installed.map((model) => ({
      ...model,
      roles: firsts.filter(([, id]) => id === model.id).map(([role]) => role),
    })),
    available: recommend(library.catalog, machine, catalogNeed).filter(({ model }) => !here.has(model.id)),
    downloads: library.downloads.list(),
    engines: table.states(),
    searching: library.registry.searching,
    profile: library.profiles.current().id,
    profiles: library.profiles.list(),
  };
};

/** Beside the weights, when the header has not been seen: KV state and buffers of a usual model of this size. */
const besideWeights = 0.2;

const catalogNeed = ({ memoryBytes }: CatalogModel, { sizeBytes }: CatalogFile) => {
  if (sizeBytes === null) return null;
  const totalBytes = memoryBytes ?? Math.round(sizeBytes * (1 + besideWeights));
  const kvBytes = Math.max(0, Math.round((totalBytes - sizeBytes) / 2));
  return { weightsBytes: sizeBytes, kvBytes, computeBytes: Math.max(0, totalBytes - sizeBytes - kvBytes), totalBytes };
};
