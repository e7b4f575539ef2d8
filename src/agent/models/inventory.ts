import { type LoadedModelState, type MemoryState, reserveOf } from "../../protocol/memory.ts";
import type { CatalogFile, CatalogModel } from "../../protocol/model-catalog.ts";
import type { InstalledModel, Machine, ModelsState } from "../../protocol/models.ts";
import { RoleName } from "../../protocol/profile.ts";
import type { Settings } from "../../protocol/settings.ts";
import { parseServerModelId } from "./chosen-model.ts";
import type { EngineTable } from "./engine-table.ts";
import { installedModels, type MemoryBudget } from "./installed.ts";
import type { Library } from "./library.ts";
import { machineOf } from "./machine.ts";
import type { RankedModel } from "./mapper.ts";
import { candidatesOf } from "./mapper-candidate.ts";
import { type Chains, mapChains, wholeTurn } from "./mapper-chains.ts";
import { recommend } from "./recommend.ts";

/** Everything that is known now: what was found, what is in memory, and what the user wants. */
export interface Inventory {
  readonly library: Library;
  readonly table: EngineTable;
  /** null: the model host has not been asked. */
  readonly memory: MemoryState | null;
  /** As turns use them: with what the profile in use changes. */
  readonly settings: Settings;
  /** How far each model has got that is being loaded: 0..1. */
  readonly loading?: ReadonlyMap<string, number>;
}

export const machineNow = ({ library, memory, settings }: Inventory): Machine =>
  machineOf(library.facts, settings["model.gpu"] === "off" ? null : (memory?.gpu ?? null));

const budgetOf = ({ library, memory }: Inventory): MemoryBudget => {
  if (!memory) {
    const mostBytes = library.facts.memoryBytes - reserveOf(library.facts.memoryBytes);
    return { freeBytes: mostBytes, mostBytes };
  }
  // A graphics processor that shares the machine's memory makes it faster, not larger.
  const gpu = memory.gpu && !memory.gpu.unified ? memory.gpu : { freeBytes: 0, totalBytes: 0 };
  return {
    freeBytes: memory.freeBytes + gpu.freeBytes,
    mostBytes:
      Math.min(memory.totalBytes - memory.reserveBytes, memory.limitBytes ?? Number.POSITIVE_INFINITY) + gpu.totalBytes,
  };
};

/** Every model that can be used now, without who does what. */
export const installedNow = (inventory: Inventory): InstalledModel[] => {
  const { library, table, memory, settings } = inventory;
  return installedModels({
    registered: library.registry.models(),
    starterLicence: library.starter.licence,
    served: table.models(),
    cardOf: library.cards.get,
    memory,
    budget: budgetOf(inventory),
    contextSize: settings["model.contextSize"],
  });
};

/** The chains of models for the roles, best first. */
const chainsOf = (roles: readonly RoleName[], installed: readonly InstalledModel[], inventory: Inventory): Chains => {
  const { library } = inventory;
  const profile = library.profiles.current();
  const candidates = candidatesOf(installed, library.catalog);
  return mapChains(roles, candidates, { memoryBudgetBytes: budgetOf(inventory).mostBytes, profile });
};

/** The chain for a role as it is in a whole turn: roles that follow each other share a model where that costs little. */
export const chainNow = (inventory: Inventory, role: RoleName): readonly RankedModel[] =>
  chainsOf([...new Set([...wholeTurn, role])], installedNow(inventory), inventory).get(role) ?? [];

/** The roles that a turn may ask. */
const turnRoles: readonly RoleName[] = [...wholeTurn, "coder", "mathematician", "router"];

/** The servers that have a place in a turn's chains, by what is known now. */
export const serversNow = (inventory: Inventory): string[] => {
  const chains = chainsOf(turnRoles, installedNow(inventory), inventory);
  const engines = [...chains.values()].flat().flatMap(({ id, standing }) => {
    const served = standing === "exceeds" ? null : parseServerModelId(id);
    return served ? [served.engine] : [];
  });
  return [...new Set(engines)];
};

/** What the Models page and `trivium models list` show. */
export const modelsStateOf = (inventory: Inventory): ModelsState => {
  const { library, table, memory, loading = new Map<string, number>() } = inventory;
  const installed = installedNow(inventory);
  const chains = [...chainsOf(RoleName.options, installed, inventory)];
  const machine = machineNow(inventory);
  const here = new Set(installed.map(({ catalogId }) => catalogId));

  return {
    machine,
    memory: memory && { ...memory, models: memory.models.map((one) => named(one, installed)) },
    installed: installed.map((model) => ({
      ...model,
      roles: chains.filter(([, chain]) => chain[0]?.id === model.id).map(([role]) => role),
    })),
    loading: [...loading].map(([id, done]) => ({ id, done })),
    available: recommend(library.catalog, machine, catalogNeed).filter(({ model }) => !here.has(model.id)),
    downloads: library.downloads.list(),
    engines: table.states(),
    searching: library.registry.searching,
    profile: library.profiles.current().id,
    profiles: library.profiles.list(),
  };
};

/** The model host knows what the header says; here models go by the names that they are listed under. */
const named = (one: LoadedModelState, installed: readonly InstalledModel[]): LoadedModelState => ({
  ...one,
  name: installed.find(({ path }) => path === one.path)?.name ?? one.name,
});

/** Beside the weights, when the header has not been seen: KV state and buffers of a usual model of this size. */
const besideWeights = 0.2;

const catalogNeed = ({ memoryBytes }: CatalogModel, { sizeBytes }: CatalogFile) => {
  if (sizeBytes === null) return null;
  const totalBytes = memoryBytes ?? Math.round(sizeBytes * (1 + besideWeights));
  const kvBytes = Math.max(0, Math.round((totalBytes - sizeBytes) / 2));
  return { weightsBytes: sizeBytes, kvBytes, computeBytes: Math.max(0, totalBytes - sizeBytes - kvBytes), totalBytes };
};
