import * as l10n from "@vscode/l10n";
import type { Failure, FailureCode, NextStep } from "../protocol/failure.ts";
import type { HostFailure } from "../protocol/model-host.ts";

type Detail = HostFailure["detail"];
interface Words {
  readonly message: (detail: Detail) => string;
  readonly next: readonly NextStep[];
}

const otherModel = ["choose-model", "use-starter", "retry"] as const;

const megabytes = (bytes: unknown): string => {
  const size = Number(bytes);
  return size >= 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${(size / 1e6).toFixed(1)} MB`;
};

/** What each failure says: what happened, why, and (in `next`) the way out, best first. */
const words: Record<FailureCode, Words> = {
  "model-missing": {
    message: ({ path }) => l10n.t("The model file {0} does not exist.", path ?? ""),
    next: otherModel,
  },
  "model-is-folder": {
    message: ({ path }) => l10n.t("{0} is a folder. Choose a .gguf file in it.", path ?? ""),
    next: otherModel,
  },
  "model-unreadable": {
    message: ({ path, reason }) => l10n.t("The model file {0} cannot be read: {1}.", path ?? "", reason ?? ""),
    next: otherModel,
  },
  "model-not-gguf": {
    message: ({ path, reason }) => l10n.t("{0} is not a GGUF model: {1}.", path ?? "", reason ?? ""),
    next: otherModel,
  },
  "model-truncated": {
    message: ({ path, sizeBytes, neededBytes }) =>
      neededBytes === undefined
        ? l10n.t("{0} is cut off after {1}. Download it again.", path ?? "", megabytes(sizeBytes))
        : l10n.t(
            "{0} is cut off: {1} of {2}. Download it again.",
            path ?? "",
            megabytes(sizeBytes),
            megabytes(neededBytes),
          ),
    next: otherModel,
  },
  "model-invalid": {
    message: ({ path, reason }) => l10n.t("{0} is damaged or made wrongly: {1}.", path ?? "", reason ?? ""),
    next: otherModel,
  },
  "model-unsupported": {
    message: ({ path, reason }) => l10n.t("{0} cannot be used: {1}.", path ?? "", reason ?? ""),
    next: otherModel,
  },
  "model-not-chat": {
    message: ({ path }) => l10n.t("{0} is an embedding model: it cannot chat.", path ?? ""),
    next: otherModel,
  },
  "model-load-failed": {
    message: ({ path, reason }) => l10n.t("llama.cpp could not load {0}: {1}.", path ?? "", reason ?? ""),
    next: [...otherModel, "show-log"],
  },
  "model-unloaded": {
    message: () => l10n.t("Another window took the memory of this model."),
    next: ["retry"],
  },
  "out-of-memory": {
    message: ({ path, sizeBytes, reason }) =>
      l10n.t(
        "{0} ({1}) does not fit into memory: {2}. Choose a smaller model or context size.",
        path ?? "",
        megabytes(sizeBytes),
        reason ?? "",
      ),
    next: otherModel,
  },
  "prompt-empty": {
    message: () => l10n.t("The prompt is empty. Type a question."),
    next: [],
  },
  "prompt-too-long": {
    message: ({ tokens, contextSize }) =>
      l10n.t(
        "The prompt has {0} tokens; this model takes {1} with its answer. Nothing was cut: send less, or choose a model with a larger context.",
        tokens ?? "",
        contextSize ?? "",
      ),
    next: ["shorten", "choose-model"],
  },
  "host-stopped": {
    message: () =>
      l10n.t(
        "The model host stopped while it was answering. What it had written is kept; it starts again with the next prompt.",
      ),
    next: ["continue", "retry", "show-log"],
  },
  "host-hung": {
    message: () =>
      l10n.t(
        "The model host stopped responding and was ended. What it had written is kept; it starts again with the next prompt.",
      ),
    next: ["continue", "retry", "show-log"],
  },
  "host-unavailable": {
    message: ({ reason }) => l10n.t("The model host does not start: {0}.", reason ?? ""),
    next: ["retry", "show-log"],
  },
  "agent-stopped": {
    message: () => l10n.t("The agent stopped and was started again. What it had written is kept."),
    next: ["continue", "retry", "show-log"],
  },
  "unknown-session": {
    message: ({ id }) =>
      l10n.t("There is no chat with the id {0}. It may have been deleted in another window.", id ?? ""),
    next: ["new-chat"],
  },
  "unknown-turn": {
    message: ({ id }) =>
      l10n.t("There is no turn with the id {0}. Its chat may have been deleted in another window.", id ?? ""),
    next: ["new-chat"],
  },
  "turn-running": {
    message: () => l10n.t("This chat is still answering. Stop it, or open a new chat."),
    next: ["new-chat"],
  },
  "store-failed": {
    message: ({ reason }) => l10n.t("The history could not be saved: {0}.", reason ?? ""),
    next: ["retry", "show-log"],
  },
  "store-damaged": {
    message: ({ path }) => l10n.t("The history was damaged. It is kept as {0}, and a new one has begun.", path ?? ""),
    next: ["show-log"],
  },
  internal: {
    message: ({ reason }) => l10n.t("Something in Trivium went wrong: {0}.", reason ?? ""),
    next: ["retry", "show-log"],
  },
};

/** The failure in words, from its code and the facts that go with it. */
export const failureOf = ({ code, detail }: HostFailure): Failure => ({
  code,
  message: words[code].message(detail),
  next: [...words[code].next],
});

export const failure = (code: FailureCode, detail: Detail = {}): Failure => failureOf({ code, detail });
