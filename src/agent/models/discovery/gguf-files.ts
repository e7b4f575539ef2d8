import { join } from "node:path";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { ModelSource } from "../../../protocol/models.ts";
import type { FolderEntry, Folders } from "../../ports/folders.ts";
import type { FoundModel } from "./found-model.ts";

const deepest = 8;
const mostFolders = 20_000;
const mostFiles = 50_000;
/** Files asked about at the same time: enough to keep the disk busy, few enough to leave the event loop free. */
const atOnce = 64;

const part = /^(?<stem>.+)-(?<index>\d{5})-of-(?<count>\d{5})\.gguf$/i;

/** The name of a model from its file's: without the extension and the number of its first part. */
const nameOfFile = (file: string): string => file.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, "");

/** Vision projectors have the extension of a model and are none. */
const isModelFile = ({ name, kind }: FolderEntry): boolean =>
  (kind === "file" || kind === "link") && /\.gguf$/i.test(name) && !/mmproj/i.test(name);

interface PartFile {
  readonly path: string;
  readonly real: string;
  readonly identity: string;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
}

/** A folder as it was reached, where it really lies, and what is in it. */
interface LookedThrough {
  readonly path: string;
  readonly real: string;
  readonly entries: readonly FolderEntry[];
}

const fileAt = async (
  folders: Folders,
  folder: LookedThrough,
  { name, kind }: FolderEntry,
): Promise<PartFile | null> => {
  const path = join(folder.path, name);
  const info = await folders.info(path);
  if (info?.kind !== "file") return null;
  // Only a link lies elsewhere; asking for each file would take as long again.
  const real = kind === "link" ? await folders.realPath(path) : join(folder.real, name);
  if (real === null) return null;
  const { sizeBytes, modifiedAt, identity } = info;
  return { path, real, identity: identity ?? real, sizeBytes, modifiedAt };
};

/** Files by model: one file, or all parts of one model that are there, in order. */
const groupParts = (files: readonly FolderEntry[]): FolderEntry[][] => {
  const groups = new Map<string, FolderEntry[]>();
  for (const file of files) {
    const match = part.exec(file.name)?.groups;
    const key = match ? `${match["stem"]}-of-${match["count"]}` : file.name;
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => (a.name < b.name ? -1 : 1)));
};

const missingParts = (path: string, there: number): HostFailure | null => {
  const count = Number(part.exec(path)?.groups?.["count"] ?? 1);
  if (there === count) return null;
  return { code: "model-invalid", detail: { path, reason: `${there} of its ${count} parts are there` } };
};

const modelFrom = async (
  folders: Folders,
  folder: LookedThrough,
  files: readonly FolderEntry[],
  source: ModelSource,
): Promise<FoundModel | null> => {
  const parts = await Promise.all(files.map((file) => fileAt(folders, folder, file)));
  const there = parts.filter((one) => one !== null);
  const [first] = there;
  if (!first) return null;
  return {
    id: first.real,
    identity: first.identity,
    path: first.path,
    name: nameOfFile(files[0]?.name ?? ""),
    source,
    sizeBytes: there.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    modifiedAt: Math.max(...there.map(({ modifiedAt }) => modifiedAt)),
    problem: missingParts(first.path, there.length),
  };
};

/** The models whose files lie directly in the folder. */
async function* modelsIn(folders: Folders, folder: LookedThrough, source: ModelSource): AsyncGenerator<FoundModel> {
  const groups = groupParts(folder.entries.filter(isModelFile));
  for (let start = 0; start < groups.length; start += atOnce) {
    const models = await Promise.all(
      groups.slice(start, start + atOnce).map((files) => modelFrom(folders, folder, files, source)),
    );
    for (const model of models) if (model) yield model;
  }
}

/**
 * The models in `root` and the folders in it, links followed, each folder looked through once. Stops at limits of
 * depth and count: a user's folder may be a whole disk.
 */
export async function* modelsUnder(
  folders: Folders,
  root: string,
  source: ModelSource,
  signal: AbortSignal,
): AsyncGenerator<FoundModel> {
  const seen = new Set<string>();
  const waiting = [{ path: root, depth: 0 }];
  let found = 0;
  for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
    const { path, depth } = next;
    const real = await folders.realPath(path);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const entries = await folders.list(path);
    for await (const model of modelsIn(folders, { path, real, entries }, source)) {
      if (signal.aborted || found === mostFiles) return;
      found += 1;
      yield model;
    }
    if (depth === deepest) continue;
    for (const { name, kind } of entries) {
      // Hidden folders hold what programs have not finished, or what is no user's business.
      const maybeFolder = !name.startsWith(".") && (kind === "folder" || (kind === "link" && !/\.gguf$/i.test(name)));
      if (maybeFolder && seen.size + waiting.length < mostFolders)
        waiting.push({ path: join(path, name), depth: depth + 1 });
    }
  }
}
