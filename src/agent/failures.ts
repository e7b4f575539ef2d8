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
  if (size >= 1e9) return `${(size / 1e9).toFixed(1)} GB`;
  return size >= 1e5 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.ceil(size / 1e3)} kB`;
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
  "model-unknown": {
    message: ({ id }) =>
      l10n.t("There is no model {0} on this machine. `trivium models list` shows what there is.", id ?? ""),
    next: ["open-models"],
  },
  "model-ambiguous": {
    message: ({ id, names }) => l10n.t("{0} could be any of these: {1}. Name one of them.", id ?? "", names ?? ""),
    next: ["open-models"],
  },
  "model-in-use": {
    message: ({ path }) => l10n.t("{0} is answering now. Stop the answer, then try again.", path ?? ""),
    next: ["retry"],
  },
  "memory-refused": {
    message: ({ name, neededBytes, freeBytes, heldBytes, totalBytes, reserveBytes, limitBytes }) =>
      limitBytes !== undefined && Number(limitBytes) < Number(totalBytes) - Number(reserveBytes)
        ? l10n.t(
            "{0} needs {1} of memory and {2} can be used: the setting trivium.memory.limit allows {3}, of which models that are answering take {4}. Choose a smaller model, or raise the limit.",
            name ?? "",
            megabytes(neededBytes),
            megabytes(freeBytes),
            megabytes(limitBytes),
            megabytes(heldBytes),
          )
        : l10n.t(
            "{0} needs {1} of memory and {2} can be used: of {3}, {4} stay with the system and {5} are in use by models that are answering. Choose a smaller model, or close other programs.",
            name ?? "",
            megabytes(neededBytes),
            megabytes(freeBytes),
            megabytes(totalBytes),
            megabytes(reserveBytes),
            megabytes(heldBytes),
          ),
    next: ["open-models", "use-starter", "retry"],
  },
  "not-supported": {
    message: ({ name, ability }) => l10n.t("{0} cannot do this: {1}.", name ?? "", ability ?? ""),
    next: otherModel,
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
  "engine-unknown": {
    message: ({ id }) => l10n.t("There is no engine with the id {0} in your settings.", id ?? ""),
    next: ["open-models"],
  },
  "engine-unreachable": {
    message: ({ engine, url, reason }) =>
      l10n.t("{0} does not answer at {1}: {2}.", engine ?? "", url ?? "", reason ?? ""),
    next: ["retry", "open-models"],
  },
  "engine-timeout": {
    message: ({ engine, seconds }) => l10n.t("{0} has not sent anything for {1} s.", engine ?? "", seconds ?? ""),
    next: ["retry", "open-models"],
  },
  "engine-rejected": {
    message: ({ engine, status, reason }) =>
      Number(status) >= 500
        ? l10n.t("{0} failed ({1}): {2}.", engine ?? "", status ?? "", reason ?? "")
        : l10n.t("{0} refused the request ({1}): {2}.", engine ?? "", status ?? "", reason ?? ""),
    next: ["retry", "open-models"],
  },
  "engine-overloaded": {
    message: ({ engine, status }) =>
      l10n.t("{0} is overloaded ({1}). Try again in a moment.", engine ?? "", status ?? ""),
    next: ["retry", "open-models"],
  },
  "engine-garbled": {
    message: ({ engine, reason }) =>
      l10n.t("{0} sent something that is not an answer: {1}.", engine ?? "", reason ?? ""),
    next: ["retry", "open-models"],
  },
  "engine-key": {
    message: ({ engine, status }) =>
      status === undefined
        ? l10n.t("{0} needs a key, and none is stored for it.", engine ?? "")
        : l10n.t("{0} does not accept the stored key ({1}).", engine ?? "", status),
    next: ["set-key", "open-models"],
  },
  "network-refused": {
    message: ({ host, reason }) =>
      l10n.t(
        "Trivium did not connect to {0}: {1}. Only addresses in your user settings are reached.",
        host ?? "",
        reason ?? "",
      ),
    next: ["open-models"],
  },
  "download-failed": {
    message: ({ name, reason }) =>
      l10n.t("{0} was not downloaded: {1}. Whatever has come is kept.", name ?? "", reason ?? ""),
    next: ["resume-download", "show-log"],
  },
  "download-no-space": {
    message: ({ name, neededBytes, freeBytes, path }) =>
      l10n.t(
        "{0} needs {1} on the disk and {2} are free in {3}. Whatever has come is kept: free some space, then resume.",
        name ?? "",
        megabytes(neededBytes),
        megabytes(freeBytes),
        path ?? "",
      ),
    next: ["resume-download"],
  },
  "download-wrong-hash": {
    message: ({ name }) =>
      l10n.t("{0} arrived damaged: its SHA-256 is not the one that the hub names. It was deleted.", name ?? ""),
    next: ["resume-download"],
  },
  "download-changed": {
    message: ({ name }) => l10n.t("{0} changed on the hub while it was downloaded. Start it again.", name ?? ""),
    next: ["resume-download"],
  },
  "download-not-found": {
    message: ({ name, url }) => l10n.t("{0} is not at {1}.", name ?? "", url ?? ""),
    next: ["open-models"],
  },
  "download-unknown": {
    message: ({ id }) => l10n.t("There is no download with the id {0}.", id ?? ""),
    next: ["open-models"],
  },
  "import-failed": {
    message: ({ path, reason }) => l10n.t("{0} was not imported: {1}.", path ?? "", reason ?? ""),
    next: ["open-models"],
  },
  "remove-failed": {
    message: ({ path, reason }) => l10n.t("{0} was not deleted: {1}.", path ?? "", reason ?? ""),
    next: ["open-models"],
  },
  "profile-invalid": {
    message: ({ path, reason }) => l10n.t("Profile {0}: {1}.", path ?? "", reason ?? ""),
    next: [],
  },
  "profile-unknown": {
    message: ({ id }) => l10n.t("There is no profile {0}.", id ?? ""),
    next: [],
  },
  "secret-failed": {
    message: ({ reason }) => l10n.t("The key could not be stored or read: {0}.", reason ?? ""),
    next: ["set-key", "show-log"],
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
  "turn-complete": {
    message: () => l10n.t("This turn came to its end: there is nothing left to go on with."),
    next: [],
  },
  "turn-not-running": {
    message: () => l10n.t("This turn does not run any more."),
    next: [],
  },
  "run-not-kept": {
    message: () => l10n.t("How this turn ran is not kept any more. Ask again to have a new record."),
    next: ["retry"],
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

/** What can be expected to go wrong, as a value with words. */
export type Result<T extends object> = ({ ok: true } & T) | { ok: false; failure: Failure };

/** The same result, with its failure in words. */
export const inWords = <T extends object>(
  result: ({ ok: true } & T) | { ok: false; failure: HostFailure },
): Result<T> => (result.ok ? result : { ok: false, failure: failureOf(result.failure) });
