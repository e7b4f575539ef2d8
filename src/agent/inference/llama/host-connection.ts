import {
  CancellationToken,
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { hostHello, hostPing } from "../../../protocol/model-host.ts";
import { type ParamsOf, parse, type RequestType, type ResultOf } from "../../../protocol/rpc.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Socket } from "../../ports/sockets.ts";

/** Why the host no longer answers. */
export class HostGone extends Error {
  readonly code: "host-stopped" | "host-hung";
  constructor(code: "host-stopped" | "host-hung") {
    super(code);
    this.code = code;
  }
}

/** How long a busy host may stay silent. It answers pings while it loads and generates; only a hung one does not. */
export interface Patience {
  readonly pingEveryMs: number;
  readonly hungAfterMs: number;
}

/** A host that was told to stop gets this long to answer with what it has. */
const abortGraceMs = 2_000;

/** A connection to a running model host, after the handshake. */
export interface HostConnection {
  readonly pid: number;
  readonly closed: Promise<void>;
  /** Rejects with HostGone when the host stops or hangs meanwhile. An abort is passed on; the host still answers. */
  request<T extends RequestType>(type: T, params: ParamsOf<T>, call?: Call): Promise<ResultOf<T>>;
  dispose(): void;
}

export interface Call {
  readonly onProgress?: (value: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Shakes hands with the host on `socket`. `onHung` is called when it does not answer, or stops answering. */
export const openHostConnection = async (
  socket: Socket,
  token: string,
  { clock, patience, onHung }: { clock: Clock; patience: Patience; onHung: () => void },
): Promise<HostConnection> => {
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const closed = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => undefined);
  let hung = false;
  connection.onClose(() => {
    gone.reject(new HostGone(hung ? "host-hung" : "host-stopped"));
    closed.resolve();
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.listen();

  const send = async <T extends RequestType>(type: T, params: ParamsOf<T>, cancel = CancellationToken.None) => {
    const raw: unknown = await Promise.race([connection.sendRequest(type.method, params, cancel), gone.promise]).catch(
      (error: unknown) => {
        // Writing to a socket that has just closed fails before its close is told.
        throw socket.destroyed && !(error instanceof ResponseError)
          ? new HostGone(hung ? "host-hung" : "host-stopped")
          : error;
      },
    );
    const result = parse(type.result, raw);
    if (!result.ok) throw new Error(`${type.method} answered wrongly: ${result.issues.join("; ")}`);
    return result.value as ResultOf<T>; // parsed with this very schema
  };

  const giveUp = (): void => {
    hung = true;
    onHung();
    socket.destroy();
  };
  const inTime = clock.after(patience.hungAfterMs, giveUp);
  const { pid } = await send(hostHello, { token }).finally(inTime);
  let waiting = 0;
  let tokens = 0;
  const stopWatching = watch(
    connection,
    { clock, patience },
    {
      busy: () => waiting > 0,
      hung: giveUp,
    },
  );
  void closed.promise.then(stopWatching);

  return {
    pid,
    closed: closed.promise,
    async request(type, params, call = {}) {
      call.signal?.throwIfAborted(); // a request that begins cancelled would never be told so
      const cancel = new CancellationTokenSource();
      const givenUp = Promise.withResolvers<never>();
      let forgetGrace: () => void = () => undefined;
      const onAbort = (): void => {
        cancel.cancel();
        forgetGrace = clock.after(abortGraceMs, () => givenUp.reject(call.signal?.reason));
      };
      const progressToken = `p${++tokens}`;
      const progress =
        call.onProgress && connection.onProgress(new ProgressType<unknown>(), progressToken, call.onProgress);
      call.signal?.addEventListener("abort", onAbort, { once: true });
      waiting++;
      try {
        const sent = progress ? { ...(params as object), partialResultToken: progressToken } : params; // an object schema
        return await Promise.race([send(type, sent as typeof params, cancel.token), givenUp.promise]);
      } finally {
        waiting--;
        forgetGrace(); // a timer that is left would hold a command line that has nothing more to do
        call.signal?.removeEventListener("abort", onAbort);
        progress?.dispose();
        cancel.dispose();
      }
    },
    dispose: () => socket.end(),
  };
};

/** Pings while something is waited for; calls `hung` when a ping stays without answer for too long. */
const watch = (
  connection: MessageConnection,
  { clock, patience }: { clock: Clock; patience: Patience },
  state: { busy: () => boolean; hung: () => void },
): (() => void) => {
  let cancel: () => void = () => undefined;
  let stopped = false;
  let pingedAt: number | undefined;

  const tick = (): void => {
    if (stopped) return;
    if (pingedAt !== undefined && clock.now() - pingedAt > patience.hungAfterMs) {
      state.hung();
      return;
    }
    if (pingedAt === undefined && state.busy()) {
      pingedAt = clock.now();
      connection.sendRequest(hostPing.method, {}).then(
        () => {
          pingedAt = undefined;
        },
        () => undefined,
      );
    }
    cancel = clock.after(patience.pingEveryMs, tick);
  };
  tick();
  return () => {
    stopped = true;
    cancel();
  };
};
