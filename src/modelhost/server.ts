import type { Socket } from "node:net";
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ProgressType,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { batch, type Timer } from "../protocol/batch.ts";
import {
  type GenerateProgress,
  hostHello,
  hostPing,
  modelCount,
  modelDescribe,
  modelGenerate,
  modelLoad,
  modelUnload,
} from "../protocol/model-host.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../protocol/rpc.ts";
import { checkModelFile } from "./gguf-check.ts";
import type { HeldModel, Models } from "./models.ts";

/** Words that arrive faster than this travel together: at 1,000 tokens/s a message per token costs a tenth of the speed. */
const batchMs = 4;

const timer: Timer = {
  now: () => performance.now(),
  after: (ms, action) => {
    const handle = setTimeout(action, ms);
    return () => clearTimeout(handle);
  },
};

const unloaded = { ok: false, failure: { code: "model-unloaded", detail: {} } } as const;

type Handler<T extends RequestType> = (params: ParamsOf<T>, signal: AbortSignal) => Promise<ResultOf<T>>;

/**
 * Serves one client on its socket. The first message must be host/hello with the right token, or the socket is closed.
 * All of a client's work is cancelled when it goes away.
 */
export const serveClient = (
  socket: Socket,
  models: Models,
  secret: { readonly token: string },
  log: (line: string) => void,
): void => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const gone = new AbortController();
  const progressTo = progressOf(connection, gone.signal);
  let trusted = false;

  const serve = <T extends RequestType>(type: T, handle: Handler<T>): void => {
    connection.onRequest(type.method, async (raw: unknown, token: CancellationToken) => {
      if (!trusted && type.method !== hostHello.method) {
        socket.destroy();
        throw new ResponseError(ErrorCodes.InvalidRequest, "host/hello must come first");
      }
      const params = parse(type.params, raw);
      if (!params.ok) throw new ResponseError(ErrorCodes.InvalidParams, `${type.method}: ${params.issues.join("; ")}`);
      try {
        return await handle(params.value as ParamsOf<T>, abortSignal(token, gone.signal)); // parsed with this very schema
      } catch (error) {
        if (!token.isCancellationRequested && !gone.signal.aborted)
          log(`${type.method} failed: ${error instanceof Error ? error.stack : String(error)}`);
        throw error;
      }
    });
  };

  serve(hostHello, async ({ token }) => {
    if (token !== secret.token) {
      socket.destroy();
      throw new ResponseError(ErrorCodes.InvalidRequest, "wrong token");
    }
    trusted = true;
    return { pid: process.pid };
  });

  serve(hostPing, async () => ({}));

  serve(modelDescribe, ({ path }) => checkModelFile(path));

  serve(modelLoad, async ({ partialResultToken, ...options }, signal) => {
    const report = progressTo(partialResultToken);
    let last = 0;
    const onProgress = (done: number): void => {
      if (done - last < 0.01 && done < 1) return;
      last = done;
      report({ done });
    };
    const result = await models.load(options, onProgress, signal);
    if (!result.ok) return result;
    const { id, model } = result.held;
    return { ok: true as const, modelId: id, model: model.description, contextSize: model.contextSize };
  });

  serve(modelUnload, async ({ modelId }) => {
    await models.unload(modelId);
    return {};
  });

  serve(modelCount, async ({ modelId, messages }) => {
    const held = models.get(modelId);
    return held ? { ok: true as const, tokens: held.model.count(messages) } : unloaded;
  });

  serve(modelGenerate, async (params, signal) => {
    const held = models.get(params.modelId);
    if (!held) return unloaded;
    return generateQueued(held, params, progressTo(params.partialResultToken), signal);
  });

  connection.onClose(() => {
    gone.abort(new Error("the client went away"));
    connection.dispose();
  });
  connection.onError(([error]) => log(`connection: ${error.message}`));
  connection.listen();
};

const generateQueued = async (
  held: HeldModel,
  { messages, sampling }: ParamsOf<typeof modelGenerate>,
  report: (progress: GenerateProgress) => void,
  signal: AbortSignal,
): Promise<ResultOf<typeof modelGenerate>> => {
  const chunks = batch<{ text: string; thought: string }>(batchMs, timer, (items) => {
    report({ kind: "chunk", text: joined(items, "text"), thought: joined(items, "thought") });
  });
  const onProgress = (progress: GenerateProgress): void =>
    progress.kind === "chunk" ? chunks.add(progress) : report(progress);
  try {
    return await held.queue.run(
      () => held.model.generate(messages, sampling, onProgress, signal),
      signal,
      () => report({ kind: "queued" }),
    );
  } finally {
    chunks.close();
  }
};

const joined = <K extends string>(items: Record<K, string>[], key: K): string =>
  items.map((item) => item[key]).join("");

/** Sends progress while the client is there: a connection that is gone throws, also inside a batch's timer. */
const progressOf =
  (connection: MessageConnection, gone: AbortSignal) =>
  (token: string | number | undefined) =>
  (value: unknown): void => {
    if (token === undefined || gone.aborted) return;
    connection.sendProgress(new ProgressType(), token, value).catch(() => undefined); // it went away just now
  };

const abortSignal = (token: CancellationToken, gone: AbortSignal): AbortSignal => {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new ResponseError(-32800, "cancelled"));
  // A token that was cancelled before its request was handled never fires.
  if (token.isCancellationRequested) abort();
  token.onCancellationRequested(abort);
  return AbortSignal.any([controller.signal, gone]);
};
