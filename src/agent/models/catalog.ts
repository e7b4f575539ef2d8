import { join } from "node:path";
import type { CatalogModel } from "../../protocol/model-catalog.ts";
import { CatalogModel as CatalogSchema } from "../../protocol/model-catalog.ts";
import type { ModelDescription } from "../../protocol/model-host.ts";
import { parseJson } from "../../protocol/rpc.ts";
import type { Ports } from "../ports/ports.ts";

const readModel = (text: string | null): { model: CatalogModel } | { wrong: string } => {
  if (text === null) return { wrong: "it cannot be read" };
  const read = parseJson(CatalogSchema, text);
  return read.ok ? { model: read.value } : { wrong: read.issues.join("; ") };
};

/** The models of the catalogue, by id: one JSON file each in `folder`. A wrong file is left out, and the log names it. */
export const loadCatalog = async (
  { folders, log }: Pick<Ports, "folders" | "log">,
  folder: string,
): Promise<CatalogModel[]> => {
  const names = (await folders.list(folder)).map(({ name }) => name).filter((name) => name.endsWith(".json"));
  const models: CatalogModel[] = [];
  for (const name of names.sort()) {
    const read = readModel(await folders.readText(join(folder, name)));
    if ("model" in read && `${read.model.id}.json` === name) models.push(read.model);
    else
      log.warn(
        `catalogue: ${join(folder, name)} is left out: ${"wrong" in read ? read.wrong : "its id is not its name"}`,
      );
  }
  return models;
};

/** How the quantisation and the number of the part end a file's name. */
const fileEnding =
  /([-._](ud-)?(i?q\d\w*|f16|f32|fp16|bf16|mxfp4\w*))?([-._](imatrix|imat))?(-\d{5}-of-\d{5})?(\.gguf)?$/i;

/** What all quantisations of a model have in common in their names. Hubs put the owner's name before it with `_`. */
const stemOf = (file: string): string => (file.split(/[/\\]/).at(-1) ?? file).replace(fileEnding, "").toLowerCase();

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "");

interface Index {
  readonly stems: ReadonlyMap<string, CatalogModel>;
  readonly names: ReadonlyMap<string, CatalogModel>;
}

const indexes = new WeakMap<readonly CatalogModel[], Index>();

const indexOf = (catalog: readonly CatalogModel[]): Index => {
  const known = indexes.get(catalog);
  if (known) return known;
  const stems = new Map<string, CatalogModel>();
  const names = new Map<string, CatalogModel>();
  for (const model of catalog) {
    names.set(lettersOf(model.name), model);
    for (const { file } of model.files) {
      stems.set(stemOf(file), model);
      names.set(lettersOf(stemOf(file)), model);
    }
  }
  const index = { stems, names };
  indexes.set(catalog, index);
  return index;
};

/** Pages round, and small models count a third more where their files hold the embeddings twice. */
const sameSize = (model: CatalogModel, description: ModelDescription | null): boolean =>
  model.parameters === null ||
  description === null ||
  Math.abs(description.parameters - model.parameters) <= 0.35 * model.parameters;

/**
 * The catalogue's entry for a file, or null: by the name that all its quantisations share, or by the name in the
 * file's header; never against the number of parameters.
 */
export const matchCatalog = (
  catalog: readonly CatalogModel[],
  fileName: string,
  description: ModelDescription | null,
): CatalogModel | null => {
  const { stems, names } = indexOf(catalog);
  const stem = stemOf(fileName);
  const candidates = [
    stems.get(stem),
    names.get(lettersOf(stem)),
    description ? names.get(lettersOf(stemOf(description.name))) : undefined,
  ];
  return candidates.find((model) => model !== undefined && sameSize(model, description)) ?? null;
};
