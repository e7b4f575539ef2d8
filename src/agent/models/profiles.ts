import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as l10n from "@vscode/l10n";
import type { EngineConfig, Profile } from "../../protocol/profile.ts";
import type { EngineResult } from "../inference/engine.ts";
import type { Ports } from "../ports/ports.ts";
import { openProfileFolder } from "./profiles-folder.ts";
import { checkProfile, profileText, readProfile } from "./profiles-text.ts";

/**
 * The profiles that come with Trivium and the user's own. What is asked of a profile that is not there fails with
 * `profile-unknown`; what is no good profile, or may not be changed, with `profile-invalid`.
 */
export interface Profiles {
  /** The built-in ones first, then by name. */
  list(): Profile[];
  /** The one in use; the default one when that is gone. */
  current(): Profile;
  isBuiltIn(id: string): boolean;
  /** Names of the user's files that could not be read: they are kept under these names and do not count. */
  damaged(): readonly string[];
  /** Reads again what other windows may have changed. */
  reload(): Promise<void>;
  /** Takes effect at once, and is kept. */
  use(id: string): Promise<EngineResult<object>>;
  /** Adds the profile, or replaces the one with its id. */
  save(profile: Profile): Promise<EngineResult<object>>;
  duplicate(id: string, newId: string, name: string): Promise<EngineResult<{ profile: Profile }>>;
  remove(id: string): Promise<EngineResult<object>>;
  /**
   * Adds the profile of a file, under another id when its own is taken, and without its `engines`: those are for the
   * caller to show, and to save with the profile when the user agrees to their addresses. One that was imported before
   * is given as it is here, and nothing is added.
   */
  importFile(path: string): Promise<EngineResult<{ profile: Profile; engines: EngineConfig[] }>>;
  /** The JSON of a profile, to be shared. */
  exportText(id: string): EngineResult<{ text: string }>;
}

type Failed = Extract<EngineResult<object>, { ok: false }>;

const largestImport = 256_000;
const defaultId = "default";
const longestId = 48;

const unknown = (id: string): Failed => ({ ok: false, failure: { code: "profile-unknown", detail: { id } } });
const invalid = (path: string, reason: string): Failed => ({
  ok: false,
  failure: { code: "profile-invalid", detail: { path, reason } },
});

const readBuiltIns = async ({ files }: Pick<Ports, "files">, folder: string): Promise<Profile[]> => {
  const names = (await files.list(folder)).filter((name) => name.endsWith(".json"));
  const read = await Promise.all(names.map(async (name) => readProfile(await files.readText(join(folder, name)))));
  const profiles = read.map((one, at) => {
    if (!one.ok) throw new Error(`the built-in profile ${names[at]} is wrong: ${one.reason}`);
    return one.profile;
  });
  return profiles.sort((a, b) => Number(b.id === defaultId) - Number(a.id === defaultId) || byName(a, b));
};

const byName = (a: Profile, b: Profile): number => a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1);

