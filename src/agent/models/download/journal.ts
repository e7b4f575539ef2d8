import { basename, dirname, join } from "node:path";
import * as z from "zod/mini";
import { jsonOf } from "../../../protocol/rpc.ts";
import type { ModelFiles } from "../../ports/model-files.ts";

const size = z.int().check(z.gte(0));

/** A stretch of a file that one connection fetches, from byte `start` up to `end`; `done` bytes of it have come. */
const Range = z.object({ start: size, end: size, done: size });
export type Range = z.infer<typeof Range>;

const Part = z.object({
  /** Path in the repository. */
  file: z.string(),
  sizeBytes: size,
  sha256: z.string(),
  /** The server's name for this content, when it gave one that can be compared. */
  etag: z.nullable(z.string()),
  /** In order, without gaps. */
  ranges: z.array(Range).check(z.minLength(1)),
});
export type Part = z.infer<typeof Part>;

/** All that a download needs to go on after a restart; `parts` is empty until the hub has been asked. */
const Journal = z.object({
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  catalogId: z._default(z.nullable(z.string()), null),
  repository: z.string(),
  files: z.array(z.string()).check(z.minLength(1)),
  /** What the user knows the hash to be. */
  sha256: z.nullable(z.string()),
  /** The commit of the repository that is fetched. */
  commit: z.nullable(z.string()),
  parts: z.array(Part),
});
export type Journal = z.infer<typeof Journal>;

export const arrivedBytes = (part: Part): number => part.ranges.reduce((sum, { done }) => sum + done, 0);
export const totalBytes = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + part.sizeBytes, 0);

/** Cuts a file into `count` ranges of about one size. */
export const rangesOf = (sizeBytes: number, count: number): Range[] => {
  const edge = (i: number): number => Math.floor((sizeBytes / count) * i);
  return Array.from({ length: count }, (_, i) => ({
    start: edge(i),
    end: i === count - 1 ? sizeBytes : edge(i + 1),
    done: 0,
  }));
};

const isWhole = ({ sizeBytes, ranges }: Part): boolean =>
  ranges.every(({ start, end, done }, i) => start === (ranges[i - 1]?.end ?? 0) && done <= end - start) &&
  ranges.at(-1)?.end === sizeBytes;

/** The journal in the file; null when there is none, or none that makes sense: then the download begins anew. */
export const readJournal = async (files: ModelFiles, path: string): Promise<Journal | null> => {
  const text = await files.readText(path);
  const { data } = Journal.safeParse(jsonOf(text ?? ""));
  return data?.parts.every(isWhole) ? data : null;
};

/** Removes the journal, and what a process left of it that was killed while it wrote. */
export const removeJournal = async (files: ModelFiles, path: string): Promise<void> => {
  for (const name of await files.list(dirname(path)))
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp")) await files.remove(join(dirname(path), name));
  await files.remove(path);
};

export const writeJournal = (files: ModelFiles, path: string, journal: Journal): Promise<void> =>
  files.writeText(path, JSON.stringify(journal));
