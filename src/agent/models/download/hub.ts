import * as l10n from "@vscode/l10n";
import * as z from "zod/mini";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { readJson } from "../../ports/read-json.ts";
import { again, ask, failed, final, Lost, troubleOf, type Wire } from "./ask.ts";
import { type Attempt, retrying } from "./retrying.ts";

/** One file as the hub has it; `sha256` in lower-case hex. */
export interface HubFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What to fetch: files of a repository `owner/name`. `sha256` is what the user knows it to be, for a single file. */
export interface Wanted {
  readonly repository: string;
  readonly files: readonly string[];
  readonly sha256: string | null;
}

type Listing = { ok: true; commit: string; files: HubFile[] } | { ok: false; failure: HostFailure };

const branch = "main";
const mostBytes = 16 * 1024 * 1024;

/** Large files are kept apart from the repository (Git LFS), with their hash; two interfaces spell it differently. */
const Lfs = z.nullish(
  z.object({ sha256: z.optional(z.string()), oid: z.optional(z.string()), size: z.optional(z.number()) }),
);

/** Answer of `/api/models/<repository>/revision/<revision>?blobs=true`. */
const Revision = z.object({
  sha: z.nullish(z.string()),
  siblings: z.array(z.object({ rfilename: z.string(), size: z.nullish(z.number()), lfs: Lfs })),
});

/** Answer of `/api/models/<repository>/tree/<revision>?recursive=true`. */
const Tree = z.array(z.object({ path: z.string(), size: z.nullish(z.number()), lfs: Lfs }));

interface Entry {
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
const trimmed = (hub: string): string => hub.replace(/\/+$/, "");

/** Where a file is fetched. With a commit as `revision` its content never changes. */
export const fileUrl = (hub: string, repository: string, revision: string | null, file: string): string =>
  `${trimmed(hub)}/${encodePath(repository)}/resolve/${encodePath(revision ?? branch)}/${encodePath(file)}`;

const entryOf = (size: number | null | undefined, lfs: z.infer<typeof Lfs>): Entry => {
  const hash = (lfs?.sha256 ?? lfs?.oid)?.replace(/^sha256:/, "").toLowerCase();
  return { sizeBytes: lfs?.size ?? size ?? null, sha256: hash && /^[0-9a-f]{64}$/.test(hash) ? hash : null };
};

/** Asks for JSON of this shape, and again when that may help. */
const askJson = <T extends z.core.$ZodType>(wire: Wire, url: string, shape: T, signal: AbortSignal) =>
  retrying<z.output<T>>(wire.clock, signal, async (): Promise<Attempt<z.output<T>>> => {
    const asked = await ask(wire, url, { accept: "application/json" }, signal);
    if (!asked.ok) return { ok: false, trouble: asked.trouble, progressed: false };
    const { response, body, leave } = asked.answer;
    try {
      if (response.status !== 200) return { ok: false, trouble: troubleOf(response), progressed: false };
      const parsed = z.safeParse(shape, await readJson(body, mostBytes));
      if (parsed.success) return { ok: true, value: parsed.data };
      const failure = failed(l10n.t("the hub's list of files cannot be understood"));
      return { ok: false, trouble: final(failure), progressed: false };
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      return { ok: false, trouble: again(error.message), progressed: false };
    } finally {
      leave();
    }
  });

/**
 * The commit that the repository is at, and size and SHA-256 of each wanted file. A file whose hash neither the hub nor
 * the user knows is refused: nobody could tell whether it arrived whole.
 */
export const askHub = async (wire: Wire, hub: string, wanted: Wanted, signal: AbortSignal): Promise<Listing> => {
  const api = `${trimmed(hub)}/api/models/${encodePath(wanted.repository)}`;
  const revision = await askJson(wire, `${api}/revision/${branch}?blobs=true`, Revision, signal);
  if (!revision.ok) return revision;
  const entries = new Map<string, Entry>();
  for (const { rfilename, size, lfs } of revision.value.siblings) entries.set(rfilename, entryOf(size, lfs));
  const sha = revision.value.sha ?? "";
  const commit = /^[0-9a-f]{7,64}$/i.test(sha) ? sha : branch;
  if (wanted.files.some((file) => entries.has(file) && entries.get(file)?.sha256 === null)) {
    const tree = await askJson(wire, `${api}/tree/${commit}?recursive=true`, Tree, signal);
    // Not every mirror has it; what it would have added is then missing below.
    if (tree.ok) for (const { path, size, lfs } of tree.value) entries.set(path, entryOf(size, lfs));
  }
  return resolveAll(wanted, commit, entries, (file) => fileUrl(hub, wanted.repository, commit, file));
};

const resolveAll = (
  { files, sha256 }: Wanted,
  commit: string,
  entries: ReadonlyMap<string, Entry>,
  urlOf: (file: string) => string,
): Listing => {
  const found: HubFile[] = [];
  for (const file of files) {
    const entry = entries.get(file);
    if (!entry) return { ok: false, failure: { code: "download-not-found", detail: { url: urlOf(file) } } };
    if (sha256 !== null && entry.sha256 !== null && sha256 !== entry.sha256)
      return { ok: false, failure: failed(l10n.t("the hub has another file than the one with the given SHA-256")) };
    const hash = entry.sha256 ?? sha256;
    if (hash === null || !entry.sizeBytes)
      return {
        ok: false,
        failure: failed(l10n.t("the hub does not say its size and SHA-256, so it could not be checked")),
      };
    found.push({ file, sizeBytes: entry.sizeBytes, sha256: hash });
  }
  return { ok: true, commit, files: found };
};
