import * as l10n from "@vscode/l10n";
import type { Failure } from "../../protocol/failure.ts";
import type { ModelManifest } from "../../protocol/model-manifest.ts";
import type { Profile } from "../../protocol/profile.ts";
import type { Settings } from "../../protocol/settings.ts";
import { failure } from "../failures.ts";
import type { Ports } from "../ports/ports.ts";
import type { Cards } from "./capability-cards.ts";
import {
  type Choice,
  type ChosenModel,
  fileModel,
  parseServerModelId,
  plainModel,
  serverModel,
  starterModel,
  starterPath,
} from "./chosen-model.ts";
import type { RankedModel } from "./mapper.ts";
import type { RegisteredModel, Registry } from "./registry.ts";

/** Who may take a role, best first, and the settings as the profile in use changes them. */
export type Chain = { ok: true; chain: readonly ChosenModel[]; settings: Settings } | { ok: false; failure: Failure };

export interface ChainParts {
  readonly ports: Pick<Ports, "files" | "places">;
  readonly manifest: ModelManifest;
  readonly settings: Settings;
  /** What measuring showed of the file with this fingerprint. */
  readonly cardOf: Cards["get"];
}

/** What a user writes for the model that comes with Trivium. */
const starterWord = "starter";

/** Whether the text is meant as a path. Ids of servers' models and names of the catalogue are not. */
const isPath = (text: string): boolean => /^[~./\\]|^[a-z]:[\\/]|\.gguf$/i.test(text);

/** A file of the registry, with what is known of it. */
const registeredModel = (
  { path, name, sizeBytes, description, catalog }: RegisteredModel,
  { settings, cardOf }: ChainParts,
): ChosenModel => {
  const card = description && cardOf(description.fingerprint);
  return {
    ...plainModel({ path, name, sizeBytes }, settings),
    parameters: description?.parameters ?? catalog?.parameters ?? null,
    // Every chain is kept in the journal: no more of the card than is asked for.
    card: card && { grammarFromReality: card.grammarFromReality },
  };
};

/**
 * The model that the user named in the setting: a path, `starter`, a server's model, or anything by which the registry
 * finds one model. `registry` is null while nobody has looked for models.
 */
export const namedModel = async (
  text: string,
  parts: ChainParts,
  registry: Pick<Registry, "models" | "find"> | null,
): Promise<Choice> => {
  const { settings, ports, manifest } = parts;
  if (text === starterWord) return starterModel(manifest, settings, ports);
  const byUser = (choice: Choice): Choice =>
    choice.ok
      ? { ok: true, model: { ...choice.model, source: "user", why: [l10n.t("the model that you chose")] } }
      : choice;
  const served = parseServerModelId(text);
  if (served) return byUser({ ok: true, model: serverModel(served.engine, served.model, settings) });
  if (isPath(text)) {
    const file = await fileModel(text, settings, ports);
    if (!file.ok) return file;
    const path = file.model.open.model;
    if (path === starterPath(ports.places, manifest)) return starterModel(manifest, settings, ports);
    // A cache of another program names its files by their hash; who found them knows what they are called.
    const known = registry?.models().find((one) => one.path === path || one.id === path);
    return byUser(known ? { ok: true, model: registeredModel({ ...known, path }, parts) } : file);
  }
  const found = registry?.find(text);
  if (!found?.ok) return { ok: false, failure: failure("model-unknown", { id: text }) };
  return byUser({ ok: true, model: registeredModel(found.model, parts) });
};

/** The models of a role's chain that can be asked, in its order; the starter is always the last. */
export const rankedChain = async (
  ranked: readonly RankedModel[],
  registry: Pick<Registry, "models">,
  parts: ChainParts,
): Promise<ChosenModel[]> => {
  const starter = await starterModel(parts.manifest, parts.settings, parts.ports);
  const { settings } = parts;
  const chain = ranked.flatMap(({ id, name, standing, why }): ChosenModel[] => {
    if (standing === "starter" || standing === "exceeds") return [];
    const source = standing === "chosen" ? ("user" as const) : ("rule" as const);
    const served = parseServerModelId(id);
    if (served) return [{ ...serverModel(served.engine, served.model, settings), why, source }];
    const model = registry.models().find((one) => one.id === id);
    return model ? [{ ...registeredModel({ ...model, name }, parts), why, source }] : [];
  });
  if (!starter.ok) return chain;
  const alone = l10n.t("the bundled starter model: no other is chosen");
  return [...chain, { ...starter.model, why: [chain.length === 0 ? alone : l10n.t("comes with Trivium")] }];
};

/** What the profile says goes before the user's settings. */
export const withProfile = (settings: Settings, { contextSize, temperature }: Profile): Settings => ({
  ...settings,
  ...(contextSize !== null && { "model.contextSize": contextSize }),
  ...(temperature !== null && { "generation.temperature": temperature }),
});
