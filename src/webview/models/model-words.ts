import * as l10n from "@vscode/l10n";
import type { CapabilityCard } from "../../protocol/capability-card.ts";
import type { MemoryFit } from "../../protocol/memory.ts";
import type { Tier } from "../../protocol/model-catalog.ts";
import type { AvailableModel, EngineState, InstalledModel, Machine, ModelSource } from "../../protocol/models.ts";
import type { RoleName } from "../../protocol/profile.ts";
import { duration, fileSize, tokenCount } from "../text.ts";

export const roles: readonly RoleName[] = [
  ...(["answerer", "coder", "mathematician", "planner", "critic"] as const),
  ...(["executor", "router", "summariser", "titler", "committer"] as const),
  ...(["completer", "embedder", "ranker"] as const),
];

export const roleText = (role: RoleName): string => {
  switch (role) {
    case "answerer":
      return l10n.t("Answering");
    case "coder":
      return l10n.t("Coding");
    case "mathematician":
      return l10n.t("Maths");
    case "planner":
      return l10n.t("Planning");
    case "critic":
      return l10n.t("Checking");
    case "executor":
      return l10n.t("Using tools");
    case "router":
      return l10n.t("Routing");
    case "summariser":
      return l10n.t("Summarising");
    case "titler":
      return l10n.t("Naming chats");
    case "committer":
      return l10n.t("Commit messages");
    case "completer":
      return l10n.t("Completing code");
    case "embedder":
      return l10n.t("Searching");
    case "ranker":
      return l10n.t("Ranking");
  }
};

const sourceText = (source: ModelSource, engine: string | null): string => {
  switch (source) {
    case "bundled":
      return l10n.t("comes with Trivium");
    case "downloaded":
      return l10n.t("downloaded");
    case "folder":
      return l10n.t("your folder");
    case "ollama":
      return "Ollama";
    case "lmstudio":
      return "LM Studio";
    case "huggingface":
      return l10n.t("Hugging Face cache");
    case "llama.cpp":
      return "llama.cpp";
    case "engine":
      return engine ? l10n.t("server {0}", engine) : l10n.t("server");
  }
};

/** Colour, icon and word together: the colour alone says nothing. */
export const fitLook = (fit: MemoryFit): { icon: string; word: string } => {
  switch (fit) {
    case "fits":
      return { icon: "pass", word: l10n.t("fits") };
    case "tight":
      return { icon: "warning", word: l10n.t("tight") };
    case "exceeds":
      return { icon: "error", word: l10n.t("too large") };
  }
};

export const fitTitle = (fit: MemoryFit): string => {
  switch (fit) {
    case "fits":
      return l10n.t("Fits into the free memory now");
    case "tight":
      return l10n.t("Fits after unloading another model, or with a shorter context");
    case "exceeds":
      return l10n.t("Needs more memory than this machine can give");
  }
};

export const bestText = (best: "start" | "code" | "math"): string => {
  switch (best) {
    case "start":
      return l10n.t("Best start");
    case "code":
      return l10n.t("Best coder");
    case "math":
      return l10n.t("Best at maths");
  }
};

const tierText = (tier: Tier): string => {
  switch (tier) {
    case "8gb":
      return l10n.t("suits models for 8 GB");
    case "16gb":
      return l10n.t("suits models for 16 GB");
    case "32gb":
      return l10n.t("suits models for 32 GB");
    case "gpu":
      return l10n.t("suits models for a graphics processor");
    case "server":
      return l10n.t("suits models for a server");
  }
};

export const machineFacts = ({ memoryBytes, cores, processor, gpu, tier }: Machine): string[] => [
  l10n.t("{0} memory", fileSize(memoryBytes)),
  cores === 1 ? l10n.t("1 core") : l10n.t("{0} cores", cores),
  ...(processor ? [processor] : []),
  gpu ?? l10n.t("no graphics processor"),
  tierText(tier),
];

/** Size, quantisation, context, where it is from, licence: what is known of it. */
export const modelFacts = ({ sizeBytes, description, source, engine, licence }: InstalledModel): string[] => {
  const context = description?.trainedContext;
  return [
    ...(sizeBytes === null ? [] : [fileSize(sizeBytes)]),
    ...(description?.quantisation ? [description.quantisation] : []),
    ...(context ? [l10n.t("{0} context", tokenCount(context))] : []),
    sourceText(source, engine),
    ...(licence ? [licenceText(licence)] : []),
  ];
};

/** Hubs write the usual licences in small letters: "apache-2.0" → "Apache-2.0", "mit" → "MIT". */
export const licenceText = (licence: string): string =>
  licence
    .replace(/^apache\b/, "Apache")
    .replace(/^(mit|bsd|a?gpl|lgpl|cc0|cc-by(-nc|-sa|-nd)*)(?=-|$)/, (name) => name.toUpperCase());

export interface Ability {
  readonly label: string;
  /** 0..100 */
  readonly percent: number;
}

/** What was measured, best known first; at most six, so that each row has the same height. */
export const abilitiesOf = ({ scores }: CapabilityCard): Ability[] => {
  const all: [string, number | null][] = [
    [l10n.t("code"), scores.code],
    [l10n.t("maths"), scores.math ?? scores.arithmetic],
    [l10n.t("general"), scores.general],
    [l10n.t("edits"), scores.edit],
    [l10n.t("tools"), scores.toolCall],
    [l10n.t("JSON"), scores.jsonWithGrammar ?? scores.json],
  ];
  return all.flatMap(([label, score]) => (score === null ? [] : [{ label, percent: Math.round(score * 100) }]));
};

export const engineHealth = ({ health, latencyMs }: EngineState): { icon: string; word: string } => {
  switch (health) {
    case "healthy":
      return {
        icon: "pass",
        word: latencyMs === null ? l10n.t("healthy") : l10n.t("healthy, {0}", duration(latencyMs)),
      };
    case "unreachable":
      return { icon: "error", word: l10n.t("unreachable") };
    case "unknown":
      return { icon: "question", word: l10n.t("not asked yet") };
  }
};

/** Those that every word of the text and the role fit to, in the order given. */
export const filterAvailable = (
  available: readonly AvailableModel[],
  text: string,
  role: RoleName | null,
): AvailableModel[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return available.filter(({ model }) => {
    if (role && !model.roles.includes(role)) return false;
    const about = `${model.name} ${model.summary} ${model.licence.name ?? ""} ${model.repository ?? ""}`.toLowerCase();
    return words.every((word) => about.includes(word));
  });
};

const bestOrder = ["start", "code", "math"] as const;

/** The up to three cards: best start, best coder, best at maths, in this order. */
export const suggestions = (available: readonly AvailableModel[]): AvailableModel[] =>
  bestOrder.flatMap((best) => available.find((model) => model.best === best) ?? []);

/** The file of a catalogue model that suits this machine, or null. */
export const chosenFile = ({ model, file }: AvailableModel) => (file === null ? null : (model.files[file] ?? null));