/** Reads the profiles of `builtInFolder` and of the data folder. Throws when there is no built-in default profile. */
export const createProfiles = async (
  ports: Pick<Ports, "files" | "places" | "log" | "clock">,
  builtInFolder: string,
): Promise<Profiles> => {
  const { files, log, places } = ports;
  const builtIn = await readBuiltIns(ports, builtInFolder);
  const fallback = builtIn.find(({ id }) => id === defaultId);
  if (!fallback) throw new Error(`there is no ${defaultId}.json in ${builtInFolder}`);
  let folder = await openProfileFolder(ports, join(places.data, "profiles"));
  const isBuiltIn = (id: string): boolean => builtIn.some((profile) => profile.id === id);
  // One of a user's that has the id of a later built-in would be hidden by it; it stays on the disk.
  const ownProfiles = () =>
    new Map(folder.profiles.filter(({ id }) => !isBuiltIn(id)).map((profile) => [profile.id, profile]));
  let own = ownProfiles();
  let currentId = folder.currentId ?? defaultId;

  const find = (id: string): Profile | undefined => builtIn.find((profile) => profile.id === id) ?? own.get(id);
  const isTaken = (id: string): boolean => find(id) !== undefined || folder.later.has(id);

  /** A disk that does not take it is an expected failure, and then nothing has changed. */
  const kept = async (writing: Promise<void>): Promise<EngineResult<object>> => {
    try {
      await writing;
      return { ok: true };
    } catch (error) {
      log.error("profiles: not written", error);
      return { ok: false, failure: { code: "internal", detail: { reason: String(error) } } };
    }
  };

  const use = async (id: string): Promise<EngineResult<object>> => {
    if (!find(id)) return unknown(id);
    const written = await kept(folder.writeCurrent(id));
    if (written.ok) currentId = id;
    return written;
  };

  const save = async (given: Profile): Promise<EngineResult<object>> => {
    const read = checkProfile(given);
    if (!read.ok) return invalid(given.name, read.reason);
    const { profile } = read;
    if (isBuiltIn(profile.id)) return invalid(profile.id, l10n.t("built-in profiles cannot be changed; duplicate it"));
    if (folder.later.has(profile.id)) return invalid(profile.id, l10n.t("a later version of Trivium wrote it"));
    const written = await kept(folder.write(profile));
    if (written.ok) own.set(profile.id, profile);
    return written;
  };

  /** Whether the file's profile is this one. Its engines may be missing here when they can still be added. */
  const isSame = (here: Profile, { id: _, engines, ...given }: Profile): boolean => {
    const { id, engines: own, ...rest } = here;
    return isDeepStrictEqual(rest, given) && (isDeepStrictEqual(own, engines) || (own.length === 0 && !isBuiltIn(id)));
  };

  /** The first id, counting up, that is free or has this very profile. */
  const placeOf = (given: Profile): { id: string; here: Profile | undefined } => {
    const wanted = given.id;
    for (let number = 2, id = wanted; ; number++) {
      const here = find(id);
      if (here ? isSame(here, given) : !isTaken(id)) return { id, here };
      id = `${wanted.slice(0, longestId - String(number).length - 1)}-${number}`;
    }
  };

  return {
    list: () => [...builtIn, ...[...own.values()].sort(byName)],
    current: () => find(currentId) ?? fallback,
    isBuiltIn,
    damaged: () => folder.damaged,
    async reload() {
      folder = await openProfileFolder(ports, join(places.data, "profiles"));
      own = ownProfiles();
      currentId = folder.currentId ?? defaultId;
    },
    use,
    save,
    async duplicate(id, newId, name) {
      const original = find(id);
      if (!original) return unknown(id);
      if (isTaken(newId)) return invalid(newId, l10n.t("there is a profile with this id already"));
      const profile: Profile = { ...structuredClone(original), id: newId, name };
      const saved = await save(profile);
      return saved.ok ? { ok: true, profile } : saved;
    },
    async remove(id) {
      if (isBuiltIn(id)) return invalid(id, l10n.t("built-in profiles cannot be removed"));
      if (!own.has(id)) return unknown(id);
      const removed = await kept(folder.remove(id));
      if (!removed.ok) return removed;
      own.delete(id);
      // Otherwise a new profile with this id would be in use at once.
      return currentId === id ? use(defaultId) : removed;
    },
    async importFile(path) {
      const { kind, sizeBytes } = await files.look(path);
      if (kind === "missing") return invalid(path, l10n.t("there is no such file"));
      if (kind !== "file") return invalid(path, l10n.t("it cannot be read as a file"));
      if (sizeBytes > largestImport) return invalid(path, l10n.t("it is larger than {0} kB", largestImport / 1000));
      const read = readProfile(await files.readText(path));
      if (!read.ok) return invalid(path, read.reason);
      const { engines } = read.profile;
      const { id, here } = placeOf(read.profile);
      if (here) return { ok: true, profile: here, engines };
      const profile: Profile = { ...read.profile, id, engines: [] };
      const saved = await save(profile);
      return saved.ok ? { ok: true, profile, engines } : saved;
    },
    exportText(id) {
      const profile = find(id);
      return profile ? { ok: true, text: profileText(profile) } : unknown(id);
    },
  };
};
