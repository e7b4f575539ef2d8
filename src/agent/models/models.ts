import type { MemoryState } from "../../protocol/memory.ts";
import type { InstalledModel, ModelsState } from "../../protocol/models.ts";
import type { EngineConfig, Profile, RoleName } from "../../protocol/profile.ts";
import { defaultSettings, type Settings } from "../../protocol/settings.ts";
import { failure, inWords, type Result } from "../failures.ts";
import type { Engine, EngineResult } from "../inference/engine.ts";
import type { LlamaEngine } from "../inference/llama/llama-engine.ts";
import type { Net } from "../ports/net.ts";
import { orAborted } from "../ports/or-aborted.ts";
import type { KeptSecrets, Secrets } from "../ports/secrets.ts";
import { type Chain, type ChainParts, namedModel, rankedChain, withProfile } from "./chains.ts";
import { type Choice, type ChosenModel, llamaEngineId, readStarterManifest, starterModel } from "./chosen-model.ts";
import { createEngineKeys, type EngineKeys } from "./engine-keys.ts";
import { createEngineTable } from "./engine-table.ts";
import { chainNow, type Inventory, installedNow, modelsStateOf, serversNow } from "./inventory.ts";
import { type Library, type LibraryPorts, openLibrary } from "./library.ts";
import { createModelActions, type ModelActions } from "./model-actions.ts";
import { createModelChanges } from "./model-changes.ts";
import { createModelSearch } from "./model-search.ts";
import { downloadFolder } from "./registry-places.ts";

/** The models: what is here, what could be here, and which of them takes which role. */
export interface Models {
  /** The model that the next prompt goes to, by what is known now; nothing is looked for. */
  choice(): Promise<Choice>;
  /** Names of the servers that a prompt may go to, by what is known now; empty: everything runs here. */
  servers(): Promise<string[]>;
  /**
   * Who may take the role, best first. `asked`, or else the setting, names the one to begin with. Looks for models first
   * when nobody has yet, for a second at most.
   */
  chain(role: RoleName, signal: AbortSignal, asked?: string | null): Promise<Chain>;
  engineOf(model: ChosenModel): Engine;
  /** What names the content of the model's file; null for a server's model, and for a file that nobody has read yet. */
  fingerprintOf(model: ChosenModel): string | null;
  /** What is known now. */
  state(): Promise<ModelsState>;
  /** Looks everywhere and reads every header, asks every server and the model host; then the state. */
  found(signal: AbortSignal): Promise<ModelsState>;
  /** Tells when another model may answer, or the one that answers has come into memory or left it. */
  onChoice(listener: () => void): void;
  /** Whether its weights are in memory; null: not known, as nobody watches. */
  inMemory(model: ChosenModel): boolean | null;
  /** Tells of changes, at most ten times a second, and keeps looking; returns how to stop. */
  watch(listener: (state: ModelsState) => void): () => void;
  /** The one model that the text names: an id, catalogue id or name, or the path of a file or of a folder with one. */
  find(text: string): Promise<Result<{ model: InstalledModel }>>;
  memory(signal: AbortSignal): Promise<Result<{ memory: MemoryState }>>;
  readonly actions: ModelActions;
  readonly keys: EngineKeys;
  library(): Promise<Library>;
  /** Takes effect at once, also in the middle of a chat. */
  useProfile(id: string): Promise<Result<object>>;
  saveProfile(profile: Profile): Promise<Result<object>>;
  removeProfile(id: string): Promise<Result<object>>;
  /** Adds the profile of a file without its servers, which come beside it. */
  importProfile(path: string): Promise<Result<{ profile: Profile; engines: EngineConfig[] }>>;
  /** The key of this engine was stored or removed. */
  keyChanged(engine: string): void;
  useSettings(settings: Settings): void;
  close(): Promise<void>;
}

export interface ModelsParts {
  readonly ports: LibraryPorts;
  readonly llama: LlamaEngine;
  readonly net: Net;
  readonly secrets: Secrets;
  /** null: the client keeps them, and changes them. */
  readonly kept: KeptSecrets | null;
}

/** What the settings say about where models are. */
const placesIn = (settings: Settings): string =>
  JSON.stringify([
    ...[settings["models.folders"], settings["models.downloadFolder"]],
    ...[settings.engines, settings["discover.engines"]],
  ]);

const memoryEveryMs = 2_000;

