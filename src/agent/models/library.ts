import { join } from "node:path";
import type { CatalogModel } from "../../protocol/model-catalog.ts";
import type { ModelManifest } from "../../protocol/model-manifest.ts";
import type { LlamaEngine } from "../inference/llama/llama-engine.ts";
import type { HardwareFacts } from "../ports/hardware.ts";
import type { Net } from "../ports/net.ts";
import type { Ports } from "../ports/ports.ts";
import { type Cards, createCards } from "./capability-cards.ts";
import { loadCatalog } from "./catalog.ts";
import { readStarterManifest } from "./chosen-model.ts";
import { createDownloads, type Downloads } from "./download/downloads.ts";
import { createProfiles, type Profiles } from "./profiles.ts";
import { createRegistry, type Registry } from "./registry.ts";

export type LibraryPorts = Pick<Ports, "clock" | "files" | "folders" | "hardware" | "log" | "modelFiles" | "places">;

export interface LibraryParts {
  readonly ports: LibraryPorts;
  readonly llama: LlamaEngine;
  readonly net: Net;
  /** The folder of downloaded models, and the hub, as the settings say now. */
  readonly downloadFolder: () => string;
  readonly hub: () => string;
}

/** What is known of models and kept about them, opened together when somebody first asks. */
export interface Library {
  readonly starter: ModelManifest;
  readonly catalog: readonly CatalogModel[];
  readonly cards: Cards;
  readonly facts: HardwareFacts;
  readonly profiles: Profiles;
  readonly registry: Registry;
  readonly downloads: Downloads;
  close(): Promise<void>;
}

/** Several connections help where a hub limits each; four are polite. */
const connections = 4;

export const openLibrary = async ({ ports, llama, net, downloadFolder, hub }: LibraryParts): Promise<Library> => {
  const { places, log, clock, modelFiles } = ports;
  const [starter, catalog, cards, profiles, facts] = await Promise.all([
    readStarterManifest(ports),
    loadCatalog(ports, join(places.bundledModels, "catalog")),
    createCards(ports, join(places.data, "cards")),
    createProfiles(ports, join(places.bundledModels, "profiles")),
    ports.hardware.read(),
  ]);
  const registry = createRegistry({
    ...ports,
    catalog,
    async describe(path, signal) {
      const inspected = await llama.inspect(path, signal);
      return inspected.ok ? { ok: true, description: inspected.model } : inspected;
    },
  });
  const downloads = createDownloads(
    {
      net,
      clock,
      hub,
      connections,
      files: modelFiles,
      folder: downloadFolder(),
      checkHeader: llama.inspect,
    },
    log,
  );
  await downloads.restored;
  return {
    starter,
    catalog,
    cards,
    facts,
    profiles,
    registry,
    downloads,
    async close() {
      registry.close();
      await downloads.close();
    },
  };
};
