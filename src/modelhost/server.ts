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
  hostMemory,
  hostPing,
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
} from "../protocol/model-host.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../protocol/rpc.ts";
import { checkModelFile } from "./gguf/check.ts";
import type { GenerateWork } from "./loaded-model.ts";
import type { HostModels } from "./models.ts";

/** Words that arrive faster than this travel together: at 1,000 tokens/s a message per token costs a tenth of the speed. */
const batchMs = 4;

const timer: Timer = {
  now: () => performance.now(),
  after: (ms, action) => {
    const handle = setTimeout(action, ms);
    return () => clearTimeout(handle);
  },
};

type Handler<T extends RequestType> = (params: ParamsOf<T>, signal: AbortSignal) => Promise<ResultOf<T>>;

/**
 * Serves one client on its socket. The first message must be host/hello with the right token, or the socket is closed.
 * All of a client's work is cancelled and its leases are given back when it goes away.
 */
export const serveClient = (
  socket: Socket,
  models: HostModels,
  secret: { readonly token: string },
  log: (line: string) => void,
): void => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const gone = new AbortController();
  const progressTo = progressOf(connection, gone.signal);
  const client = models.connect();
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
    return client.load(options, onProgress, signal);
  });

  serve(modelPlan, (options) => models.plan(options));

  serve(modelRelease, async ({ modelId }) => {
    client.release(modelId);
    return {};
  });

  serve(modelUnload, async ({ modelId }) => {
    await models.unload(modelId);
    return {};
  });

  serve(hostMemory, () => models.memory());

  serve(modelCount, ({ modelId, messages }) =>
    models.use(modelId, async (model) => ({ ok: true, tokens: model.count(messages) })),
  );

  serve(modelGenerate, ({ modelId, partialResultToken, ...work }, signal) =>
    models.use(modelId, (model) =>
      streamed(progressTo(partialResultToken), (report) => model.generate({ ...work, report, signal })),
    ),
  );

  serve(modelInfill, ({ modelId, partialResultToken, ...work }, signal) =>
    models.use(modelId, (model) =>
      streamed(progressTo(partialResultToken), (report) => model.infill({ ...work, report, signal })),
    ),
  );

  serve(modelEmbed, ({ modelId, texts }, signal) => models.use(modelId, (model) => model.embed(texts, signal)));

  serve(modelRank, ({ modelId, query, documents }, signal) =>
    models.use(modelId, (model) => model.rank(query, documents, signal)),
  );

  connection.onClose(() => {
    gone.abort(new Error("the client went away"));
    client.close();
    connection.dispose();
  });
  connection.onError(([error]) => log(`connection: ${error.message}`));
  connection.listen();
};

/** Runs work that writes: what it writes within a few milliseconds goes out together, and all of it before the result. */
const streamed = async <T>(
  send: (progress: GenerateProgress) => void,
  work: (report: GenerateWork["report"]) => Promise<T>,
): Promise<T> => {
  const chunks = batch<{ text: string; thought: string }>(batchMs, timer, (items) => {
    send({ kind: "chunk", text: joined(items, "text"), thought: joined(items, "thought") });
  });
  try {
    return await work((progress) => (progress.kind === "chunk" ? chunks.add(progress) : send(progress)));
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
