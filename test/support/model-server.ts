// A small model server on the loopback address, which speaks the dialects of model-dialects.ts and can misbehave.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate, setTimeout } from "node:timers/promises";
import { type Asked, type Dialect, type Reply, replyTo } from "./model-dialects.ts";

/** What the server does to every stream in place of the right thing. */
export type Misbehaviour =
  | "hang-always"
  | "hang-before-headers"
  | "hang-before-token"
  | "hang-mid-stream"
  | "close-before-headers"
  | "close-mid-stream"
  | "half-json"
  | "garbage"
  | "other-json"
  | "huge-line"
  | "huge-error"
  | "split-every-byte"
  | "wrong-content-type"
  | "error-in-stream"
  | "status-500"
  | "status-503"
  | "status-429"
  | "status-401"
  | "status-400"
  | { readonly redirectTo: string };

export interface ModelServer {
  readonly url: string;
  readonly requests: readonly Asked[];
  /** From now on; null: it behaves. */
  misbehave(how: Misbehaviour | null): void;
  /** Streams that are still written to or held. */
  running(): number;
  close(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const body = await text(request);
  return body === "" ? {} : JSON.parse(body);
};

const write = (response: ServerResponse, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => response.write(bytes, () => resolve()));

const streamHead = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };

/** Writes events until the client has gone. What never ends gives way to it between two events. */
const stream = async (response: ServerResponse, events: Iterable<string>, paceMs: number): Promise<void> => {
  response.writeHead(200, streamHead);
  for (const event of events) {
    if (response.destroyed) return;
    await write(response, event);
    await (paceMs > 0 ? setTimeout(paceMs) : setImmediate());
  }
  response.end();
};

/** Events up to the one with the first words of the answer. */
const throughFirstWords = (events: Iterable<string>): string[] => {
  const taken: string[] = [];
  for (const event of events) {
    taken.push(event);
    if (/"(content|text)":"[^"]/.test(event)) break;
  }
  return taken;
};

const misdo = async (how: Misbehaviour, response: ServerResponse, events: Iterable<string>): Promise<void> => {
  const refuse = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const begin = async (...bytes: (string | Uint8Array)[]): Promise<void> => {
    response.writeHead(200, streamHead);
    response.flushHeaders();
    for (const some of bytes) await write(response, some);
  };
  if (typeof how === "object") {
    response.writeHead(307, { location: how.redirectTo });
    response.end();
    return;
  }
  switch (how) {
    case "hang-always":
    case "hang-before-headers":
      return;
    case "hang-before-token":
      return begin();
    case "hang-mid-stream":
      return begin(...throughFirstWords(events));
    case "close-before-headers":
      response.destroy();
      return;
    case "close-mid-stream":
      await begin(...throughFirstWords(events));
      response.destroy();
      return;
    case "half-json":
      await begin(...throughFirstWords(events), 'data: {"choices":[{"del\n\n');
      response.end();
      return;
    case "garbage":
      await begin(
        Uint8Array.from({ length: 4096 }, (_, index) => (index * 89) % 256),
        "\n\ndata: \u0000nonsense\n\n",
      );
      response.end();
      return;
    case "other-json":
      await begin('data: {"choices":"none","type":"content_block_delta"}\n\n');
      response.end();
      return;
    case "huge-line":
      await begin(`data: "${"x".repeat(3_000_000)}"`);
      return;
    case "huge-error":
      response.writeHead(500, { "content-type": "text/plain" });
      response.end("x".repeat(1_000_000));
      return;
    case "split-every-byte":
      await begin(...[...Buffer.from([...events].join(""))].map((byte) => Uint8Array.of(byte)));
      response.end();
      return;
    case "wrong-content-type":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>Welcome</html>");
      return;
    case "error-in-stream": {
      const error = { type: "overloaded_error", message: "Overloaded", code: 503 };
      await begin(`data: ${JSON.stringify({ type: "error", error })}\n\n`);
      response.end();
      return;
    }
    case "status-400":
      return refuse(400, { error: { message: "the request is wrong" } });
    case "status-401":
      return refuse(401, { error: { message: `Incorrect key ${response.req.headers.authorization}` } });
    case "status-429":
      return refuse(429, { error: { message: "slow down" } });
    case "status-500":
      return refuse(500, { error: { message: "it broke" } });
    case "status-503":
      return refuse(503, { error: { message: "Loading model" } });
  }
};

interface Manner {
  readonly how: Misbehaviour | null;
  /** Between two events of a stream. */
  readonly paceMs: number;
}

const answer = async (reply: Reply, response: ServerResponse, { how, paceMs }: Manner): Promise<void> => {
  if ("json" in reply) {
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.json));
    return;
  }
  await (how ? misdo(how, response, reply.events) : stream(response, reply.events, paceMs));
};

interface Options {
  /** What it answers; without it, as model-dialects.ts has it. */
  readonly reply?: (asked: Asked) => Reply;
  readonly paceMs?: number;
}

/** A server on a free port of 127.0.0.1. `close` ends what still runs. */
export const startModelServer = async (dialect: Dialect, options: Options = {}): Promise<ModelServer> => {
  const { reply: answerTo = (asked) => replyTo(dialect, asked), paceMs = 0 } = options;
  const requests: Asked[] = [];
  let how: Misbehaviour | null = null;
  let running = 0;
  const server = createServer(async (request, response) => {
    const body = await readBody(request).catch(() => ({}));
    const asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
    requests.push(asked);
    const reply = answerTo(asked);
    if ("events" in reply) {
      running += 1;
      response.once("close", () => {
        running -= 1;
      });
    }
    if (how !== "hang-always") await answer(reply, response, { how, paceMs });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    misbehave(next) {
      how = next;
    },
    running: () => running,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
