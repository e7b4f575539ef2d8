import type { Abilities, CapabilityCard } from "../../protocol/capability-card.ts";
import type { CatalogModel } from "../../protocol/model-catalog.ts";
import type { InstalledModel } from "../../protocol/models.ts";
import type { Profile, RoleName } from "../../protocol/profile.ts";
import type { RoleNeeds } from "./role-needs.ts";

/** What the mapper knows of one model that can be used now. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** By what else a profile may name it: name, catalogue id, file name, `starter`. */
  readonly aliases: readonly string[];
  readonly abilities: Readonly<Record<RoleNeeds["ability"], boolean>>;
  /** Tokens it was trained for; null when not known. */
  readonly contextSize: number | null;
  readonly parameters: number | null;
  /** Whether a server runs it. */
  readonly server: boolean;
  /** What the catalogue names it for. */
  readonly madeFor: readonly RoleName[];
  /** Bytes of this machine's memory; 0 for a model that a server runs. */
  readonly needBytes: number;
  /** Whether it comes with Trivium, and so is always there. */
  readonly starter: boolean;
  readonly priors: Abilities | null;
  readonly card: CapabilityCard | null;
}

export interface MapOptions {
  /** Bytes that models may take together. */
  readonly memoryBudgetBytes: number;
  readonly profile: Pick<Profile, "models" | "prefer">;
}

/** Weights and what comes on top at a usual context, while the header has not been read. */
const needPerFileByte = 1.2;

/** Before its header has been read, a file is taken for what most are. */
const unread: Candidate["abilities"] = { chat: true, infill: false, embed: false, rank: false };

const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

const candidateOf = (model: InstalledModel, catalog: readonly CatalogModel[]): Candidate => {
  const known = catalog.find(({ id }) => id === model.catalogId);
  const starter = model.source === "bundled";
  return {
    id: model.id,
    name: model.name,
    aliases: [
      model.name,
      model.catalogId,
      model.path === null ? null : fileName(model.path),
      starter ? "starter" : null,
    ].filter((alias) => alias !== null),
    abilities: model.can ?? unread,
    contextSize: model.description?.trainedContext ?? known?.contextSize ?? null,
    madeFor: known?.roles ?? [],
    parameters: model.description?.parameters ?? known?.parameters ?? null,
    needBytes: model.engine !== null ? 0 : (model.need?.totalBytes ?? (model.sizeBytes ?? 0) * needPerFileByte),
    server: model.engine !== null,
    starter,
    priors: known?.priors ?? null,
    card: model.card,
  };
};

/** The models that can be used, as the mapper sees them; those with a problem are left out. */
export const candidatesOf = (installed: readonly InstalledModel[], catalog: readonly CatalogModel[]): Candidate[] =>
  installed.filter(({ problem }) => problem === null).map((model) => candidateOf(model, catalog));
