import { join } from "node:path";
import * as z from "zod/mini";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { jsonOf } from "../../../protocol/rpc.ts";
import type { Folders } from "../../ports/folders.ts";
import type { Discovery, FoundModel } from "./found-model.ts";

const Manifest = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      // The digest becomes a file's name: nothing but a digest gets through.
      digest: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)),
    }),
  ),
});
type Manifest = z.infer<typeof Manifest>;

/** A manifest is a few kilobytes of JSON; how deep they lie is fixed: host, namespace, model, tag. */
const manifestDepth = 4;
const mostManifests = 5_000;

const readManifest = async (folders: Folders, path: string): Promise<Manifest | null> => {
  const text = await folders.readText(path);
  return text === null ? null : (z.safeParse(Manifest, jsonOf(text)).data ?? null);
};

/** The name as Ollama shows it: its own registry and namespace are left out. */
const nameOf = ([host, namespace, model, tag]: readonly string[]): string => {
  const short = `${model}:${tag}`;
  if (host !== "registry.ollama.ai") return `${host}/${namespace}/${short}`;
  return namespace === "library" ? short : `${namespace}/${short}`;
};

/** The paths of all manifests under `root`, each as its four names. */
async function* manifestNames(folders: Folders, root: string, names: readonly string[] = []): AsyncGenerator<string[]> {
  for (const { name, kind } of await folders.list(join(root, ...names))) {
    const isManifest = names.length === manifestDepth - 1;
    if (kind !== (isManifest ? "file" : "folder")) continue;
    if (isManifest) yield [...names, name];
    else yield* manifestNames(folders, root, [...names, name]);
  }
}

const blobOf = (manifest: Manifest, kind: "model" | "adapter"): string | null =>
  manifest.layers.find(({ mediaType }) => mediaType === `application/vnd.ollama.image.${kind}`)?.digest ?? null;

const problemOf = (manifest: Manifest, path: string): HostFailure | null => {
  // Its answers would be those of the base model: wrong in a way that nobody sees.
  if (blobOf(manifest, "adapter") !== null)
    return { code: "model-unsupported", detail: { path, reason: "it needs its adapter, which is a file of its own" } };
  return null;
};

const modelOf = async (folders: Folders, root: string, names: readonly string[]): Promise<FoundModel | null> => {
  const manifest = await readManifest(folders, join(root, "manifests", ...names));
  const digest = manifest && blobOf(manifest, "model");
  if (!manifest || !digest) return null;
  const path = join(root, "blobs", digest.replace(":", "-"));
  const info = await folders.info(path);
  const common = { path, name: nameOf(names), source: "ollama" } as const;
  if (info?.kind !== "file") {
    const problem: HostFailure = { code: "model-missing", detail: { path } };
    // Not the blob's path alone: two models that lack the same blob are two.
    const id = `${path}#${common.name}`;
    return { ...common, id, identity: id, sizeBytes: 0, modifiedAt: 0, problem };
  }
  const { sizeBytes, modifiedAt } = info;
  const real = (await folders.realPath(path)) ?? path;
  const problem = problemOf(manifest, path);
  // With an adapter it is another model than the one whose file it shares.
  const id = problem ? `${real}#${common.name}` : real;
  const identity = problem ? id : (info.identity ?? real);
  return { ...common, id, identity, sizeBytes, modifiedAt, problem };
};

/**
 * Ollama's own store, read without Ollama: `manifests/<host>/<namespace>/<model>/<tag>` names the blob that is the
 * GGUF file. A manifest that is not one is passed over; one whose blob is gone is a model with a problem.
 */
export const discoverOllama: Discovery = async function* (places, folders, signal) {
  for (const root of places.ollama) {
    let count = 0;
    for await (const names of manifestNames(folders, join(root, "manifests"))) {
      if (signal.aborted || count++ === mostManifests) return;
      const model = await modelOf(folders, root, names);
      if (model) yield model;
    }
  }
};
