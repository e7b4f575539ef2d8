import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { nodeClock } from "../../src/agent/ports/clock.ts";
import {
  createNet,
  type LedgerEntry,
  type NetRequest,
  type NetResult,
  type NetRules,
} from "../../src/agent/ports/net.ts";
import type { Address } from "../../src/agent/ports/net-dial.ts";
import { silentLog } from "../support/remote-engines.ts";
import { within } from "../support/waiting.ts";

/** Hosts that are this machine, its networks, a cloud's metadata or nowhere, in spellings that have fooled others. */
const refusedHosts = [
  ..."127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 127.0.0.1. 127.255.255.254".split(
    " ",
  ),
  ..."127%2e0%2e0%2e1 ①②⑦.⓪.⓪.① 127。0。0。1 0 0.0.0.0 0x0 0.0.0.1 10.0.0.1 10.255.255.255 0xa000001".split(" "),
  ..."172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 169.254.169.254 0xa9fea9fe 2852039166".split(" "),
  ..."169.254.170.2 100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1".split(" "),
  ..."203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1".split(" "),
  ..."[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:169.254.169.254] [::127.0.0.1]".split(
    " ",
  ),
  ..."[::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::10.0.0.1] [2002:7f00:1::]".split(" "),
  ..."[2002:a9fe:a9fe::1] [2001:0:7f00:1::] [fe80::1] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1]".split(" "),
  ..."[2001:db8::1] [3fff::1] [100::1] [5f00::1]".split(" "),
];

/** Names, and where a resolver has been made to say they are. */
const refusedNames: Readonly<Record<string, readonly string[]>> = {
  localhost: ["127.0.0.1", "::1"],
  "localhost.": ["127.0.0.1"],
  "foo.localhost": ["127.0.0.1"],
  "metadata.google.internal": ["169.254.169.254"],
  "rebinding.example": ["93.184.216.34", "10.0.0.1"],
  "six.example": ["fe80::1%eth0"],
  "mapped.example": ["::ffff:10.0.0.1"],
};

