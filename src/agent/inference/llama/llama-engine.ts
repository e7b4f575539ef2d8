import * as z from "zod/mini";
import type { MemoryState } from "../../../protocol/memory.ts";
import {
  GenerateProgress,
  type HostFailure,
  hostMemory,
  type LoadOptions,
  type LoadPlan,
  LoadProgress,
  type ModelDescription,
  modelCount,
  modelDescribe,
  modelEmbed,
  modelGenerate,
  modelInfill,
  modelLoad,
  modelPlan,
  modelRank,
  modelRelease,
  modelUnload,
} from "../../../protocol/model-host.ts";
import { type ParamsOf, parse, parseJson, type RequestType, type ResultOf } from "../../../protocol/rpc.ts";
import { orAborted } from "../../ports/or-aborted.ts";
import type { Engine, EngineModel, EngineResult, OpenModel, OpenOptions, OpenProgress, ToolCall } from "../engine.ts";
import { createCrashes, usualContext } from "./crashes.ts";
import { type Call, type HostConnection, HostGone } from "./host-connection.ts";
import { connectHost, defaultHostOptions, type HostLimits, type HostOptions, type HostPorts } from "./host-process.ts";

/** The engine for GGUF files, with what only it knows: headers, the machine's memory, and what is in it. */
export interface LlamaEngine extends Engine {
  /** Everything the header of the file says. */
  inspect(path: string, signal: AbortSignal): Promise<EngineResult<{ model: ModelDescription }>>;
  memory(signal: AbortSignal): Promise<EngineResult<{ memory: MemoryState }>>;
  /** What opening it would take and unload; a failure carries the numbers of the refusal. */
  plan(options: OpenOptions, signal: AbortSignal): Promise<EngineResult<{ plan: LoadPlan }>>;
  /** What a host that is started from now on may take. */
  useLimits(limits: HostLimits): void;
  /** Takes the model with this id, as `memory` names it, out of memory. */
  unload(modelId: string, signal: AbortSignal): Promise<EngineResult<object>>;
}

/** A host that stops this often is broken, not unlucky. */
const restartLimit = { restarts: 3, withinMs: 180_000 };

/** The engine that runs GGUF files through llama.cpp in the user's model host, which it starts when needed. */
export const createLlamaEngine = (ports: HostPorts, options: HostOptions = defaultHostOptions): LlamaEngine => {
  let current: Promise<HostConnection> | undefined;
  let losses: number[] = [];
  const crashes = createCrashes(ports.clock);
  let limits = options.limits;

  const connection = (onStarting: () => void): Promise<HostConnection> => {
    if (current) return current;
    losses = losses.filter((at) => ports.clock.now() - at < restartLimit.withinMs);
    if (losses.length > restartLimit.restarts) throw new TooManyRestarts();
    const opening = connectHost(ports, { ...options, limits }, onStarting);
    current = opening;
    const forget = (): void => {
      if (current === opening) current = undefined;
    };
    opening.then(
      (host) => host.closed.then(forget),
      () => {
        forget();
        losses.push(ports.clock.now()); // once, however many waited for it
      },
    );
    return opening;
  };

  /** A host that goes away under several requests is lost once. */
  const counted = new WeakSet<HostConnection>();
  const countLoss = (host: HostConnection): void => {
    if (counted.has(host)) return;
    counted.add(host);
    losses.push(ports.clock.now());
  };

  const connect = async (call: AskCall): Promise<HostConnection | HostFailure> => {
    try {
      const opening = connection(call.onStarting ?? (() => undefined));
      return await (call.signal ? orAborted(opening, call.signal) : opening);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      ports.log.error("no model host", error);
      if (error instanceof HostGone) return { code: error.code, detail: {} };
      return { code: "host-unavailable", detail: { reason: reasonOf(error) } };
    }
  };

  /** Sends one request; what the host cannot do any more becomes a failure. */
  const ask = async <T extends RequestType>(
    type: T,
    params: ParamsOf<T>,
    call: AskCall = {},
  ): Promise<ResultOf<T> | { ok: false; failure: HostFailure }> => {
    const host = await connect(call);
    if ("code" in host) return { ok: false, failure: host };
    try {
      return await host.request(type, params, call);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      ports.log.error(`${type.method} failed`, error);
      if (!(error instanceof HostGone))
        return { ok: false, failure: { code: "internal", detail: { reason: reasonOf(error) } } };
      countLoss(host);
      return { ok: false, failure: { code: error.code, detail: {} } };
    }
  };

  const openModel = ({ modelId, model, plan }: Loaded, shortened: OpenModel["shortened"]): OpenModel => {
    const described = engineModel(model);
    let released = false;
    return {
      model: described,
      contextSize: plan.contextSize,
      shortened,
      abilities: described.abilities,
      count: (messages, signal) => ask(modelCount, { modelId, messages: [...messages] }, { signal }),
      async generate({ messages, sampling, format, stateKey }, report, signal) {
        let text = "";
        const onProgress = generateProgress((progress) => {
          if (format.kind === "call" && progress.kind === "chunk") text += progress.text;
          report(progress);
        });
        const params = { modelId, messages: [...messages], sampling, format, stateKey };
        const generated = await ask(modelGenerate, params, { signal, onProgress });
        crashes.note(model.path, generated);
        if (!generated.ok) return generated;
        return { ...generated, calls: generated.endReason === "end" ? callsIn(text) : [] };
      },
      infill: (request, report, signal) =>
        ask(modelInfill, { modelId, ...request }, { signal, onProgress: generateProgress(report) }),
      embed: (texts, signal) => ask(modelEmbed, { modelId, texts: [...texts] }, { signal }),
      rank: (query, documents, signal) => ask(modelRank, { modelId, query, documents: [...documents] }, { signal }),
      release() {
        if (released) return;
        released = true;
        // A host that has gone took the lease with it; none is started to give one back.
        void current?.then((host) => host.request(modelRelease, { modelId })).catch(() => undefined);
      },
    };
  };

  const inspect: LlamaEngine["inspect"] = (path, signal) => ask(modelDescribe, { path }, { signal });

  return {
    inspect,
    async describe(path, signal) {
      const inspected = await inspect(path, signal);
      return inspected.ok ? { ok: true, model: engineModel(inspected.model) } : inspected;
    },
    async memory(signal) {
      const memory = await ask(hostMemory, {}, { signal });
      return isFailure(memory) ? memory : { ok: true, memory };
    },
    useLimits(next) {
      limits = next;
    },
    plan: (options, signal) => ask(modelPlan, loadOptions(options), { signal }),
    async unload(modelId, signal) {
      const unloaded = await ask(modelUnload, { modelId }, { signal });
      return isFailure(unloaded) ? unloaded : { ok: true };
    },
    async open(options, onProgress, signal) {
      let started = false;
      const call = {
        signal,
        onStarting: () => {
          started = true;
          onProgress({ phase: "starting" });
        },
        onProgress: loadProgress(onProgress),
      };
      const load = loadOptions(crashes.smaller(options));
      let loaded = await ask(modelLoad, load, call);
      // A host that was there before may have been about to end; only one that was started for this is at fault.
      if (!loaded.ok && loaded.failure.code === "host-stopped" && !started) loaded = await ask(modelLoad, load, call);
      if (loaded.ok) return { ok: true, open: openModel(loaded, shortenedFrom(loaded, options, load)) };
      if (started) crashes.note(options.model, loaded);
      return loaded;
    },
    async close() {
      // One that is still being opened is let go when it is there; nobody waits for it.
      current?.then((host) => host.dispose()).catch(() => undefined);
    },
  };
};

