import { basename, extname, join, resolve } from "node:path";
import type { Failure } from "../../protocol/failure.ts";
import type { LoadOptions } from "../../protocol/model-host.ts";
import { ModelManifest } from "../../protocol/model-manifest.ts";
import { parse } from "../../protocol/rpc.ts";
import type { ModelRef } from "../../protocol/run-event.ts";
import type { Settings } from "../../protocol/settings.ts";
import { failure } from "../failures.ts";
import type { Ports } from "../ports/ports.ts";

/** The model that the next prompt goes to, and how to use it. */
export interface ChosenModel {
  readonly ref: ModelRef;
  readonly load: LoadOptions;
  readonly sizeBytes: number;
  readonly bundled: boolean;
  readonly promptStyle: ModelManifest["promptStyle"];
  /** null: the user's setting. */
  readonly temperature: number | null;
  readonly maxTokens: number | null;
}

export type Choice = { ok: true; model: ChosenModel } | { ok: false; failure: Failure };

/** The file of the settings when there is one, else the bundled starter model. Looks only at whether the file is there. */
export const chooseModel = async (settings: Settings, ports: Pick<Ports, "files" | "places">): Promise<Choice> => {
  const { files, places } = ports;
  const given = settings["model.path"].trim();
  const folder = join(places.bundledModels, "starter");
  const manifest = parse(ModelManifest, JSON.parse(await files.readText(join(folder, "manifest.json"))));
  if (!manifest.ok) throw new Error(`the starter model's manifest is wrong: ${manifest.issues.join("; ")}`);
  const starter = manifest.value;
  const starterPath = join(folder, starter.file);

  const path = given === "" ? starterPath : resolve(places.home, given.replace(/^~(?=[/\\]|$)/, places.home));
  const { kind, sizeBytes } = await files.look(path);
  if (kind === "missing") return { ok: false, failure: failure("model-missing", { path }) };
  if (kind === "folder") return { ok: false, failure: failure("model-is-folder", { path }) };
  if (kind !== "file")
    return {
      ok: false,
      failure: failure("model-unreadable", { path, reason: kind === "other" ? "not a regular file" : "no permission" }),
    };

  const bundled = path === starterPath;
  const how = bundled ? starter : plainManifest(path, settings);
  const { name, contextSize, threads, template, promptStyle, temperature, maxTokens } = how;
  // The starter model is too small for a graphics processor to be worth its start.
  const load: LoadOptions = { path, contextSize, threads, gpu: bundled ? "off" : settings["model.gpu"], template };
  return {
    ok: true,
    model: { ref: { id: path, name }, load, sizeBytes, bundled, promptStyle, temperature, maxTokens },
  };
};

/** A file that Trivium knows nothing about: plain chat, and what the user's settings say. */
const plainManifest = (path: string, settings: Settings): ModelManifest => ({
  id: path,
  name: basename(path, extname(path)),
  file: basename(path),
  licence: "",
  template: "auto",
  threads: settings["model.threads"],
  contextSize: settings["model.contextSize"],
  promptStyle: "chat",
  temperature: null,
  maxTokens: null,
});
