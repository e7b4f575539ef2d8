import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Clock } from "./clock.ts";

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** The addresses of a name. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

export const systemResolve: Resolve = (name) => lookup(name, { all: true });

/** How long a name may take to be found, and a connection to be made. */
const connectMs = 5000;

const seconds = connectMs / 1000;

/** One exchange with one server, whose addresses have been judged. */
export interface Exchange {
  readonly url: URL;
  readonly addresses: readonly Address[];
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The host as an address when it is written as one (URL has made every spelling of it the usual one), else its name. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

/** The addresses that the URL's host stands for; rejects when it has none, or none in time. */
export const addressesOf = async (url: URL, resolve: Resolve, clock: Clock): Promise<readonly Address[]> => {
  const host = hostOf(url);
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(connectMs, () => late.reject(new Error(`the name was not found within ${seconds} s`)));
  try {
    const found = await Promise.race([resolve(host), late.promise]);
    if (found.length === 0) throw new Error("the name has no address");
    return found;
  } finally {
    cancel();
  }
};

/** Hands the judged addresses to the socket, so that a second look-up cannot give others. */
const only =
  (addresses: readonly Address[]): LookupFunction =>
  (_name, options, done) => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else if (first) done(null, first.address, first.family);
  };

/**
 * Sends the request and resolves with the response when its headers have come. Rejects when there is no connection
 * within 5 s or it is lost, and with the signal's reason. The signal ends the response too, and with it the socket.
 */
export const dial = (exchange: Exchange, clock: Clock, signal: AbortSignal): Promise<IncomingMessage> => {
  const { url, method, headers, body } = exchange;
  const secure = url.protocol === "https:";
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (secure ? httpsRequest : httpRequest)({
    protocol: url.protocol,
    hostname: hostOf(url),
    port: url.port,
    path: url.pathname + url.search,
    method,
    headers: { "accept-encoding": "identity", ...headers },
    lookup: only(exchange.addresses),
    // A connection of its own: one that is kept would be used again without its address being judged.
    agent: false,
  });
  const cancel = clock.after(connectMs, () => request.destroy(new Error(`no connection within ${seconds} s`)));
  request.once("socket", (socket) => socket.once(secure ? "secureConnect" : "connect", cancel));
  const stop = (): void => void request.destroy(reasonOf(signal));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  request.on("error", (error) => {
    cancel();
    reject(signal.aborted ? signal.reason : error);
  });
  request.once("close", () => signal.removeEventListener("abort", stop));
  request.once("response", (incoming) => {
    const stopBody = (): void => void incoming.destroy(reasonOf(signal));
    signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stopBody, { once: true });
    incoming.once("close", () => signal.removeEventListener("abort", stopBody));
    incoming.on("error", () => undefined); // whoever reads the body is told
    resolve(incoming);
  });
  request.end(body ?? undefined);
  return promise;
};

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));

/**
 * The body as it comes. Leaving the loop early closes the connection. Throws the signal's reason after an abort, and an
 * Error when the connection is lost before the end.
 */
export const bodyOf = (incoming: IncomingMessage, signal: AbortSignal): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]() {
    const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]();
    return {
      async next() {
        try {
          return await chunks.next();
        } catch (error) {
          signal.throwIfAborted();
          throw error;
        }
      },
      async return() {
        incoming.destroy();
        return { done: true, value: undefined };
      },
    };
  },
});
