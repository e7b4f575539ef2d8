import { join } from "node:path";
import type { Folders } from "../../ports/folders.ts";
import type { Discovery } from "./found-model.ts";
import { modelsUnder } from "./gguf-files.ts";

/**
 * The snapshot that `refs/main` names, or else the newest. A repository keeps one folder for each revision that was
 * fetched, all with links into the same blobs; only the latest is what the user would expect.
 */
const currentSnapshot = async (folders: Folders, repository: string): Promise<string | null> => {
  const snapshots = join(repository, "snapshots");
  const names = (await folders.list(snapshots)).filter(({ kind }) => kind === "folder").map(({ name }) => name);
  const main = (await folders.readText(join(repository, "refs", "main")))?.trim();
  // Only a name that was listed is joined to the path: the reference is a file's text and could say anything.
  if (main !== undefined && names.includes(main)) return join(snapshots, main);
  const dated = await Promise.all(
    names.map(async (name) => ({ name, modifiedAt: (await folders.info(join(snapshots, name)))?.modifiedAt ?? 0 })),
  );
  const [newest] = dated.sort((a, b) => b.modifiedAt - a.modifiedAt);
  return newest ? join(snapshots, newest.name) : null;
};

/** The cache of the Hugging Face hub: `models--owner--repository/snapshots/revision/…`. */
export const discoverHuggingFace: Discovery = async function* (places, folders, signal) {
  for (const cache of places.huggingface)
    for (const { name, kind } of await folders.list(cache)) {
      if (signal.aborted) return;
      if (kind !== "folder" || !name.startsWith("models--")) continue;
      const snapshot = await currentSnapshot(folders, join(cache, name));
      if (snapshot !== null) yield* modelsUnder(folders, snapshot, "huggingface", signal);
    }
};
