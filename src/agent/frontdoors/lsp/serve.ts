import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  ProgressType,
  ResponseError,
} from "vscode-languageserver/node";
import type * as z from "zod/mini";
import type { Failure } from "../../../protocol/failure.ts";
import { type nothing, type ParamsOf, parse, type RequestType, type ResultOf } from "../../../protocol/rpc.ts";
import type { Agent } from "../../agent.ts";
import type { Result } from "../../failures.ts";
import type { Log } from "../../ports/log.ts";

/** The JSON-RPC error code of an expected failure; `data` is the Failure. */
const failureErrorCode = -32001;

type Served<R> = { ok: true; value: R } | { ok: false; failure: Failure };
type Handler<T extends RequestType> = (params: ParamsOf<T>, signal: AbortSignal) => Promise<Served<ResultOf<T>>>;

/**
 * Answers one kind of request: parses its parameters (−32602 with the issues when they are wrong), calls `handle`, and
 * encodes the outcome. A bug in one request is logged and answered with −32603; it never ends the process.
 */
export const serve = <T extends RequestType>(connection: Connection, log: Log, type: T, handle: Handler<T>): void => {
  connection.onRequest(type.method, async (raw: unknown, token: CancellationToken) => {
    const params = parse(type.params, raw ?? {});
    if (!params.ok) {
      const message = `${type.method}: ${params.issues.join("; ")}`;
      throw new ResponseError(ErrorCodes.InvalidParams, message, { issues: params.issues });
    }
    try {
      const served = await handle(params.value as ParamsOf<T>, toSignal(token)); // parsed with this very schema
      if (served.ok) return served.value;
      throw new ResponseError(failureErrorCode, served.failure.message, served.failure);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log.error(`${type.method} failed`, error);
      throw new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
    }
  });
};

/** `serve` for what the façade answers with a result. */
export const createServing = (connection: Connection, log: Log, agentNow: () => Promise<Agent>) => ({
  on: <T extends RequestType>(
    type: T,
    handle: (agent: Agent, params: ParamsOf<T>, signal: AbortSignal) => Promise<Result<ResultOf<T> & object>>,
  ): void =>
    serve(connection, log, type, async (params, signal) => {
      const result = await handle(await agentNow(), params, signal);
      if (!result.ok) return result;
      const { ok, ...value } = result;
      return { ok, value: value as ResultOf<T> }; // what is left of the result is the value
    }),

  /** For requests that answer nothing but that it is done. */
  does: <P extends z.ZodMiniType>(
    type: RequestType<P, typeof nothing>,
    handle: (agent: Agent, params: z.infer<P>, signal: AbortSignal) => Promise<Result<object>>,
  ): void =>
    serve(connection, log, type, async (params, signal) => {
      const result = await handle(await agentNow(), params, signal);
      return result.ok ? { ok: true, value: {} } : result;
    }),
});

export const sendProgress = (connection: Connection, token: string | number | undefined, values: unknown[]): void => {
  if (token === undefined) return;
  for (const value of values) void connection.sendProgress(new ProgressType(), token, value);
};

const toSignal = (token: CancellationToken): AbortSignal => {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
};
