import * as l10n from "@vscode/l10n";
import type { Failure } from "../protocol/failure.ts";
import type { Tier } from "../protocol/model-catalog.ts";
import type { ModelsState } from "../protocol/models.ts";
import type { Models } from "./models/models.ts";
import type { Ports } from "./ports/ports.ts";
import type { LoadedClassifier } from "./router/load-classifier.ts";

/** One thing that was looked at: what was found, and what to do when it is not right. */
export interface Finding {
  readonly state: "ok" | "warning" | "error";
  readonly what: string;
  readonly found: string;
  readonly todo: string | null;
}

/** Free space below this leaves no room for even a small model. */
const littleSpace = 2e9;

const ok = (what: string, found: string): Finding => ({ state: "ok", what, found, todo: null });
const wrong = (what: string, { message }: Failure, todo: string): Finding => ({
  state: "error",
  what,
  found: message,
  todo,
});

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const suiting: Record<Tier, () => string> = {
  "8gb": () => l10n.t("models for 8 GB"),
  "16gb": () => l10n.t("models for 16 GB"),
  "32gb": () => l10n.t("models for 32 GB"),
  gpu: () => l10n.t("models for a graphics processor"),
  server: () => l10n.t("models for a server"),
};

/** Without its data folder no agent can be opened, and nothing else can be looked at. */
export const cannotOpen = (error: unknown): Finding => ({
  state: "error",
  what: l10n.t("data folder"),
  found: error instanceof Error ? error.message : String(error),
  todo: l10n.t("Give yourself the right to write there, or set TRIVIUM_HOME to another folder."),
});

interface Diagnosed {
  readonly ports: Pick<Ports, "files" | "places" | "log" | "modelFiles">;
  readonly models: Models;
  readonly classifier: LoadedClassifier;
}

/**
 * Looks at everything that an answer needs, from the folders to a first answer of the starter model. Yields each
 * finding when it is known; what is broken never stops the rest from being looked at.
 */
export async function* diagnose(
  { ports, models, classifier }: Diagnosed,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  yield ok("Node.js", `${process.version}, ${process.platform}-${process.arch}`);
  yield* diagnoseFolders(ports);
  const state = await models.found(signal);
  const { machine } = state;
  const gpu = machine.gpu ?? l10n.t("no graphics processor");
  yield ok(
    l10n.t("machine"),
    l10n.t(
      "{0}, {1} cores, {2} memory, {3}; {4} suit it",
      machine.processor,
      machine.cores,
      gigabytes(machine.memoryBytes),
      gpu,
      suiting[machine.tier](),
    ),
  );
  yield* diagnoseHost(models, signal);
  yield diagnoseRouter(classifier);
  yield* diagnoseModels(state);
  yield* diagnoseEngines(state);
  const { profiles } = await models.library();
  for (const name of profiles.damaged())
    yield {
      state: "warning",
      what: l10n.t("profile"),
      found: l10n.t("{0} in the folder profiles could not be read and does not count", name),
      todo: l10n.t("Mend it and give it back its name, or delete it."),
    };
  const profile = state.profiles.find(({ id }) => id === state.profile);
  yield ok(l10n.t("profile"), profile ? profile.name : state.profile);
}

async function* diagnoseFolders({
  files,
  places,
  log,
  modelFiles,
}: Pick<Ports, "files" | "places" | "log" | "modelFiles">): AsyncGenerator<Finding> {
  const what = l10n.t("data folder");
  try {
    await files.makePrivateFolder(places.data);
    const free = await modelFiles.freeBytes(places.data);
    const found = l10n.t("{0}, {1} free", places.data, gigabytes(free));
    if (free >= littleSpace) yield ok(what, found);
    else yield { state: "warning", what, found, todo: l10n.t("Make room on this disk before downloading models.") };
  } catch (error) {
    log.error("doctor: data folder", error);
    yield {
      state: "error",
      what,
      found: l10n.t("{0} cannot be written: {1}", places.data, error instanceof Error ? error.message : String(error)),
      todo: l10n.t("Give yourself the right to write there, or set TRIVIUM_HOME to another folder."),
    };
  }
}

/** The model host runs, llama.cpp loads there, and the starter model generates. */
async function* diagnoseHost(models: Models, signal: AbortSignal): AsyncGenerator<Finding> {
  const host = l10n.t("model host");
  const memory = await models.memory(signal);
  if (!memory.ok) {
    yield wrong(
      host,
      memory.failure,
      l10n.t("Run `trivium doctor` again; if it stays, look at the log in the runtime folder."),
    );
    return;
  }
  const { freeBytes, totalBytes, reserveBytes } = memory.memory;
  yield ok(
    host,
    l10n.t(
      "runs; models may take {0} of {1}, {2} stay free",
      gigabytes(freeBytes),
      gigabytes(totalBytes),
      gigabytes(reserveBytes),
    ),
  );
  const tried = await models.actions.tryStarter(signal);
  if (tried.ok)
    yield ok("llama.cpp", l10n.t("the starter model answers, {0} tok/s", Math.round(tried.tokensPerSecond)));
  else
    yield wrong(
      "llama.cpp",
      tried.failure,
      tried.failure.code === "memory-refused"
        ? l10n.t("Raise the setting trivium.memory.limit, or close other programs.")
        : l10n.t("Install Trivium again; its program for this system may be missing."),
    );
}

/** As much of a hash as people compare. */
const shownHash = 12;

/** Whether the trained classifier is there, or rules alone choose the road. */
export const diagnoseRouter = ({ path, weights, problem }: LoadedClassifier): Finding => {
  const what = l10n.t("router");
  if (weights !== null) return ok(what, l10n.t("weights {0}", weights.slice(0, shownHash)));
  return {
    state: "warning",
    what,
    found: l10n.t("it goes by rules alone: {0} cannot be used ({1})", path, problem ?? ""),
    todo: l10n.t("Install Trivium again: the file comes with it. Until then more requests take the simple road."),
  };
};

function* diagnoseModels({ installed }: ModelsState): Generator<Finding> {
  const usable = installed.filter(({ problem }) => problem === null);
  const own = usable.filter(({ source }) => source !== "bundled");
  const what = l10n.t("models");
  const names = own
    .map(({ name }) => name)
    .slice(0, 8)
    .join(", ");
  if (own.length > 0) yield ok(what, l10n.t("{0} found: {1}", own.length, names));
  else
    yield {
      state: "warning",
      what,
      found: l10n.t("only the starter model"),
      todo: l10n.t(
        "`trivium models list --available` shows what suits this machine, `trivium models pull` fetches it.",
      ),
    };
  for (const { name, problem } of installed)
    if (problem)
      yield {
        state: "warning",
        what: name,
        found: problem.message,
        todo: l10n.t("Replace the file or delete it. Other models work without it."),
      };
}

function* diagnoseEngines({ engines }: ModelsState): Generator<Finding> {
  for (const { name, urls, health, models, problem, latencyMs } of engines)
    yield health === "healthy"
      ? ok(name, l10n.t("{0}, {1} models, {2} ms", urls[0] ?? "", models, Math.round(latencyMs ?? 0)))
      : {
          state: "warning",
          what: name,
          found: problem?.message ?? l10n.t("{0} has not been asked yet", urls[0] ?? ""),
          todo: l10n.t("Start the server, or correct its address in the setting trivium.engines."),
        };
}
