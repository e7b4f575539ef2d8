import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import { InvalidArgumentError } from "commander";
import type { AvailableModel, InstalledModel, ModelsState } from "../../../protocol/models.ts";
import type { Agent } from "../../agent.ts";
import type { Result } from "../../failures.ts";
import { scoreRows, speed } from "./card-text.ts";
import { pull } from "./pull.ts";
import {
  type AddCommands,
  bytes,
  columns,
  exitCodes,
  fail,
  filled,
  parameterCount,
  percent,
  progressLine,
  type Terminal,
} from "./terminal.ts";

interface Json {
  readonly json: boolean;
}

const sha256Hex = (text: string): string => {
  if (/^[0-9a-f]{64}$/i.test(text)) return text;
  throw new InvalidArgumentError(l10n.t("A SHA-256 has 64 hex digits."));
};

/** `trivium models …`: what is here, what could be, and bringing, loading and deleting it. */
export const addModelsCommands: AddCommands = (program, { run, terminal, signal }) => {
  const models = program.command("models").description("The models on this machine, and those that it could have.");

  models
    .command("list")
    .description("List the models that can be used now.")
    .option("--available", "list the catalogue's models instead", false)
    .option("--json", "print JSON", false)
    .action((options: Json & { available: boolean }) =>
      run(async (agent) => {
        const state = await agent.models.found(signal);
        if (options.json) return printJson(terminal, options.available ? state.available : state.installed);
        terminal.text(options.available ? availableTable(state.available) : installedTable(state));
        return exitCodes.done;
      }),
    );

  models
    .command("show")
    .description("Show everything that is known of one model.")
    .argument("<model>", "its id, path or folder, its name or how its name ends, or a catalogue id", filled)
    .option("--json", "print JSON", false)
    .action((name: string, { json }: Json) =>
      run(async (agent) => {
        const found = await findModel(agent, name, signal);
        if (!found.ok) return fail(terminal, found);
        if (json) return printJson(terminal, found.model);
        terminal.text(details(found.model));
        return exitCodes.done;
      }),
    );

  models
    .command("pull")
    .description("Download a model of the catalogue, or any GGUF file of the hub. An interrupted one goes on.")
    .argument("<model>", "a catalogue id, or owner/repository", filled)
    .argument("[file]", "the file in the repository; without one, the catalogue's that suits this machine", filled)
    .option("--json", "print every change as a line of JSON", false)
    .action((name: string, file: string | undefined, { json }: Json) =>
      run((agent) => pull(agent, { name, file: file ?? null, json }, terminal, signal)),
    );

  models
    .command("import")
    .description("Copy a GGUF file, or a folder of them, into Trivium's folder and check it.")
    .argument("<path>", "a GGUF file, or a folder of them", filled)
    .option("--sha256 <hex>", "the SHA-256 that a single file must have", sha256Hex)
    .action((path: string, { sha256 }: { sha256?: string }) =>
      run(async (agent) => {
        const line = progressLine(terminal);
        const show = (done: number): void => line.show(`${l10n.t("Importing …")} ${percent(done)}`);
        const imported = await agent.models.actions.import(
          { path: resolve(path), sha256: sha256 ?? null },
          show,
          signal,
        );
        line.end();
        if (!imported.ok) return fail(terminal, imported);
        terminal.text(imported.ids.map((id) => `${id}\n`).join(""));
        return exitCodes.done;
      }),
    );

  const onModel = (name: string, description: string, work: (agent: Agent, id: string) => Promise<number>): void => {
    models
      .command(name)
      .description(description)
      .argument("<model>", "its id, path or folder, or its name or how its name ends", filled)
      .action((text: string) =>
        run(async (agent) => {
          const found = await findModel(agent, text, signal);
          return found.ok ? work(agent, found.model.id) : fail(terminal, found);
        }),
      );
  };

  onModel("rm", "Delete a model that Trivium downloaded or imported.", async (agent, id) => {
    const removed = await agent.models.actions.remove(id, signal);
    if (!removed.ok) return fail(terminal, removed);
    terminal.text(`${l10n.t("Deleted {0}", id)}\n`);
    return exitCodes.done;
  });

  onModel("load", "Load a model into memory, for every window.", async (agent, id) => {
    const line = progressLine(terminal);
    const loaded = await agent.models.actions.load(
      id,
      (done) => line.show(`${l10n.t("Loading …")} ${percent(done)}`),
      signal,
    );
    line.end();
    if (!loaded.ok) return fail(terminal, loaded);
    terminal.text(`${l10n.t("Loaded {0}. It stays while a window or command uses the model host.", id)}\n`);
    return exitCodes.done;
  });

  onModel("unload", "Take a model out of memory.", async (agent, id) => {
    const unloaded = await agent.models.actions.unload(id, signal);
    if (!unloaded.ok) return fail(terminal, unloaded);
    terminal.text(`${l10n.t("Unloaded {0}", id)}\n`);
    return exitCodes.done;
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

const printJson = (terminal: Terminal, value: unknown): number => {
  terminal.text(`${JSON.stringify(value, null, 2)}\n`);
  return exitCodes.done;
};

const fits = { fits: () => l10n.t("fits"), tight: () => l10n.t("tight"), exceeds: () => l10n.t("too large") };

const installedTable = ({ installed, memory }: ModelsState): string => {
  const header = ["NAME", "SIZE", "QUANT", "CONTEXT", "MEMORY", "FIT", "FROM", "ID"].map((word) => l10n.t(word));
  const rows = installed.map((model) => [
    model.loaded ? `${model.name} *` : model.name,
    bytes(model.sizeBytes),
    model.description?.quantisation ?? "–",
    String(model.description?.trainedContext ?? "–"),
    bytes(model.need?.totalBytes ?? null),
    model.problem ? l10n.t("cannot be used") : model.fit ? fits[model.fit]() : "–",
    model.source,
    model.id,
  ]);
  const problems = installed.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem.message}\n`] : []));
  const free = memory ? `\n${l10n.t("* in memory. {0} are free for more models.", bytes(memory.freeBytes))}\n` : "";
  return columns([header, ...rows]) + problems.join("") + free;
};

const availableTable = (available: readonly AvailableModel[]): string => {
  const header = ["ID", "NAME", "SIZE", "FIT", "LICENCE", "GOOD FOR"].map((word) => l10n.t(word));
  const rows = available.map(({ model, file, fit }) => [
    model.id,
    model.name,
    bytes(file === null ? null : (model.files[file]?.sizeBytes ?? null)),
    fit ? fits[fit]() : "–",
    model.licence.name ?? "–",
    model.roles.join(", "),
  ]);
  return columns([header, ...rows]);
};

const details = ({ card, description, ...model }: InstalledModel): string => {
  const facts: [string, string | null | undefined][] = [
    [l10n.t("name"), model.name],
    ["id", model.id],
    [l10n.t("from"), model.source],
    [l10n.t("size"), bytes(model.sizeBytes)],
    [l10n.t("architecture"), description?.architecture],
    [l10n.t("parameters"), description && parameterCount(description.parameters)],
    [l10n.t("quantisation"), description?.quantisation],
    [l10n.t("context"), description?.trainedContext?.toString()],
    [l10n.t("licence"), model.licence],
    [l10n.t("memory"), model.need && `${bytes(model.need.totalBytes)} (${bytes(model.need.kvBytes)} KV)`],
    [l10n.t("fits"), model.fit && fits[model.fit]()],
    [l10n.t("first choice for"), model.roles.join(", ") || null],
    [l10n.t("problem"), model.problem?.message],
    [
      l10n.t("measured"),
      card && l10n.t("{0}, prompt {1}", speed(card.tokensPerSecond), speed(card.promptTokensPerSecond)),
    ],
    ...(card ? scoreRows(card.scores).map(([what, score]): [string, string] => [`  ${what}`, score]) : []),
  ];
  return columns(facts.flatMap(([name, value]) => (value ? [[name, value]] : [])));
};
