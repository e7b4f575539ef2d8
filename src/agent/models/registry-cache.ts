import { join } from "node:path";
import * as z from "zod/mini";
import { type HostFailure, ModelDescription } from "../../protocol/model-host.ts";
import { jsonOf } from "../../protocol/rpc.ts";
import type { Ports } from "../ports/ports.ts";
import type { FoundModel } from "./discovery/found-model.ts";

const Entry = z.object({
  id: z.string(),
  sizeBytes: z.number(),
  modifiedAt: z.number(),
  description: ModelDescription,
});
type Entry = z.infer<typeof Entry>;

const Saved = z.object({ version: z.literal(1), entries: z.array(Entry) });

/** More models than anybody has; what is beyond is read again. */
const mostEntries = 5_000;

/** What reading a file's header gave. */
type Described =
  | { readonly description: ModelDescription; readonly problem: null }
  | { readonly description: null; readonly problem: HostFailure };

export interface DescriptionCache {
  get(version: FileVersion): Described | null;
  set(version: FileVersion, described: Described): void;
  /** Keeps the descriptions of these models on the disk, and forgets all others. */
  save(versions: readonly FileVersion[]): Promise<void>;
}

type FileVersion = Pick<FoundModel, "id" | "sizeBytes" | "modifiedAt">;

/** A file that was replaced has another size or time, and so another key. */
const keyOf = ({ id, sizeBytes, modifiedAt }: FileVersion): string => `${sizeBytes} ${modifiedAt} ${id}`;

const readSaved = (text: string | null): Entry[] => z.safeParse(Saved, jsonOf(text ?? "")).data?.entries ?? [];

/**
 * Descriptions of model files, so that a file is read once. Those of sound files are kept in the data folder; what is
 * wrong with a file is forgotten with the process. A damaged cache counts as empty.
 */
export const openDescriptionCache = async ({
  folders,
  places,
}: Pick<Ports, "folders" | "places">): Promise<DescriptionCache> => {
  const file = join(places.data, "model-descriptions.json");
  const known = new Map<string, Described>();
  for (const entry of readSaved(await folders.readText(file)))
    known.set(keyOf(entry), { description: entry.description, problem: null });
  let saved = new Set(known.keys());
  return {
    get: (version) => known.get(keyOf(version)) ?? null,
    set: (version, described) => void known.set(keyOf(version), described),
    async save(versions) {
      const entries: Entry[] = [];
      for (const { id, sizeBytes, modifiedAt } of versions) {
        const description = known.get(keyOf({ id, sizeBytes, modifiedAt }))?.description;
        if (description && entries.length < mostEntries) entries.push({ id, sizeBytes, modifiedAt, description });
      }
      const keys = new Set(entries.map(keyOf));
      if (keys.size === saved.size && [...keys].every((key) => saved.has(key))) return;
      if (await folders.writeText(file, JSON.stringify({ version: 1, entries }))) saved = keys;
    },
  };
};
