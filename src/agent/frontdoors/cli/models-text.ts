import * as l10n from "@vscode/l10n";
import type { AvailableModel, InstalledModel, ModelsState } from "../../../protocol/models.ts";
import { scoreRows, speed } from "./card-text.ts";
import { bytes, columns, parameterCount } from "./terminal.ts";

const fits = { fits: () => l10n.t("fits"), tight: () => l10n.t("tight"), exceeds: () => l10n.t("too large") };

/** The models that can be used now, with what is wrong with any of them, and what memory is free. */
export const installedTable = ({ installed, memory }: ModelsState): string => {
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

/** The catalogue's models, each with the file that suits this machine. */
export const availableTable = (available: readonly AvailableModel[]): string => {
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

/** Everything that is known of one model, a fact a line. */
export const details = ({ card, description, ...model }: InstalledModel): string => {
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
    ...(card ? scoreRows(card).map(([what, score]): [string, string] => [`  ${what}`, score]) : []),
  ];
  return columns(facts.flatMap(([name, value]) => (value ? [[name, value]] : [])));
};
