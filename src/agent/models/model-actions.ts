import * as l10n from "@vscode/l10n";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import type { Failure } from "../../protocol/failure.ts";
import type { MemoryFit, MemoryNeed } from "../../protocol/memory.ts";
import type { Download, InstalledModel } from "../../protocol/models.ts";
import type { Profile, RoleName } from "../../protocol/profile.ts";
import type { Settings } from "../../protocol/settings.ts";
import { failure, failureOf, inWords, type Result } from "../failures.ts";
import type { Engine, EngineResult, OpenModel } from "../inference/engine.ts";
import type { LlamaEngine } from "../inference/llama/llama-engine.ts";
import { plainModel, readStarterManifest, serverModel, starterModel } from "./chosen-model.ts";
import { type ImportRequest, importModel } from "./download/import-model.ts";
import { removeModel } from "./download/remove-model.ts";
import type { EngineTable } from "./engine-table.ts";
import { purposeOf } from "./installed.ts";
import { installedNow, machineNow, modelsStateOf } from "./inventory.ts";
import type { Library, LibraryPorts } from "./library.ts";
import { measureModel } from "./measure/measure.ts";
import { downloadFolder } from "./registry-places.ts";

/** What loading a model now would add, and unload by the ids of the memory; `problem` says why it cannot be. */
export interface PlannedLoad {
  readonly need: MemoryNeed | null;
  readonly fit: MemoryFit;
  readonly evict: string[];
  readonly problem: Failure | null;
}

