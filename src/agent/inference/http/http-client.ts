import type * as z from "zod/mini";
import { safeParse } from "zod/mini";
import type { HostFailure } from "../../../protocol/model-host.ts";
import { jsonOf } from "../../../protocol/rpc.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Net, NetResponse } from "../../ports/net.ts";
import { orAborted } from "../../ports/or-aborted.ts";
import type { EngineResult } from "../engine.ts";
import { createEndpoints, type UrlHealth } from "./endpoints.ts";
import { eventDecoder, Garbled, type ServerEvent } from "./event-stream.ts";
import { limits, type Patience } from "./limits.ts";
import { type Asked, errorIn, eventError, responseFailure, shownText } from "./response-failure.ts";
import { type SilenceWatch, watchSilence } from "./silence.ts";

export interface HttpPorts {
  readonly net: Net;
  readonly clock: Clock;
  readonly log: Log;
}

/** A server with its equals. `headers` are those of its dialect, with the key of the origin when there is one. */
export interface Remote {
  readonly id: string;
  readonly urls: readonly string[];
  headers(secret: string | null): Record<string, string>;
  secret(origin: string): Promise<string | null>;
}

/** `path` begins with a slash and is appended to a URL of the remote; `body` makes it a POST. */
export interface HttpCall {
  readonly path: string;
  readonly body?: object;
  readonly signal: AbortSignal;
}

/** What an event is in the eyes of who reads the stream. "token": something of the answer; "end": nothing follows. */
export type ReadEvent = "token" | "other" | "end" | HostFailure;

/** An event with its data read as JSON; `value` is undefined when it is none. */
export interface JsonEvent extends ServerEvent {
  readonly value: unknown;
}

/** Reads the events of one answer. Those that tell of an error do not come to it. */
export interface EventReader {
  read(event: JsonEvent): ReadEvent;
  /** Whether the answer is whole, should the stream end now. */
  isWhole(): boolean;
  /** Nothing has come for so many milliseconds. */
  onSilent(ms: number): void;
}

/** Requests to one remote. What can be expected to go wrong is a failure; a rejection is the signal's reason. */
export interface HttpClient {
  /** One question with an answer in JSON of the given shape. */
  ask<T>(call: HttpCall, shape: z.ZodMiniType<T>): Promise<EngineResult<{ value: T }>>;
  /** One question that is answered by events, until the reader sees the end. */
  stream(call: HttpCall, reader: EventReader): Promise<EngineResult<object>>;
  health(): UrlHealth[];
}

interface Attempt extends Asked {
  readonly response: NetResponse;
  readonly watch: SilenceWatch;
}

/** What another URL of the same engine may do better. */
const movesOn = ({ code, detail }: HostFailure): boolean =>
  code === "engine-unreachable" ||
  code === "engine-timeout" ||
  code === "engine-overloaded" ||
  (code === "engine-rejected" && Number(detail["status"]) >= 500);

/**
 * Sends requests to the URLs of a remote, the healthy ones first, and goes on to the next one when one fails before
 * anything of an answer has come.
 */
