import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Net, NetResponse } from "../../ports/net.ts";
import type { Trouble } from "./retrying.ts";

/** A server that sends nothing for this long is given up. */
const idleMs = 30_000;

/** The body ended too early; the message says why. */
export class Lost extends Error {}

/** What fetching needs of the world. */
export interface Wire {
  readonly net: Net;
  readonly clock: Clock;
}

/**
 * An answer whose body has begun. The body throws `Lost` when the connection is lost or nothing has come for 30 s, and
 * the signal's reason after an abort. `leave` must be called when it is no longer read.
 */
export interface Answer {
  readonly response: NetResponse;
  readonly body: AsyncIterable<Uint8Array>;
  leave(): void;
}

export const failed = (reason: string): HostFailure => ({ code: "download-failed", detail: { reason } });
export const again = (reason: string): Trouble => ({ verdict: "again", failure: failed(reason) });
export const final = (failure: HostFailure): Trouble => ({ verdict: "final", failure });

const stalled = (): string => l10n.t("the hub has sent nothing for {0} s", idleMs / 1000);

/** Aborts its signal with the outer one, or when `beat` was not called for `idleMs`. */
const watchIdle = (clock: Clock, outer: AbortSignal) => {
  const inner = new AbortController();
  let lastBeat = clock.now();
  let cancel = (): void => undefined;
  const look = (): void => {
    const left = lastBeat + idleMs - clock.now();
    if (left <= 0) inner.abort(new Lost(stalled()));
    else cancel = clock.after(left, look);
  };
  look();
  return {
    signal: AbortSignal.any([outer, inner.signal]),
    beat: () => {
      lastBeat = clock.now();
    },
    end: () => {
      cancel();
      inner.abort(new Lost());
    },
  };
};

const watched = async function* (
  body: AsyncIterable<Uint8Array>,
  beat: () => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      beat();
      yield chunk;
    }
  } catch {
    signal.throwIfAborted();
    throw new Lost(l10n.t("the connection was lost"));
  }
};

/** Asks the hub. Every status is an answer; no answer is a trouble. Rejects with the signal's reason. */
export const ask = async (
  { net, clock }: Wire,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ ok: true; answer: Answer } | { ok: false; trouble: Trouble }> => {
  const watch = watchIdle(clock, signal);
  try {
    const request = { url, method: "GET", headers, body: null, purpose: "hub", signal: watch.signal } as const;
    const sent = await net.send(request);
    if (sent.ok) {
      const body = watched(sent.response.body, watch.beat, watch.signal);
      return { ok: true, answer: { response: sent.response, body, leave: watch.end } };
    }
    watch.end();
    if (sent.failure.code === "network-refused") return { ok: false, trouble: final(sent.failure) };
    return { ok: false, trouble: again(String(sent.failure.detail["reason"] ?? sent.failure.code)) };
  } catch (error) {
    watch.end();
    signal.throwIfAborted();
    if (!(error instanceof Lost)) throw error;
    return { ok: false, trouble: again(error.message) };
  }
};

/** What an answer that is not the file means. */
export const troubleOf = ({ status, headers, url }: NetResponse): Trouble => {
  if (status === 404 || status === 410) {
    const { origin, pathname } = new URL(url);
    return final({ code: "download-not-found", detail: { url: origin + pathname } });
  }
  if (status === 401 || status === 403)
    return final(failed(l10n.t("the hub gives it only to those who signed in or accepted its licence ({0})", status)));
  const trouble = again(l10n.t("the hub answered {0}", status));
  if (status !== 408 && status !== 429 && status < 500) return final(trouble.failure);
  const seconds = Number(headers["retry-after"]);
  return seconds > 0 ? { ...trouble, waitMs: seconds * 1000 } : trouble;
};