/** What a user does with models. Ids are those of InstalledModel. */
export interface ModelActions {
  /** `onProgress` gets 0..1. The model stays in memory until it is idle or another needs its place. */
  load(id: string, onProgress: (done: number) => void, signal: AbortSignal): Promise<Result<object>>;
  unload(id: string, signal: AbortSignal): Promise<Result<object>>;
  plan(id: string, signal: AbortSignal): Promise<Result<PlannedLoad>>;
  /** Deletes the file of a model that Trivium brought here; it is unloaded first. */
  remove(id: string, signal: AbortSignal): Promise<Result<object>>;
  import(
    request: ImportRequest,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Result<{ ids: string[] }>>;
  /** A catalogue id, or a repository `owner/name` with a file in it. Without a file: the one that suits the machine. */
  download(name: string, file: string | null): Promise<Result<{ download: Download }>>;
  /** Puts the model first for the role. A built-in profile is copied for it, and the copy used. */
  useFor(id: string, role: RoleName): Promise<Result<object>>;
  bench(
    id: string,
    onProgress: (done: number, what: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ card: CapabilityCard }>>;
  /** A few words of the starter model, to see that everything works. */
  tryStarter(signal: AbortSignal): Promise<Result<{ tokensPerSecond: number }>>;
}

export interface ActionParts {
  readonly ports: LibraryPorts;
  readonly llama: LlamaEngine;
  readonly table: EngineTable;
  readonly settings: () => Settings;
  readonly library: () => Promise<Library>;
  /** Looks for models again. */
  readonly look: () => Promise<void>;
  /** How far a load has got, 0..1; null when it has ended. */
  readonly onLoading: (id: string, done: number | null) => void;
  readonly onMemory: () => Promise<void>;
  readonly onProfiles: () => void;
}

const done = { ok: true } as const;

export const createModelActions = (parts: ActionParts): ModelActions => {
  const { ports, llama, table, settings, library, look } = parts;

  const installed = async (id: string): Promise<Result<{ model: InstalledModel }>> => {
    const now = { library: await library(), table, memory: null, settings: settings() };
    const model = installedNow(now).find((one) => one.id === id);
    return model ? { ok: true, model } : { ok: false, failure: failure("model-unknown", { id }) };
  };

  /** How the model is opened when a turn opens it, so that what is loaded here serves there. */
  const openingOf = async (model: InstalledModel) => {
    if (model.engine !== null) return serverModel(model.engine, model.name, settings());
    if (model.source === "bundled") {
      const starter = await starterModel(await readStarterManifest(ports), settings(), ports);
      if (starter.ok) return starter.model;
    }
    const chosen = plainModel({ path: model.path ?? model.id, name: model.name, sizeBytes: 0 }, settings());
    return {
      ...chosen,
      open: { ...chosen.open, purpose: model.description ? purposeOf(model.description) : "chat" },
    } as const;
  };

  const engineOf = ({ engine }: InstalledModel): Engine | null => (engine === null ? llama : table.engine(engine));

  const withOpen = async <T extends object>(
    id: string,
    onLoad: (done: number) => void,
    signal: AbortSignal,
    work: (open: OpenModel, model: InstalledModel) => Promise<EngineResult<T>>,
  ): Promise<Result<T>> => {
    const found = await installed(id);
    if (!found.ok) return found;
    const engine = engineOf(found.model);
    if (!engine) return { ok: false, failure: failure("engine-unknown", { id: found.model.engine ?? "" }) };
    const { open: options } = await openingOf(found.model);
    const opened = await engine.open(
      options,
      (progress) => {
        if (progress.phase === "loading") onLoad(progress.done);
      },
      signal,
    );
    if (!opened.ok) return inWords(opened);
    try {
      return inWords(await work(opened.open, found.model));
    } finally {
      opened.open.release();
    }
  };

  const loadedIds = async (path: string | null, signal: AbortSignal): Promise<EngineResult<{ ids: string[] }>> => {
    const asked = await llama.memory(signal);
    if (!asked.ok) return asked;
    const ids = asked.memory.models.filter((one) => one.path === path).map(({ modelId }) => modelId);
    return { ok: true, ids };
  };

  const unload: ModelActions["unload"] = async (id, signal) => {
    const found = await installed(id);
    if (!found.ok) return found;
    const loaded = await loadedIds(found.model.path, signal);
    if (!loaded.ok) return inWords(loaded);
    for (const modelId of loaded.ids) {
      const unloaded = await llama.unload(modelId, signal);
      if (!unloaded.ok) return inWords(unloaded);
    }
    await parts.onMemory();
    return done;
  };

  return {
    async load(id, onProgress, signal) {
      const tell = (share: number): void => {
        parts.onLoading(id, share);
        onProgress(share);
      };
      tell(0);
      try {
        return await withOpen(id, tell, signal, async () => {
          await parts.onMemory();
          return done;
        });
      } finally {
        parts.onLoading(id, null);
      }
    },
    unload,
    async plan(id, signal) {
      const found = await installed(id);
      if (!found.ok) return found;
      if (found.model.engine !== null) return { ok: true, need: null, fit: "fits", evict: [], problem: null };
      const { open } = await openingOf(found.model);
      const planned = await llama.plan(open, signal);
      const problem = planned.ok ? null : failureOf(planned.failure);
      if (problem || !planned.ok) return { ok: true, need: found.model.need, fit: "exceeds", evict: [], problem };
      const { need, evict, contextSize } = planned.plan;
      const shorter = open.contextSize > 0 && contextSize < open.contextSize;
      const fit = evict.length > 0 || shorter ? "tight" : "fits";
      return { ok: true, need, fit, evict, problem: null };
    },
    async remove(id, signal) {
      const found = await installed(id);
      if (!found.ok) return found;
      const { path } = found.model;
      if (path === null || !found.model.removable)
        return {
          ok: false,
          failure: failure("remove-failed", { path: id, reason: l10n.t("Trivium did not bring it here") }),
        };
      const unloaded = await unload(id, signal);
      if (!unloaded.ok) return unloaded;
      const folder = downloadFolder(settings(), ports.places);
      const removed = await removeModel({ files: ports.modelFiles, folder }, path);
      const { downloads } = await library();
      const brought = downloads.list().filter((one) => one.state === "done" && [id, path].includes(one.path));
      for (const one of brought) await downloads.cancel(one.id);
      await look();
      return inWords(removed);
    },
    async import(request, onProgress, signal) {
      const folder = downloadFolder(settings(), ports.places);
      const imported = await importModel(
        { files: ports.modelFiles, folder, checkHeader: llama.inspect },
        request,
        ({ doneBytes, totalBytes }) => onProgress(totalBytes > 0 ? doneBytes / totalBytes : 1),
        signal,
      );
      await look();
      return inWords(imported);
    },
    async download(name, file) {
      const { catalog, downloads } = await library();
      const state = modelsStateOf({ library: await library(), table, memory: null, settings: settings() });
      const known = catalog.find(({ id }) => id === name);
      if (!known && !/^[\w.-]+\/[\w.-]+$/.test(name))
        return { ok: false, failure: failure("model-unknown", { id: name }) };
      const repository = known ? known.repository : name;
      const suiting = state.available.find(({ model }) => model.id === name)?.file ?? 0;
      const wanted = file ?? known?.files[suiting]?.file ?? null;
      if (repository === null || wanted === null)
        return { ok: false, failure: failure("download-not-found", { name, url: settings()["models.hub"] }) };
      const label = known ? known.name : wanted;
      const catalogId = known ? { catalogId: known.id } : {};
      return inWords(downloads.start({ name: label, repository, files: [wanted], ...catalogId }));
    },
    async useFor(id, role) {
      const found = await installed(id);
      if (!found.ok) return found;
      const { profiles } = await library();
      await profiles.reload(); // another window may have given another role away meanwhile
      const editable = await ownProfile(profiles.current());
      if (!editable.ok) return editable;
      const { profile } = editable;
      const others = (profile.models[role] ?? []).filter((one) => one !== id);
      const saved = await profiles.save({ ...profile, models: { ...profile.models, [role]: [id, ...others] } });
      parts.onProfiles();
      return inWords(saved);
    },
    bench: (id, onProgress, signal) =>
      withOpen(
        id,
        (share) => onProgress(0, `${l10n.t("loading")} ${Math.round(share * 100)} %`),
        signal,
        async (open, model) => {
          const now = await library();
          const machine = machineNow({ library: now, table, memory: null, settings: settings() });
          const measured = await measureModel(
            open,
            {
              clock: ports.clock,
              machineName: `${machine.processor}, ${machine.cores} cores`,
              threads: settings()["model.threads"],
              fingerprint: model.description?.fingerprint ?? model.id,
            },
            onProgress,
            signal,
          );
          if (measured.ok) await now.cards.save(measured.card);
          return measured;
        },
      ),
    async tryStarter(signal) {
      const starter = await starterModel(await readStarterManifest(ports), settings(), ports);
      if (!starter.ok) return starter;
      const opened = await llama.open(starter.model.open, () => undefined, signal);
      if (!opened.ok) return inWords(opened);
      const generated = await opened.open.generate(
        {
          messages: [{ role: "user", content: "Hello" }],
          sampling: { maxTokens: 16, temperature: 0, seed: 0, stop: [] },
          format: { kind: "text" },
          tools: [],
          stateKey: null,
        },
        () => undefined,
        signal,
      );
      opened.open.release();
      return generated.ok
        ? { ok: true, tokensPerSecond: generated.usage.tokensPerSecond }
        : { ok: false, failure: failureOf(generated.failure) };
    },
  };

  async function ownProfile(current: Profile): Promise<Result<{ profile: Profile }>> {
    const { profiles } = await library();
    if (!profiles.isBuiltIn(current.id)) return { ok: true, profile: current };
    const id = `my-${current.id}`;
    const known = profiles.list().find((one) => one.id === id);
    const copied = known
      ? ({ ok: true, profile: known } as const)
      : await profiles.duplicate(current.id, id, l10n.t("My {0}", current.name));
    if (!copied.ok) return inWords(copied);
    const used = await profiles.use(id);
    return used.ok ? { ok: true, profile: copied.profile } : inWords(used);
  }
};