type Failed = { ok: false; failure: HostFailure };
const isFailure = (result: object): result is Failed => "ok" in result && result.ok === false;

type Loaded = Extract<ResultOf<typeof modelLoad>, { ok: true }>;

/** What the model can do by its header. */
const engineModel = (model: ModelDescription): EngineModel => ({
  id: model.path,
  name: model.name,
  contextSize: model.trainedContext,
  sizeBytes: model.sizeBytes,
  abilities: {
    chat: model.chat,
    infill: model.infill,
    embed: model.embedding,
    rank: model.ranking,
    grammar: model.chat,
    tools: false,
    exactCount: true,
  },
});

/** Why the context is shorter than what was asked for, or than what suits the model; null: it is not. */
const shortenedFrom = ({ plan, model }: Loaded, asked: OpenOptions, load: LoadOptions): OpenModel["shortened"] => {
  const usual = Math.min(model.trainedContext ?? usualContext, usualContext);
  const wanted = asked.contextSize || usual;
  if (plan.contextSize >= Math.min(wanted, model.trainedContext ?? wanted)) return null;
  return load.contextSize !== asked.contextSize ? "crash" : "memory";
};

const loadOptions = ({ model, ...options }: OpenOptions): LoadOptions => ({ path: model, ...options });

const CallText = z.object({ name: z.string(), arguments: z.unknown() });

/** The call that was decoded under its grammar; none when the text was cut off. */
const callsIn = (text: string): ToolCall[] => {
  const call = parseJson(CallText, text);
  return call.ok ? [{ name: call.value.name, arguments: JSON.stringify(call.value.arguments ?? {}) }] : [];
};

interface AskCall extends Call {
  readonly onStarting?: () => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

class TooManyRestarts extends Error {
  constructor() {
    super(
      `the model host stopped more than ${restartLimit.restarts} times in ${restartLimit.withinMs / 60_000} minutes`,
    );
  }
}

const loadProgress =
  (report: (progress: OpenProgress) => void) =>
  (value: unknown): void => {
    const progress = parse(LoadProgress, value);
    if (progress.ok) report({ phase: "loading", done: progress.value.done });
  };

const generateProgress =
  (report: (progress: GenerateProgress) => void) =>
  (value: unknown): void => {
    const progress = parse(GenerateProgress, value);
    if (progress.ok) report(progress.value);
  };
