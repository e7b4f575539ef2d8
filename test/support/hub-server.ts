// A hub for tests: metadata, files behind a redirect as from Git LFS, ranges; and it misbehaves when told to.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What goes wrong with one request for a file. Counts are bytes of the body. */
export type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "cut"; readonly after: number }
  | { readonly kind: "stall"; readonly after: number }
  /** The whole file with 200, whatever was asked for. */
  | { readonly kind: "ignore-range" }
  | { readonly kind: "status"; readonly status: number; readonly contentRange?: string }
  /** Announces this many bytes more (or less) than it sends. */
  | { readonly kind: "wrong-length"; readonly by: number }
  /** Sends this many bytes more than were asked for, without a length. */
  | { readonly kind: "overlong"; readonly by: number }
  /** Answers a range with one that begins this many bytes later. */
  | { readonly kind: "shifted"; readonly by: number };

export interface HubFile {
  content: Buffer;
  /** What the metadata says; null: nothing. */
  sha256: string | null;
}

export interface HubServer {
  readonly url: string;
  /** `owner/name` of its one repository. */
  repository: string;
  readonly files: Map<string, HubFile>;
  /** One fault for each of the next requests for a file. */
  readonly faults: Fault[];
  /** The requests for files, as `Range` headers; null for the whole. */
  readonly ranges: (string | null)[];
  /** What the metadata is answered with: 200, or a fault. */
  metadataStatus: number[];
  /** Whether the hashes are only in the list of the tree, as some mirrors have it. */
  hashesInTree: boolean;
  /** Whether files come straight, from another path after a redirect, or from another origin. */
  redirect: "none" | "path" | "origin";
  honoursRanges: boolean;
  /** Bytes per millisecond. */
  pace: number;
  /** Body bytes of files sent so far. */
  sentBytes: number;
  /** Called when more has been sent. */
  onSent: () => void;
  close(): Promise<void>;
}

export const repository = "owner/model-GGUF";
const commit = "0123456789abcdef0123456789abcdef01234567";

const sha256Hex = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
export const hubFile = (content: Buffer): HubFile => ({ content, sha256: sha256Hex(content) });

/** Bytes that repeat nowhere nearby, so that a piece in the wrong place is seen. */
export const bytesOf = (size: number, seed: number): Buffer => {
  const bytes = Buffer.allocUnsafe(size);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < size; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    for (let i = at; i < Math.min(at + 4, size); i += 1) bytes[i] = (state >>> (8 * (i - at))) & 255;
  }
  return bytes;
};

const listen = async (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
};

/** Starts a hub with these files in its one repository, at its one commit, and its content network. */
export const startHub = async (contents: Readonly<Record<string, Buffer>>): Promise<HubServer> => {
  const files = new Map(Object.entries(contents).map(([name, content]) => [name, hubFile(content)]));
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    answer(hub, cdn.url, request, response).catch(() => response.destroy());
  };
  const [main, cdn] = await Promise.all([listen(handle), listen(handle)]);
  const hub: HubServer = {
    url: main.url,
    repository,
    files,
    faults: [],
    ranges: [],
    metadataStatus: [],
    hashesInTree: false,
    redirect: "path",
    honoursRanges: true,
    pace: Number.POSITIVE_INFINITY,
    sentBytes: 0,
    onSent: () => undefined,
    close: async () => void (await Promise.all([main.close(), cdn.close()])),
  };
  return hub;
};

const answer = async (hub: HubServer, cdn: string, request: IncomingMessage, response: ServerResponse) => {
  const path = decodeURIComponent(new URL(request.url ?? "/", hub.url).pathname);
  if (path.startsWith("/api/")) return answerMetadata(hub, path, response);
  const [, stored] = /^\/cdn\/(.+)$/.exec(path) ?? [];
  const [, named] = new RegExp(`^/${hub.repository}/resolve/[^/]+/(.+)$`).exec(path) ?? [];
  const file = hub.files.get(stored ?? named ?? "");
  if (!file) return void response.writeHead(404).end();
  if (named !== undefined && hub.redirect !== "none") {
    const base = hub.redirect === "origin" ? cdn : "";
    const headers = { "x-repo-commit": commit, "x-linked-size": file.content.length };
    return void response.writeHead(302, { ...headers, location: `${base}/cdn/${encodeURIComponent(named)}` }).end();
  }
  return answerFile(hub, file, request, response);
};

const answerMetadata = (hub: HubServer, path: string, response: ServerResponse): void => {
  const status = hub.metadataStatus.shift() ?? 200;
  if (status !== 200 || !path.startsWith(`/api/models/${hub.repository}/`)) {
    return void response.writeHead(status === 200 ? 404 : status).end();
  }
  const entries = [...hub.files].map(([name, { content, sha256 }]) => ({ name, size: content.length, sha256 }));
  const tree = entries.map(({ name, size, sha256 }) => ({
    type: "file",
    path: name,
    size,
    ...(sha256 === null ? {} : { lfs: { oid: sha256, size, pointerSize: 134 } }),
  }));
  const siblings = entries.map(({ name, size, sha256 }) => ({
    rfilename: name,
    size,
    ...(sha256 === null || hub.hashesInTree ? {} : { lfs: { sha256, size, pointerSize: 134 } }),
  }));
  const isTree = path.includes("/tree/");
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(isTree ? tree : { id: hub.repository, sha: commit, siblings }));
};

const answerFile = async (hub: HubServer, file: HubFile, request: IncomingMessage, response: ServerResponse) => {
  const { content } = file;
  const etag = `"${sha256Hex(content)}"`;
  const fault = hub.faults.shift() ?? { kind: "none" };
  hub.ranges.push(request.headers.range ?? null);
  if (fault.kind === "status") {
    const range = fault.contentRange === undefined ? {} : { "content-range": fault.contentRange };
    return void response.writeHead(fault.status, range).end();
  }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const isCurrent = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const ranged = first !== undefined && hub.honoursRanges && isCurrent && fault.kind !== "ignore-range";
  const shift = fault.kind === "shifted" ? fault.by : 0;
  const start = ranged ? Number(first) + shift : 0;
  const end = ranged && last ? Number(last) + 1 : content.length;
  if (start >= content.length)
    return void response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
  const announced = end - start + (fault.kind === "wrong-length" ? fault.by : 0);
  response.writeHead(ranged ? 206 : 200, {
    etag,
    ...(fault.kind === "overlong" ? {} : { "content-length": announced }),
    ...(ranged ? { "content-range": `bytes ${start}-${end - 1}/${content.length}` } : {}),
  });
  const stopAt = fault.kind === "cut" || fault.kind === "stall" ? Math.min(fault.after, end - start) : end - start;
  await send(hub, content.subarray(start, start + stopAt), response);
  if (fault.kind === "stall") return; // until the other side gives up, or the server is closed
  if (fault.kind === "cut" || announced > end - start) return void response.destroy();
  if (fault.kind === "overlong") response.write(Buffer.alloc(fault.by));
  response.end();
};

const pieceBytes = 16 * 1024;

const send = async (hub: HubServer, bytes: Buffer, response: ServerResponse): Promise<void> => {
  const piece = Number.isFinite(hub.pace) ? pieceBytes : 16 * pieceBytes;
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    const part = bytes.subarray(at, at + piece);
    await new Promise<void>((resolve) => {
      response.once("close", resolve); // then nobody tells that the write has ended
      response.write(part, () => {
        response.off("close", resolve);
        resolve();
      });
    });
    hub.sentBytes += part.length;
    hub.onSent();
    if (Number.isFinite(hub.pace)) await sleep(part.length / hub.pace);
  }
};