export const createModels = async ({ ports, llama, net, secrets, kept }: ModelsParts): Promise<Models> => {
  const { clock, log } = ports;
  const manifest = await readStarterManifest(ports);
  const table = createEngineTable({ net, clock, log, secrets });
  const closed = new AbortController();
  let settings = defaultSettings;
  let opening: Promise<Library> | undefined;
  let opened: Library | undefined;
  let memoryNow: MemoryState | null = null;

  /** As turns use them. */
  const effective = (): Settings => (opened ? withProfile(settings, opened.profiles.current()) : settings);
  const parts = (): ChainParts => ({
    ...{ ports, manifest, settings: effective() },
    cardOf: (fingerprint) => opened?.cards.get(fingerprint) ?? null,
  });

  const allow = (): void =>
    table.use({
      engines: [...settings.engines, ...(opened?.profiles.current().engines ?? [])],
      hub: settings["models.hub"],
      discover: settings["discover.engines"],
    });

  const library = (): Promise<Library> => {
    opening ??= openLibrary({
      ports,
      llama,
      net,
      downloadFolder: () => downloadFolder(settings, ports.places),
      hub: () => settings["models.hub"],
    }).then((ready) => {
      opened = ready;
      allow();
      // While headers are read, each would make the choice anew; the end of the search does it once.
      ready.registry.onChange(() => (ready.registry.searching ? changed() : choiceChanged()));
      ready.downloads.onChange(() => onDownloads(ready));
      return ready;
    });
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };

  /** A model that has just arrived is one to be found. */
  const finished = new Set<string>();
  const onDownloads = ({ downloads }: Library): void => {
    const done = downloads.list().filter(({ id, state }) => state === "done" && !finished.has(id));
    for (const { id } of done) finished.add(id);
    if (done.length > 0) lookAgain();
    changed();
  };

  const askMemory = async (signal: AbortSignal): Promise<EngineResult<{ memory: MemoryState }>> => {
    const before = loadedPaths();
    const asked = await llama.memory(signal);
    memoryNow = asked.ok ? asked.memory : null;
    if (loadedPaths() !== before) choiceChanged();
    return asked;
  };
  const loadedPaths = (): string => (memoryNow?.models ?? []).map(({ path }) => path).join("\n");

  const whenAsked = (asking: Promise<void>): void =>
    void asking.then(choiceChanged, (error: unknown) => {
      if (!closed.signal.aborted) log.error("asking a server failed", error);
    });

  /** With the profile, servers come and go. */
  const onProfiles = (): void => {
    allow();
    choiceChanged();
    if (changes.watched) whenAsked(table.refresh(closed.signal));
  };

  const inventory = async (): Promise<Inventory> => ({
    library: await library(),
    table,
    memory: memoryNow,
    settings: effective(),
    loading,
  });
  const state = async (): Promise<ModelsState> => modelsStateOf(await inventory());

  const changes = createModelChanges({ clock, log }, state);
  const { changed, choiceChanged } = changes;
  const search = createModelSearch({
    ...{ ports, library, table, closed: closed.signal },
    settings: () => settings,
    onDone: choiceChanged,
  });
  const { look, lookAgain } = search;

  /** Of what models/load is loading: 0..1. */
  const loading = new Map<string, number>();
  const onLoading = (id: string, done: number | null): void => {
    if (done === null) loading.delete(id);
    else loading.set(id, done);
    changed();
  };

  /** While somebody watches: what is in memory changes by other windows, too. */
  let stopPolling: (() => void) | undefined;
  const poll = (): void => {
    if (!changes.watched || closed.signal.aborted) {
      stopPolling = undefined;
      return;
    }
    askMemory(closed.signal).then(changed, () => undefined);
    stopPolling = clock.after(memoryEveryMs, poll);
  };

  const named = (): string => settings["model.path"].trim();

  const mapped = async (role: RoleName): Promise<ChosenModel[]> => {
    const now = await inventory();
    const { registry } = now.library;
    return rankedChain(chainNow(now, role), registry, parts());
  };

  const models: Models = {
    async choice() {
      if (named() !== "") return namedModel(named(), parts(), opened?.registry ?? null);
      if (!opened || opened.registry.models().length === 0) return starterModel(manifest, settings, ports);
      const [first] = await mapped("answerer");
      return first ? { ok: true, model: first } : starterModel(manifest, settings, ports);
    },
    async servers() {
      const choice = await models.choice();
      const chosen = choice.ok && choice.model.engine !== llamaEngineId ? [choice.model.engine] : [];
      // Whoever names a model of this machine has no other answer, as below.
      if (!opened || (named() !== "" && chosen.length === 0)) return chosen;
      return [...new Set([...chosen, ...serversNow(await inventory())])];
    },
    async chain(role, signal, asked) {
      const others = await search.firstLook(signal).then(
        () => mapped(role),
        (error: unknown): ChosenModel[] => {
          log.error("no model can be looked for", error);
          return [];
        },
      );
      const name = asked?.trim() || named();
      if (name !== "") {
        const choice = await namedModel(name, parts(), opened?.registry ?? null);
        if (!choice.ok) return choice;
        const { ref, engine } = choice.model;
        // Who names a model of this machine does not want the prompt to leave it, whatever the profile says.
        const rest = others.filter((other) => other.ref.id !== ref.id && (engine !== llamaEngineId || isLocal(other)));
        return { ok: true, chain: [choice.model, ...rest], settings: effective() };
      }
      if (others.length > 0) return { ok: true, chain: others, settings: effective() };
      const starter = await starterModel(manifest, settings, ports);
      return starter.ok ? { ok: true, chain: [starter.model], settings: effective() } : starter;
    },
    engineOf: ({ engine }) => (engine === llamaEngineId ? llama : (table.engine(engine) ?? missingEngine(engine))),
    fingerprintOf: ({ engine, open }) =>
      (engine === llamaEngineId &&
        opened?.registry.models().find(({ path }) => path === open.model)?.description?.fingerprint) ||
      null,
    state,
    async found(signal) {
      await orAborted(Promise.all([look(), askMemory(signal)]), signal);
      return state();
    },
    watch(listener) {
      const stop = changes.watch(listener);
      void look().catch(() => undefined);
      if (!stopPolling) poll();
      return stop;
    },
    onChoice: changes.onChoice,
    inMemory: ({ open }) =>
      stopPolling && memoryNow ? memoryNow.models.some(({ path }) => path === open.model) : null,
    async find(text) {
      const { registry } = await library();
      const known = registry.find(text);
      const served = installedNow(await inventory()).find(({ id }) => id === text);
      const found = known.ok || known.candidates.length > 0 || served ? known : await search.findByPath(text);
      const id = found.ok ? found.model.id : served?.id;
      const model = (await state()).installed.find((one) => one.id === id);
      if (model) return { ok: true, model };
      const names = found.ok ? "" : found.candidates.map((candidate) => candidate.id).join(", ");
      return { ok: false, failure: failure(names === "" ? "model-unknown" : "model-ambiguous", { id: text, names }) };
    },
    async memory(signal) {
      const asked = await askMemory(signal);
      return inWords(asked);
    },
    actions: createModelActions({
      ...{ ports, llama, table, library, look, onLoading, onProfiles },
      settings: effective,
      async onMemory() {
        await askMemory(closed.signal);
        changed();
      },
    }),
    keys: createEngineKeys({ table, kept, ready: library }),
    library,
    async useProfile(id) {
      const used = inWords(await (await library()).profiles.use(id));
      onProfiles();
      return used;
    },
    async saveProfile(profile) {
      const saved = inWords(await (await library()).profiles.save(profile));
      onProfiles();
      return saved;
    },
    async removeProfile(id) {
      const removed = inWords(await (await library()).profiles.remove(id));
      onProfiles();
      return removed;
    },
    async importProfile(path) {
      const imported = inWords(await (await library()).profiles.importFile(path));
      onProfiles();
      return imported;
    },
    keyChanged: (engine) => whenAsked(table.askAgain(engine, closed.signal)),
    useSettings(next) {
      const elsewhere = placesIn(settings) !== placesIn(next);
      settings = next;
      llama.useLimits({
        memoryBytes: next["memory.limit"] * 1e9,
        stateBytes: next["memory.savedStates"] * 1e9,
        idleMs: next["memory.idleMinutes"] * 60_000,
      });
      allow();
      changed();
      if (elsewhere && opened && (changes.watched || opened.registry.models().length > 0)) lookAgain();
    },
    async close() {
      closed.abort(new Error("the agent is closing"));
      stopPolling?.();
      await opened?.close();
      changes.close();
      await Promise.all([llama.close(), table.close()]);
    },
  };
  return models;
};

const isLocal = ({ engine }: ChosenModel): boolean => engine === llamaEngineId;

/** A server that is no longer in the settings. */
const missingEngine = (id: string): Engine => {
  const gone = async () => ({ ok: false, failure: { code: "engine-unknown", detail: { id } } }) as const;
  return { describe: gone, open: gone, close: async () => undefined };
};