export const createHttpClient = (remote: Remote, { net, clock, log }: HttpPorts, patience: Patience): HttpClient => {
  const endpoints = createEndpoints(remote.urls, clock);
  const engine = remote.id;
  const garbled = (reason: string): HostFailure => ({ code: "engine-garbled", detail: { engine, reason } });

  /** One request to one URL, given up when it is silent for too long. */
  const attempt = async <T extends object>(
    url: string,
    call: HttpCall,
    onSilent: (ms: number) => void,
    take: (attempt: Attempt) => Promise<EngineResult<T>>,
  ): Promise<EngineResult<T>> => {
    const { signal, body } = call;
    const late = new AbortController();
    const limitMs = body ? patience.firstTokenMs : patience.factMs;
    const tooLong = (): void => late.abort();
    const watch = watchSilence(clock, { heartbeatMs: patience.heartbeatMs, limitMs }, onSilent, tooLong);
    const either = AbortSignal.any([signal, late.signal]);
    const { origin } = new URL(url);
    const began = clock.now();
    try {
      signal.throwIfAborted();
      const secret = (await orAborted(remote.secret(origin), either))?.trim() || null;
      const sent = await net.send({
        url: url + call.path,
        method: body ? "POST" : "GET",
        headers: { ...remote.headers(secret), ...(body && { "content-type": "application/json" }) },
        body: body ? JSON.stringify(body) : null,
        purpose: "engine",
        signal: either,
      });
      if (!sent.ok) return { ok: false, failure: named(sent.failure, engine) };
      const { response } = sent;
      watch.alive();
      if (response.status === 200) endpoints.worked(url, body ? null : clock.now() - began);
      if (response.status === 200) return await take({ engine, secret, response, watch });
      const text = await readText(response, watch, limits.errorBytes).catch(unlessAborted(either, ""));
      return { ok: false, failure: responseFailure({ engine, secret }, response.status, errorIn(jsonOf(text)), text) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const silentMs = watch.tooLong();
      if (silentMs !== null)
        return {
          ok: false,
          failure: { code: "engine-timeout", detail: { engine, seconds: Math.round(silentMs / 100) / 10 } },
        };
      if (error instanceof Garbled) return { ok: false, failure: garbled(error.message) };
      const reason = error instanceof Error ? error.message : String(error);
      log.info(`engine ${engine}: the connection to ${origin} was lost: ${reason}`);
      return { ok: false, failure: { code: "engine-unreachable", detail: { engine, url: origin, reason } } };
    } finally {
      watch.stop();
    }
  };

  /** Tries the URLs until one answers. The failure of the first, which is the healthiest, is what is told. */
  const anyUrl = async <T extends object>(
    tryUrl: (url: string) => Promise<EngineResult<T>>,
    mayMoveOn: (failure: HostFailure) => boolean,
  ): Promise<EngineResult<T>> => {
    let first: EngineResult<T> | undefined;
    for (const url of endpoints.inOrder()) {
      const result = await tryUrl(url);
      if (result.ok) return result;
      if (movesOn(result.failure)) endpoints.failed(url);
      if (!mayMoveOn(result.failure)) return result;
      first ??= result;
    }
    return first ?? { ok: false, failure: { code: "engine-unknown", detail: { id: engine } } };
  };

  const notAStream = async ({ response, watch, secret }: Attempt, kind: string): Promise<HostFailure> => {
    const text = await readText(response, watch, limits.errorBytes);
    const error = errorIn(jsonOf(text));
    if (error) return responseFailure({ engine, secret }, response.status, error, text);
    return garbled(`${shownText(kind, secret) || "no content type"} in place of text/event-stream`);
  };

  return {
    health: endpoints.health,
    ask(call, shape) {
      const take = async ({ response, watch }: Attempt): Promise<EngineResult<{ value: z.infer<typeof shape> }>> => {
        const text = await readText(response, watch, limits.jsonBytes);
        const parsed = safeParse(shape, jsonOf(text));
        if (parsed.success) return { ok: true, value: parsed.data };
        return {
          ok: false,
          failure: garbled(jsonOf(text) === undefined ? "it is not JSON" : "facts are missing in it"),
        };
      };
      const silent = (): void => undefined;
      return anyUrl((url) => attempt(url, call, silent, take), movesOn);
    },
    stream(call, reader) {
      let begun = false;
      const take = async (attempted: Attempt): Promise<EngineResult<object>> => {
        const { response, watch } = attempted;
        const kind = (response.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
        if (kind !== "text/event-stream") return { ok: false, failure: await notAStream(attempted, kind ?? "") };
        const failure = await readEvents(response, watch, (event) => {
          const value = jsonOf(event.data);
          const error = eventError(value);
          if (error) return responseFailure(attempted, error.status, error.details, "");
          const read = reader.read({ ...event, value });
          if (read !== "token") return read;
          if (!begun) watch.allow(patience.idleMs);
          begun = true;
          return read;
        });
        if (failure) return { ok: false, failure };
        return reader.isWhole() ? { ok: true } : { ok: false, failure: garbled("the answer ends in the middle") };
      };
      const silent = (ms: number): void => reader.onSilent(ms);
      const tryUrl = async (url: string): Promise<EngineResult<object>> => {
        const result = await attempt(url, call, silent, take);
        // A server that has said everything and keeps the line open, or drops it, has answered.
        return !result.ok && begun && reader.isWhole() && isCut(result.failure) ? { ok: true } : result;
      };
      return anyUrl(tryUrl, (failure) => !begun && (movesOn(failure) || failure.code === "engine-garbled"));
    },
  };
};

const isCut = ({ code }: HostFailure): boolean => code === "engine-timeout" || code === "engine-unreachable";

/** The port does not know which engine it is that cannot be reached. */
const named = ({ code, detail }: HostFailure, engine: string): HostFailure => ({ code, detail: { ...detail, engine } });

const unlessAborted =
  <T>(signal: AbortSignal, instead: T) =>
  (): T => {
    signal.throwIfAborted();
    return instead;
  };

/** The whole body as text; throws Garbled when it is larger than allowed. */
const readText = async ({ body }: NetResponse, watch: SilenceWatch, mostBytes: number): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    watch.alive();
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Garbled("the answer is too long");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/** Hands the events on until one is the end or a failure, which is returned; null at the end. */
const readEvents = async (
  { body }: NetResponse,
  watch: SilenceWatch,
  read: (event: ServerEvent) => ReadEvent,
): Promise<HostFailure | null> => {
  const decode = eventDecoder();
  let bytes = 0;
  for await (const chunk of body) {
    watch.alive();
    bytes += chunk.byteLength;
    if (bytes > limits.streamBytes) throw new Garbled("the answer is too long");
    for (const event of decode(chunk)) {
      const result = read(event);
      if (result === "end") return null;
      if (typeof result === "object") return result;
    }
  }
  return null;
};