interface Scene {
  readonly rules?: Partial<NetRules>;
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

const scene = ({ rules = {}, names = {} }: Scene) => {
  const ledger: LedgerEntry[] = [];
  const lookups: string[] = [];
  const resolve = async (name: string): Promise<Address[]> => {
    lookups.push(name);
    const found = names[name];
    if (!found) throw new Error(`the test knows no ${name}`);
    return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  const net = createNet(nodeClock, { record: (entry) => void ledger.push(entry) }, silentLog, resolve);
  net.allow({ engines: [], hub: null, discovery: false, ...rules });
  const get = (url: string, more: Partial<NetRequest> = {}): Promise<NetResult> => {
    const { signal } = new AbortController();
    return net.send({ url, method: "GET", headers: {}, body: null, purpose: "engine", signal, ...more });
  };
  return { get, ledger, lookups };
};

const isRefused = (result: NetResult, what: string): void => {
  assert.ok(!result.ok, `${what} was not refused`);
  assert.equal(result.failure.code, "network-refused", `${what}: ${JSON.stringify(result.failure)}`);
};

const textOf = async (result: NetResult): Promise<string> => {
  assert.ok(result.ok, JSON.stringify(result));
  let text = "";
  for await (const chunk of result.response.body) text += Buffer.from(chunk).toString();
  return text;
};

describe("the way out", () => {
  const servers: Server[] = [];
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address);
    return `http://127.0.0.1:${address.port}`;
  };
  const redirectTo = (location: string, status = 302): Promise<string> =>
    serve((_, response) => response.writeHead(status, { location }).end());
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  it("leads nowhere until something is allowed", async () => {
    const url = await serve((_, response) => response.end("hello"));
    const ledger: LedgerEntry[] = [];
    const net = createNet(nodeClock, { record: (entry) => void ledger.push(entry) }, silentLog);
    const { signal } = new AbortController();
    for (const purpose of ["engine", "hub", "discovery"] as const)
      isRefused(await net.send({ url, method: "GET", headers: {}, body: null, purpose, signal }), purpose);
    assert.equal(ledger.length, 3);
    assert.ok(ledger.every(({ status, refused, sentBytes }) => status === null && refused !== null && sentBytes === 0));
  });

  it("leads to the origins of the engines, and writes it down without the query", async () => {
    const url = await serve((request, response) => response.end(`${request.method} ${request.url}`));
    const { get, ledger } = scene({ rules: { engines: [`${url}/v1`] } });
    const sent = { method: "POST", body: "grüße" } as const;
    assert.equal(await textOf(await get(`${url}/some/path?key=secret`, sent)), "POST /some/path?key=secret");
    const { at, ...line } = ledger[0] ?? { at: 0 };
    assert.ok(at > 0);
    const written = { purpose: "engine", method: "POST", origin: url, path: "/some/path" };
    assert.deepEqual(line, { ...written, status: 200, refused: null, sentBytes: Buffer.byteLength("grüße") });
  });

  it("refuses a redirect of an engine to another origin, and follows one to its own", async () => {
    const other = await serve((_, response) => response.end("caught"));
    const away = await redirectTo(`${other}/`);
    const home = await serve((request, response) =>
      request.url === "/there" ? response.end("there") : response.writeHead(307, { location: "/there" }).end(),
    );
    const { get, ledger } = scene({ rules: { engines: [away, home, other] } });
    isRefused(await get(away), "another engine");
    assert.equal(await textOf(await get(home)), "there");
    assert.deepEqual(
      ledger.map(({ status }) => status),
      [302, null, 307, 200],
    );
  });

  it(`refuses a redirect of the hub to any of ${refusedHosts.length} spellings of private addresses`, async () => {
    assert.ok(refusedHosts.length >= 40);
    for (const host of refusedHosts) {
      const hub = await redirectTo(
        `https://${encodeURI(host).replaceAll("%25", "%").replaceAll("%5B", "[").replaceAll("%5D", "]")}/file`,
      );
      const { get, lookups } = scene({ rules: { hub } });
      isRefused(await get(hub, { purpose: "hub" }), host);
      assert.deepEqual(lookups, [], host);
    }
  });

  it("refuses a redirect of the hub to a name with any address that is private", async () => {
    for (const name of Object.keys(refusedNames)) {
      const hub = await redirectTo(`https://${name}/file`);
      const { get, lookups } = scene({ rules: { hub }, names: refusedNames });
      isRefused(await get(hub, { purpose: "hub" }), name);
      assert.deepEqual(lookups, [name]);
    }
  });

  it("refuses a redirect of the hub without https, with a user name, or to another scheme", async () => {
    const bad = [
      "http://93.184.216.34/",
      "https://user:pass@93.184.216.34/",
      "ftp://93.184.216.34/",
      "file:///etc/passwd",
    ];
    for (const location of [...bad, "data:,x", "//127.0.0.1/"]) {
      const hub = await redirectTo(location);
      isRefused(await scene({ rules: { hub } }).get(hub, { purpose: "hub" }), location);
    }
  });

  it("dials the address that was judged, with one look-up of the name", async () => {
    const url = new URL(await serve((request, response) => response.end(request.headers.host)));
    const named = `http://model.example:${url.port}`;
    const { get, lookups } = scene({ rules: { engines: [named] }, names: { "model.example": ["127.0.0.1"] } });
    assert.equal(await textOf(await get(named)), `model.example:${url.port}`);
    assert.deepEqual(lookups, ["model.example"]);
  });

  it("gives up after five redirects", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "/again" }).end());
    const { get, ledger } = scene({ rules: { engines: [url] } });
    isRefused(await get(url), "a circle");
    assert.equal(ledger.filter(({ status }) => status === 302).length, 6);
  });

  it("looks for engines at the usual ports of the loopback address only", async () => {
    const { get, ledger } = scene({ rules: { discovery: true } });
    const bad =
      "http://127.0.0.1:22 http://127.0.0.2:8080 http://localhost:8080 https://127.0.0.1:8080 http://10.0.0.1:8080";
    for (const url of bad.split(" ")) isRefused(await get(url, { purpose: "discovery" }), url);
    for (const url of ["http://127.0.0.1:30000", "http://[::1]:30000"]) {
      const result = await get(url, { purpose: "discovery" });
      assert.ok(result.ok || result.failure.code === "engine-unreachable", url);
    }
    assert.equal(ledger.at(-1)?.refused, null);
  });

  it("refuses addresses and headers that are read in two ways", async () => {
    const url = await serve((_, response) => response.end("hello"));
    const { get } = scene({ rules: { engines: [url] } });
    for (const tail of ["/a b", "/a\r\nX: y", "/a\tb", "\\evil", "/\u0000"])
      isRefused(await get(url + tail), JSON.stringify(tail));
    isRefused(await get(url.replace("http://", "http://user:pass@")), "userinfo");
    isRefused(await get(url.replace("http://", "http://user@")), "userinfo");
    isRefused(await get("not a url"), "no url");
    const headers = [
      { "x-a": "b\r\nx: y" },
      { "x a": "b" },
      { Host: "evil" },
      { "Transfer-Encoding": "chunked" },
      { "content-length": "1" },
    ];
    for (const bad of headers) isRefused(await get(url, { headers: bad }), JSON.stringify(bad));
  });

  it("ends a request that is stopped, before and after the headers", async () => {
    const url = await serve((request, response) => void (request.url === "/body" && response.write("some")));
    const { get } = scene({ rules: { engines: [url] } });
    const early = new AbortController();
    const sent = get(`${url}/never`, { signal: early.signal });
    setImmediate(() => early.abort(new Error("enough")));
    await assert.rejects(within(500, "the stop", sent), /enough/);
    const late = new AbortController();
    const body = textOf(await get(`${url}/body`, { signal: late.signal }));
    late.abort(new Error("enough"));
    await assert.rejects(within(500, "the stop", body), /enough/);
    await assert.rejects(get(url, { signal: AbortSignal.abort(new Error("too late")) }), /too late/);
  });

  it("does not wait for ever for a connection", async () => {
    const timers: (() => void)[] = [];
    const after = (_ms: number, action: () => void): (() => void) => {
      timers.push(action);
      return () => undefined;
    };
    const clock = { ...nodeClock, after };
    const net = createNet(clock, { record() {} }, silentLog, () => new Promise(() => undefined));
    net.allow({ engines: ["http://model.example"], hub: null, discovery: false });
    const { signal } = new AbortController();
    const sent = net.send({
      url: "http://model.example",
      method: "GET",
      headers: {},
      body: null,
      purpose: "engine",
      signal,
    });
    await new Promise(setImmediate);
    for (const fire of timers) fire();
    const result = await within(500, "the end", sent);
    assert.ok(!result.ok && result.failure.code === "engine-unreachable");
  });
});
