import {
  GenerateProgress,
  type HostFailure,
  LoadProgress,
  modelCount,
  modelDescribe,
  modelGenerate,
  modelLoad,
} from "../../../protocol/model-host.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../../../protocol/rpc.ts";
import type { Engine, OpenModel, OpenProgress } from "../engine.ts";
import { type Call, type HostConnection, HostGone } from "./host-connection.ts";
import { connectHost, defaultHostOptions, type HostOptions, type HostPorts } from "./host-process.ts";

/** A host that stops this often is broken, not unlucky. */
const restartLimit = { restarts: 3, withinMs: 180_000 };

/** The engine that runs GGUF files through llama.cpp in the user's model host, which it starts when needed. */
export const createLlamaEngine = (ports: HostPorts, options: HostOptions = defaultHostOptions): Engine => {
  let current: Promise<HostConnection> | undefined;
  let losses: number[] = [];

  const connection = (onStarting: () => void): Promise<HostConnection> => {
    if (current) return current;
    losses = losses.filter((at) => ports.clock.now() - at < restartLimit.withinMs);
    if (losses.length > restartLimit.restarts) throw new TooManyRestarts();
    const opening = connectHost(ports, options, onStarting);
    current = opening;
    const forget = (): void => {
      if (current === opening) current = undefined;
    };
    opening.then((host) => host.closed.then(forget), forget);
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
      return await orAborted(connection(call.onStarting ?? (() => undefined)), call.signal);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      ports.log.error("no model host", error);
      if (error instanceof HostGone) {
        losses.push(ports.clock.now());
        return { code: error.code, detail: {} };
      }
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

  return {
    describe: (path) => ask(modelDescribe, { path }),
    async open(load, onProgress, signal) {
      let started = false;
      const call = {
        signal,
        onStarting: () => {
          started = true;
          onProgress({ phase: "starting" });
        },
        onProgress: loadProgress(onProgress),
      };
      let loaded = await ask(modelLoad, load, call);
      // A host that was there before may have been about to end; only one that was started for this is at fault.
      if (!loaded.ok && loaded.failure.code === "host-stopped" && !started) loaded = await ask(modelLoad, load, call);
      if (!loaded.ok) return loaded;
      const { modelId, model, contextSize } = loaded;
      const open: OpenModel = {
        model,
        contextSize,
        count: (messages) => ask(modelCount, { modelId, messages: [...messages] }),
        generate: (messages, sampling, report, abort) =>
          ask(
            modelGenerate,
            { modelId, messages: [...messages], sampling },
            { signal: abort, onProgress: generateProgress(report) },
          ),
      };
      return { ok: true, open };
    },
    async close() {
      // One that is still being opened is let go when it is there; nobody waits for it.
      current?.then((host) => host.dispose()).catch(() => undefined);
    },
  };
};

interface AskCall extends Call {
  readonly onStarting?: () => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The promise, or a rejection as soon as the signal aborts: opening a connection cannot be cancelled, but left. */
const orAborted = <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener("abort", onAbort));
};

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
