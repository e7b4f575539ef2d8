import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import type { InstalledModel } from "../../../protocol/models.ts";
import type { Agent } from "../../agent.ts";
import type { Result } from "../../failures.ts";
import { type AddCommands, type Outcome, type Running, said } from "./command.ts";
import { availableTable, details, installedTable } from "./models-text.ts";
import { pull } from "./pull.ts";
import { filled, percent, progressLine } from "./terminal.ts";

const sha256Hex = (text: string): string => {
  if (/^[0-9a-f]{64}$/i.test(text)) return text;
  throw new InvalidArgumentError(l10n.t("A SHA-256 has 64 hex digits."));
};

/** `trivium models …`: what is here, what could be, and bringing, loading and deleting it. */
export const addModelsCommands: AddCommands = (program, does) => {
  const models = program.command("models").description("The models on this machine, and those that it could have.");

  const list = models
    .command("list")
    .description("List the models that can be used now.")
    .option("--available", "list the catalogue's models instead", false);
  does(list, async ({ agent, signal }, options: { available: boolean }) => {
    const state = await agent.models.found(signal);
    const { available, installed } = state;
    return options.available ? said(availableTable(available), available) : said(installedTable(state), installed);
  });

  const show = models
    .command("show")
    .description("Show everything that is known of one model.")
    .argument("<model>", "its id, path or folder, its name or how its name ends, or a catalogue id", filled);
  does(show, async ({ agent, signal }, name: string) => {
    const found = await findModel(agent, name, signal);
    return found.ok ? said(details(found.model), found.model) : found;
  });

  const pulling = models
    .command("pull")
    .description("Download a model of the catalogue, or any GGUF file of the hub. An interrupted one goes on.")
    .argument("<model>", "a catalogue id, or owner/repository", filled)
    .argument("[file]", "the file in the repository; without one, the catalogue's that suits this machine", filled);
  does(pulling, pull, { lines: "print every change as a line of JSON" });

  const importing = models
    .command("import")
    .description("Copy a GGUF file, or a folder of them, into Trivium's folder and check it.")
    .argument("<path>", "a GGUF file, or a folder of them", filled)
    .option("--sha256 <hex>", "the SHA-256 that a single file must have", sha256Hex);
  does(importing, async ({ agent, out, signal }, path: string, { sha256 }: { sha256?: string }) => {
    const line = progressLine(out);
    const onProgress = (done: number): void => line.show(`${l10n.t("Importing …")} ${percent(done)}`);
    const request = { path: resolve(path), sha256: sha256 ?? null };
    const imported = await agent.models.actions.import(request, onProgress, signal);
    line.end();
    if (!imported.ok) return imported;
    const { ids } = imported;
    return said(ids.map((id) => `${id}\n`).join(""), { ids });
  });

  const onModel = (name: string, description: string, work: (running: Running, id: string) => Promise<Outcome>) => {
    const command = models
      .command(name)
      .description(description)
      .argument("<model>", "its id, path or folder, or its name or how its name ends", filled);
    does(command, async (running, text: string) => {
      const found = await findModel(running.agent, text, running.signal);
      return found.ok ? work(running, found.model.id) : found;
    });
  };

  onModel("rm", "Delete a model that Trivium downloaded or imported.", async ({ agent, signal }, id) => {
    const removed = await agent.models.actions.remove(id, signal);
    return removed.ok ? said(`${l10n.t("Deleted {0}", id)}\n`, { id }) : removed;
  });

  onModel("load", "Load a model into memory, for every window.", async ({ agent, out, signal }, id) => {
    const line = progressLine(out);
    const onProgress = (done: number): void => line.show(`${l10n.t("Loading …")} ${percent(done)}`);
    const loaded = await agent.models.actions.load(id, onProgress, signal);
    line.end();
    if (!loaded.ok) return loaded;
    return said(`${l10n.t("Loaded {0}. It stays while a window or command uses the model host.", id)}\n`, { id });
  });

  onModel("unload", "Take a model out of memory.", async ({ agent, signal }, id) => {
    const unloaded = await agent.models.actions.unload(id, signal);
    return unloaded.ok ? said(`${l10n.t("Unloaded {0}", id)}\n`, { id }) : unloaded;
  });
};

export const findModel = async (
  agent: Agent,
  text: string,
  signal: AbortSignal,
): Promise<Result<{ model: InstalledModel }>> => {
  await agent.models.found(signal);
  return agent.models.find(text);
};
