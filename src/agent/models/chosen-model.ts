import { basename, extname, join, resolve } from "node:path";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import type { Failure } from "../../protocol/failure.ts";
import { ModelManifest } from "../../protocol/model-manifest.ts";
import type { ModelRef } from "../../protocol/routing.ts";
import { parseJson } from "../../protocol/rpc.ts";
import type { Settings } from "../../protocol/settings.ts";
import { failure } from "../failures.ts";
import type { OpenOptions } from "../inference/engine.ts";
import type { Ports } from "../ports/ports.ts";

/** A model that can be asked, and how to use it. */
export interface ChosenModel {
  readonly ref: ModelRef;
  /** "llama", or the id of the server that runs it. */
  readonly engine: string;
  readonly open: OpenOptions;
  readonly sizeBytes: number | null;
  /** A count; null: not known. */
  readonly parameters: number | null;
  /** What measuring showed of it; null: it was not measured. */
  readonly card: Pick<CapabilityCard, "grammarFromReality"> | null;
  readonly bundled: boolean;
  readonly promptStyle: ModelManifest["promptStyle"];
  /** null: the user's setting. */
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  /** Why it is this one, in words. */
  readonly why: readonly string[];
  /** Whether the user named it. */
  readonly source: "user" | "rule" | "default";
}

export type Choice = { ok: true; model: ChosenModel } | { ok: false; failure: Failure };

export const llamaEngineId = "llama";

/** Below this a chat loses what it is about; the planner goes no further down. */
const shortestContext = 2048;

const openOptions = (model: string, settings: Settings): OpenOptions => ({
  model,
  purpose: "chat",
  contextSize: settings["model.contextSize"],
  // A context that the user asked for is not made shorter behind their back unless memory leaves no choice.
  minContextSize: Math.min(settings["model.contextSize"] || shortestContext, shortestContext),
  sequences: 0,
  threads: settings["model.threads"],
  gpu: settings["model.gpu"],
  template: "auto",
});

export const starterPath = (places: Ports["places"], manifest: ModelManifest): string =>
  join(places.bundledModels, "starter", manifest.file);

/** The manifest of the model that comes with Trivium; a wrong one is a bug of the package. */
export const readStarterManifest = async ({
  files,
  places,
}: Pick<Ports, "files" | "places">): Promise<ModelManifest> => {
  const text = await files.readText(join(places.bundledModels, "starter", "manifest.json"));
  const manifest = parseJson(ModelManifest, text);
  if (!manifest.ok) throw new Error(`the starter model's manifest is wrong: ${manifest.issues.join("; ")}`);
  return manifest.value;
};

/** The GGUF file at `path`, which may begin with `~`. Looks only at whether the file is there. */
export const fileModel = async (
  given: string,
  settings: Settings,
  { files, places }: Pick<Ports, "files" | "places">,
): Promise<Choice> => {
  const path = resolve(places.home, given.replace(/^~(?=[/\\]|$)/, places.home));
  const { kind, sizeBytes } = await files.look(path);
  if (kind === "missing") return { ok: false, failure: failure("model-missing", { path }) };
  if (kind === "folder") return { ok: false, failure: failure("model-is-folder", { path }) };
  if (kind !== "file")
    return {
      ok: false,
      failure: failure("model-unreadable", { path, reason: kind === "other" ? "not a regular file" : "no permission" }),
    };
  return { ok: true, model: plainModel({ path, name: basename(path, extname(path)), sizeBytes }, settings) };
};

/** A file that Trivium knows nothing more about: plain chat, and what the user's settings say. */
export const plainModel = (
  { path, name, sizeBytes }: { path: string; name: string; sizeBytes: number },
  settings: Settings,
): ChosenModel => ({
  ref: { id: path, name },
  engine: llamaEngineId,
  open: openOptions(path, settings),
  sizeBytes,
  parameters: null,
  card: null,
  bundled: false,
  promptStyle: "chat",
  temperature: null,
  maxTokens: null,
  why: [],
  source: "rule",
});

/** The starter model, as its manifest says. */
export const starterModel = async (
  manifest: ModelManifest,
  settings: Settings,
  ports: Pick<Ports, "files" | "places">,
): Promise<Choice> => {
  const chosen = await fileModel(starterPath(ports.places, manifest), settings, ports);
  if (!chosen.ok) return chosen;
  const { name, contextSize, threads, template, promptStyle, temperature, maxTokens } = manifest;
  const { ref, open } = chosen.model;
  return {
    ok: true,
    model: {
      ...chosen.model,
      ref: { id: ref.id, name },
      // It is too small for a graphics processor to be worth its start.
      open: { ...open, contextSize, minContextSize: contextSize, threads, gpu: "off", template },
      bundled: true,
      promptStyle,
      temperature,
      maxTokens,
      source: "default",
    },
  };
};

/** A model that the server `engine` runs under the name `model`. */
export const serverModel = (engine: string, model: string, settings: Settings): ChosenModel => ({
  ...plainModel({ path: model, name: model, sizeBytes: 0 }, settings),
  ref: { id: serverModelId(engine, model), name: model },
  engine,
  sizeBytes: null,
});

export const serverModelId = (engine: string, model: string): string => `engine:${engine}/${model}`;

/** The engine and the name in an id made by `serverModelId`; null for any other text. */
export const parseServerModelId = (id: string): { engine: string; model: string } | null => {
  const match = /^engine:([^/]+)\/(.+)$/.exec(id);
  return match?.[1] && match[2] ? { engine: match[1], model: match[2] } : null;
};
