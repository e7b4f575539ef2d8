import { join } from "node:path";
import * as z from "zod/mini";
import type { Profile } from "../../protocol/profile.ts";
import { parseJson } from "../../protocol/rpc.ts";
import type { Ports } from "../ports/ports.ts";
import { profileText, readProfile } from "./profiles-text.ts";

/** The user's profiles on the disk: `<id>.json` each, and `current.json` with the id of the one in use. */
export interface ProfileFolder {
  readonly profiles: readonly Profile[];
  /** Ids of files that a later version of Trivium wrote: they are left as they are. */
  readonly later: ReadonlySet<string>;
  /** Names of files that could not be read and were set aside, now or before. */
  readonly damaged: readonly string[];
  /** null: none was chosen. */
  readonly currentId: string | null;
  write(profile: Profile): Promise<void>;
  writeCurrent(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

const currentName = "current.json";
const Current = z.object({ id: z.string() });

/** Reads the folder. What cannot be read is renamed to `.damaged`, said in the log, and never deleted. */
export const openProfileFolder = async (
  { files, log, clock }: Pick<Ports, "files" | "log" | "clock">,
  folder: string,
): Promise<ProfileFolder> => {
  const textOf = async (name: string): Promise<string | null> => {
    try {
      return await files.readText(join(folder, name));
    } catch (error) {
      log.warn(`profiles: ${join(folder, name)} cannot be read: ${String(error)}`);
      return null;
    }
  };
  const setAside = async (name: string, reason: string): Promise<void> => {
    const path = join(folder, name);
    const damaged = `${path}.${clock.epoch()}.damaged`;
    asideNow.push(`${name}.${clock.epoch()}.damaged (${reason})`);
    log.warn(`profiles: ${path} is kept as ${damaged}: ${reason}`);
    await files.rename(path, damaged).catch((error: unknown) => log.warn(`profiles: ${path} stays: ${String(error)}`));
  };

  const asideNow: string[] = [];
  const all = await files.list(folder).catch((error: unknown) => {
    log.warn(`profiles: ${folder} cannot be read: ${String(error)}`);
    return [];
  });
  const names = all.filter((name) => name.endsWith(".json"));
  const profiles: Profile[] = [];
  const later = new Set<string>();
  for (const name of names.filter((one) => one !== currentName)) {
    const text = await textOf(name);
    if (text === null) continue;
    const read = readProfile(text);
    const id = name.slice(0, -".json".length);
    if (read.ok && read.profile.id === id) profiles.push(read.profile);
    else if (!read.ok && read.later) {
      later.add(id);
      log.warn(`profiles: ${join(folder, name)} is left out: ${read.reason}`);
    } else await setAside(name, read.ok ? "its id is not its name" : read.reason);
  }

  const readCurrent = async (): Promise<string | null> => {
    const text = names.includes(currentName) ? await textOf(currentName) : null;
    if (text === null) return null;
    const read = parseJson(Current, text);
    if (!read.ok) await setAside(currentName, read.issues.join("; "));
    return read.ok ? read.value.id : null;
  };

  const write = async (name: string, text: string): Promise<void> => {
    await files.makePrivateFolder(folder);
    await files.writeText(join(folder, name), text);
  };

  const asideBefore = all.filter((name) => name.endsWith(".damaged"));
  return {
    damaged: [...asideBefore, ...asideNow],
    profiles,
    later,
    currentId: await readCurrent(),
    write: (profile) => write(`${profile.id}.json`, profileText(profile)),
    writeCurrent: (id) => write(currentName, `${JSON.stringify({ id })}\n`),
    remove: (id) => files.remove(join(folder, `${id}.json`)),
  };
};
