import type { FolderChange } from "../ports/folders.ts";
import type { Ports } from "../ports/ports.ts";

const debounceMs = 500;
/** Each takes a handle of the system, and some systems give few. */
const mostWatched = 100;

/** Files that programs write while they work, before there is a model. */
const unfinished = /(\.(part|partial|tmp|incomplete|lock|aria2|crdownload)|-partial(-\d+)?)$/i;

const matters = ({ name, listed }: FolderChange): boolean => {
  if (name === null) return true;
  return listed ? !unfinished.test(name) : /\.gguf$/i.test(name);
};

interface FolderWatch {
  /** From now on these folders, and no others. */
  watch(paths: Iterable<string>): void;
  close(): void;
}

/** Calls `onChange` once when the watched folders have been quiet for half a second after a change. */
export const watchFolders = (
  { clock, folders }: Pick<Ports, "clock" | "folders">,
  onChange: () => void,
): FolderWatch => {
  const watched = new Map<string, { close(): void }>();
  let cancel = (): void => undefined;
  const noted = (change: FolderChange): void => {
    if (!matters(change)) return;
    cancel();
    cancel = clock.after(debounceMs, onChange);
  };
  const keepOnly = (wanted: ReadonlySet<string>): void => {
    for (const [path, handle] of watched) {
      if (wanted.has(path)) continue;
      handle.close();
      watched.delete(path);
    }
  };
  return {
    watch(paths) {
      const wanted = new Set([...new Set(paths)].slice(0, mostWatched));
      keepOnly(wanted);
      for (const path of wanted) {
        const handle = watched.has(path) ? null : folders.watch(path, noted);
        if (handle) watched.set(path, handle);
      }
    },
    close() {
      cancel();
      keepOnly(new Set());
    },
  };
};
