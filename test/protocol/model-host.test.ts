import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostTokenFile, modelHostVersion } from "../../src/protocol/model-host.ts";
import { askOnce, startAgent } from "../support/agent-process.ts";
import { type HostProcess, hostListens, openSocket, speak, startHost } from "../support/host-process.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { starterFile } from "../support/toy-models.ts";
import { isAlive, within } from "../support/waiting.ts";

const framed = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe("the model host alone", () => {
  let home: TestHome;
  let host: HostProcess;
  let token: string;

  before(async () => {
    home = createTestHome();
    host = startHost(home, home.runtime);
    await hostListens(host);
    token = readFileSync(join(home.runtime, hostTokenFile), "utf8");
  });

  after(() => home.close());

  /** A client with the right token is served: the host is well. */
  const isWell = async (): Promise<void> => {
    const { socket, closed } = await openSocket(home.runtime);
    const connection = speak(socket);
    const hello = await within(2_000, "host/hello", connection.sendRequest("host/hello", { token }));
    assert.deepEqual(hello, { pid: host.child.pid });
    const described = await connection.sendRequest("model/describe", { path: starterFile });
    assert.ok(described instanceof Object && "ok" in described && described.ok);
    socket.end();
    await closed;
  };

  it("serves a client that knows the token, and keeps the token to this user", async () => {
    await isWell();
    if (process.platform === "win32") return;
    assert.equal(statSync(join(home.runtime, hostTokenFile)).mode & 0o077, 0);
    assert.equal(statSync(home.runtime).mode & 0o077, 0);
  });

  for (const [what, method, params] of [
    ["a wrong token", "host/hello", { token: "0".repeat(64) }],
    ["an empty token", "host/hello", { token: "" }],
    ["a request before the token", "model/describe", { path: starterFile }],
    ["a ping before the token", "host/ping", {}],
  ] as const) {
    it(`closes the connection after ${what}, without an answer`, async () => {
      const { socket, closed } = await openSocket(home.runtime);
      let answered = false;
      speak(socket)
        .sendRequest(method, params)
        .then(
          () => {
            answered = true;
          },
          () => undefined,
        );
      await within(2_000, "the end of the connection", closed);
      assert.equal(answered, false);
      await isWell();
    });
  }

  const rubbish: readonly (readonly [string, string])[] = [
    ["no message at all", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["a body that is not JSON", framed("{not json")],
    ["JSON that is no message", framed("[1, 2, 3]")],
    ["null", framed("null")],
    ["a message of another kind", framed('{"jsonrpc":"2.0","id":1,"method":"host/fly","params":{}}')],
    ["wrong parameters", framed('{"jsonrpc":"2.0","id":1,"method":"host/hello","params":[]}')],
    ["a cancel of nothing", framed('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}')],
    ["a length that is no number", "Content-Length: many\r\n\r\n{}"],
    ["a message that never ends", `Content-Length: 1000000\r\n\r\n{"jsonrpc"`],
    ["bytes", Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 31) % 256)).toString("latin1")],
  ];

  for (const [what, bytes] of rubbish) {
    it(`survives ${what}`, async () => {
      const { socket, closed } = await openSocket(home.runtime);
      socket.write(bytes, "latin1");
      await isWell();
      socket.end();
      socket.destroy();
      await closed;
      await isWell();
      assert.ok(host.child.pid !== undefined && isAlive(host.child.pid));
    });
  }

  it("survives a trusted client that sends rubbish", async () => {
    const { socket, closed } = await openSocket(home.runtime);
    await speak(socket).sendRequest("host/hello", { token });
    socket.write(framed("{{{{"));
    socket.write(framed('{"jsonrpc":"2.0","id":5,"method":"model/generate","params":{"modelId":7}}'));
    await isWell();
    socket.destroy();
    await closed;
  });

  it("says no to a second host in the same folder, which ends with 0", async () => {
    const second = startHost(home, home.runtime);
    assert.equal(await within(5_000, "the second host's end", second.exited), 0);
    assert.equal(readFileSync(join(home.runtime, hostTokenFile), "utf8"), token);
    await isWell();
  });

  it("ends politely at SIGTERM and takes its process id along", async () => {
    host.child.kill("SIGTERM");
    assert.equal(await within(5_000, "the end", host.exited), 0);
    assert.equal(home.hostPid(), undefined);
  });
});

describe("the folder of the model host", () => {
  let home: TestHome;
  let base: string;

  beforeEach(() => {
    home = createTestHome();
    base = mkdtempSync(join(tmpdir(), "tr-"));
  });

  afterEach(async () => {
    await home.close();
    rmSync(base, { recursive: true, force: true });
  });

  it("that is open to others is refused: what lies in it could be theirs", async () => {
    const folder = join(base, "open");
    mkdirSync(folder);
    chmodSync(folder, 0o775);
    const host = startHost(home, folder);
    assert.equal(await host.exited, 1);
    assert.ok(host.errors().includes(`${folder} is open to other users`), host.errors());
  });

  it("that is a link is refused", async () => {
    const folder = join(base, "link");
    mkdirSync(join(base, "elsewhere"));
    symlinkSync(join(base, "elsewhere"), folder);
    const host = startHost(home, folder);
    assert.equal(await host.exited, 1);
    assert.ok(host.errors().includes(`${folder} is not a folder`), host.errors());
  });

  it("that is a file is refused", async () => {
    const folder = join(base, "file");
    writeFileSync(folder, "");
    assert.equal(await startHost(home, folder).exited, 1);
  });

  it("that is a link is refused by the agent too, in words", async () => {
    const folder = join(base, "link");
    mkdirSync(join(base, "elsewhere"));
    symlinkSync(join(base, "elsewhere"), folder);
    const agent = await startAgent({ home: { ...home, env: { ...home.env, TRIVIUM_RUNTIME_DIR: folder } } });
    const { state, failure } = await askOnce(agent, "hi");
    assert.deepEqual([state, failure?.code], ["failed", "host-unavailable"]);
    assert.ok(failure?.message.includes(folder), failure?.message);
  });

  it("with the socket of a host that was killed is used again", async () => {
    const folder = join(base, "killed");
    const killed = startHost(home, folder);
    await hostListens(killed);
    killed.child.kill("SIGKILL");
    await killed.exited;
    assert.ok(statSync(join(folder, `modelhost-v${modelHostVersion}.sock`)).isSocket());
    const host = startHost(home, folder, ["--linger-ms", "200"]);
    await hostListens(host);
    assert.equal(await host.exited, 0, "it leaves when nobody comes");
  });
});
