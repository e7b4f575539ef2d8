import type { IncomingMessage } from "node:http";
import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../protocol/model-host.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { isPublicAddress } from "./net-address.ts";
import { addressesOf, bodyOf, dial, type Resolve, systemResolve } from "./net-dial.ts";
import { type Hop, headerProblem, judge, type NetPurpose, type NetRules, parseUrl } from "./net-rules.ts";
import { orAborted } from "./or-aborted.ts";

export { discoveryPorts, type NetRules } from "./net-rules.ts";

export interface NetRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly purpose: NetPurpose;
  readonly signal: AbortSignal;
}

/**
 * `headers` have lower-case names; `url` is the one that answered, after redirects. The body must be read, left early,
 * or aborted: until then its connection is open. It throws the signal's reason after an abort, an Error when cut off.
 */
export interface NetResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** `network-refused` with `host` and `reason`; `engine-unreachable` with `url` (the origin) and `reason`. */
export type NetResult = { ok: true; response: NetResponse } | { ok: false; failure: HostFailure };

/** The one way out of the machine. Until `allow` was called it leads nowhere. */
export interface Net {
  /** Resolves when the headers have come. Any status is a response. Rejects with the signal's reason. */
  send(request: NetRequest): Promise<NetResult>;
  /** From now on these rules hold, in place of those before. */
  allow(rules: NetRules): void;
}

/** One request as it was made or refused. The query is left out: it may hold a secret. */
export interface LedgerEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly purpose: NetPurpose;
  readonly method: "GET" | "POST";
  readonly origin: string;
  readonly path: string;
  /** null: refused, or no answer came. */
  readonly status: number | null;
  /** Why it was refused; null: it was sent. */
  readonly refused: string | null;
  /** Of the body. */
  readonly sentBytes: number;
}

/** Where every request is written down, each redirect as one of its own. */
export interface Ledger {
  record(entry: LedgerEntry): void;
}

const nothing: NetRules = { engines: [], hub: null, discovery: false };
const mostRedirects = 5;
const redirects = [301, 302, 303, 307, 308];

/** What may go along to another server. Keys and cookies are for the first one alone. */
const harmless = ["accept", "accept-encoding", "if-range", "range", "user-agent"];

type Sent =
  | { ok: true; incoming: IncomingMessage }
  | { ok: false; failure: HostFailure; refused: string | null; sentBytes: number };

/** The way out over node:http. `resolve` is replaced in tests that need a name to be at a certain address. */
export const createNet = (clock: Clock, ledger: Ledger, log: Log, resolve: Resolve = systemResolve): Net => {
  let rules = nothing;

  const exchange = async (request: NetRequest, hop: Hop, hops: number): Promise<Sent> => {
    const { url } = hop;
    const refuse = (reason: string): Sent => ({
      ok: false,
      failure: refusal(url.host, reason),
      refused: reason,
      sentBytes: 0,
    });
    if (hops > mostRedirects) return refuse(l10n.t("it redirects more than {0} times", mostRedirects));
    const problem = headerProblem(request.headers);
    if (problem !== null) return refuse(problem);
    const verdict = judge(rules, request.purpose, hop);
    if (!verdict.ok) return refuse(verdict.reason);
    let sentBytes = 0;
    try {
      const addresses = await orAborted(addressesOf(url, resolve, clock), request.signal);
      if (verdict.reach === "public" && !addresses.every(({ address }) => isPublicAddress(address)))
        return refuse(l10n.t("a redirect leads into a private network"));
      sentBytes = Buffer.byteLength(request.body ?? "");
      return { ok: true, incoming: await dial({ ...request, url, addresses }, clock, request.signal) };
    } catch (error) {
      request.signal.throwIfAborted();
      const reason = wordsOf(error);
      log.info(`${request.purpose} ${url.origin}: ${reason}`);
      const failure: HostFailure = { code: "engine-unreachable", detail: { url: url.origin, reason } };
      return { ok: false, failure, refused: null, sentBytes };
    }
  };

  /** One exchange, written down however it ends. */
  const hopOnce = async (request: NetRequest, hop: Hop, hops: number): Promise<Sent> => {
    const { purpose, method, signal } = request;
    const { origin, pathname } = hop.url;
    const line = { at: clock.epoch(), purpose, method, origin, path: pathname };
    try {
      signal.throwIfAborted();
      const sent = await exchange(request, hop, hops);
      const status = sent.ok ? (sent.incoming.statusCode ?? 0) : null;
      const refused = sent.ok ? null : sent.refused;
      ledger.record({
        ...line,
        status,
        refused,
        sentBytes: sent.ok ? Buffer.byteLength(request.body ?? "") : sent.sentBytes,
      });
      return sent;
    } catch (error) {
      ledger.record({ ...line, status: null, refused: null, sentBytes: Buffer.byteLength(request.body ?? "") });
      throw error;
    }
  };

  return {
    allow(next) {
      rules = next;
    },
    async send(first) {
      let request = first;
      let hop: Hop | null = startOf(first.url);
      for (let hops = 0; hop; hops += 1) {
        const sent = await hopOnce(request, hop, hops);
        if (!sent.ok) return { ok: false, failure: sent.failure };
        const { incoming } = sent;
        const location = redirectOf(incoming);
        if (location === null) return { ok: true, response: responseOf(incoming, hop.url, first.signal) };
        incoming.destroy();
        const next = URL.parse(location, hop.url.href);
        if (!next) return { ok: false, failure: refusal(hop.url.host, l10n.t("it redirects to no valid address")) };
        request = redirected(request, incoming.statusCode ?? 0, next.origin === hop.url.origin);
        hop = { url: next, from: hop.url };
      }
      const { purpose, method } = first;
      const reason = l10n.t("the address is not valid");
      const at = clock.epoch();
      ledger.record({ at, purpose, method, origin: "", path: "", status: null, refused: reason, sentBytes: 0 });
      return { ok: false, failure: refusal("", reason) };
    },
  };
};

const startOf = (text: string): Hop | null => {
  const url = parseUrl(text);
  return url && { url, from: null };
};

const refusal = (host: string, reason: string): HostFailure => ({ code: "network-refused", detail: { host, reason } });

const redirectOf = ({ statusCode, headers }: IncomingMessage): string | null =>
  redirects.includes(statusCode ?? 0) ? (headers.location ?? null) : null;

/** The request that a redirect asks for: 307 and 308 repeat it, the others fetch. */
const redirected = (request: NetRequest, status: number, sameOrigin: boolean): NetRequest => {
  const repeated = status === 307 || status === 308 || request.method === "GET";
  const allowed = ([name]: [string, string]): boolean => sameOrigin || harmless.includes(name.toLowerCase());
  const headers = Object.fromEntries(Object.entries(request.headers).filter(allowed));
  return repeated ? { ...request, headers } : { ...request, headers, method: "GET", body: null };
};

const responseOf = (incoming: IncomingMessage, url: URL, signal: AbortSignal): NetResponse => ({
  status: incoming.statusCode ?? 0,
  headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? "")])),
  url: url.href,
  body: bodyOf(incoming, signal),
});

/** Node's error of several failed addresses has no words of its own. */
const wordsOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};
