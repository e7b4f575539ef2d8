import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as z from "zod/mini";
import { LedgerEntry } from "../../src/protocol/ledger.ts";
import { Profile } from "../../src/protocol/profile.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { type Output, runCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";

const Listed = z.object({ current: z.string(), profiles: z.array(Profile) });

describe("the command line and profiles, keys and the network", () => {
  let home: CommandHome;
  let server: ModelServer;

  beforeEach(async () => {
    server = await startModelServer("llama-server");
    home = createCommandHome({ engines: [{ id: "lan", kind: "openai", urls: [server.url] }] });
  });

  afterEach(async () => {
    await home.close();
    await server.close();
  });

  const run = (...args: string[]): Promise<Output> => runCommand(home, args);

  const profiles = async (): Promise<z.infer<typeof Listed>> => {
    const { code, stdout, stderr } = await run("profile", "list", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    const listed = parse(Listed, JSON.parse(stdout));
    assert.ok(listed.ok, listed.ok ? "" : listed.issues.join("; "));
    return listed.value;
  };

  const write = (name: string, text: string): string => {
    const path = join(home.data, name);
    writeFileSync(path, text);
    return path;
  };

  describe("trivium profile", () => {
    it("lists the profiles and uses another one from then on", async () => {
      const table = await run("profile", "list");
      assert.match(table.stdout, /^\* +default +Default /m);
      assert.match(table.stdout, /^ +coding +Coding /m);
      const used = await run("profile", "use", "coding");
      assert.deepEqual([used.code, used.stdout], [0, "The profile coding is in use now.\n"]);
      assert.equal((await profiles()).current, "coding");
      assert.match((await run("profile", "list")).stdout, /^\* +coding /m);
    });

    it("copies, exports, imports and deletes", async () => {
      const copied = await run("profile", "duplicate", "coding", "mine");
      assert.deepEqual([copied.code, copied.stdout], [0, "mine\n"]);
      const exported = await run("profile", "export", "mine");
      assert.deepEqual([exported.code, exported.stderr], [0, ""]);
      assert.ok(parse(Profile, JSON.parse(exported.stdout)).ok, exported.stdout);
      const again = await run("profile", "import", write("shared.json", exported.stdout));
      assert.deepEqual([again.code, again.stdout, again.stderr], [0, "mine\n", ""]);
      const warmer = JSON.stringify({ ...JSON.parse(exported.stdout), temperature: 1.5 });
      const imported = await run("profile", "import", write("warmer.json", warmer));
      assert.deepEqual([imported.code, imported.stdout, imported.stderr], [0, "mine-2\n", ""]);
      await run("profile", "use", "mine");
      const removed = await run("profile", "rm", "mine");
      assert.deepEqual([removed.code, removed.stdout], [0, "Deleted the profile mine.\n"]);
      const { current, profiles: left } = await profiles();
      assert.equal(current, "default");
      const ids = left.map(({ id }) => id);
      assert.ok(ids.includes("mine-2") && !ids.includes("mine"), ids.join());
    });

    it("takes the servers of an imported profile only with --allow-engines", async () => {
      const [example] = (await profiles()).profiles;
      const engines = [{ id: "team", kind: "openai", urls: ["https://models.example.org/v1"] }];
      const file = write("team.json", JSON.stringify({ ...example, id: "team", name: "Team", engines }));
      const careful = await run("profile", "import", file);
      assert.deepEqual([careful.code, careful.stdout], [0, "team\n"]);
      assert.match(careful.stderr, /^server team: https:\/\/models\.example\.org\/v1\n.*--allow-engines/);
      const willing = await run("profile", "import", file, "--allow-engines");
      assert.deepEqual([willing.code, willing.stdout], [0, "team\n"]);
      assert.equal(willing.stderr, "server team: https://models.example.org/v1\n");
      const teams = (await profiles()).profiles.filter(({ name }) => name === "Team");
      assert.deepEqual(
        teams.map(({ engines }) => engines),
        [engines],
      );
      const again = await run("profile", "import", file);
      assert.deepEqual([again.code, again.stdout, again.stderr], [0, willing.stdout, willing.stderr]);
    });

    it("refuses bad files and what is not there, with 1 and the reason", async () => {
      const [example] = (await profiles()).profiles;
      for (const [args, reason] of [
        [["import", write("a.json", "{")], /it is not JSON/],
        [["import", write("b.json", JSON.stringify({ ...example, apiKey: "x" }))], /looks like a secret/],
        [["import", write("c.json", JSON.stringify({ ...example, wishes: 3 }))], /unknown keys: wishes/],
        [["import", write("d.json", JSON.stringify({ ...example, version: 9 }))], /later version/],
        [["import", join(home.data, "none.json")], /there is no such file/],
        [["use", "none"], /There is no profile none/],
        [["export", "none"], /There is no profile none/],
        [["rm", "none"], /There is no profile none/],
        [["rm", "coding"], /Profile coding: built-in profiles cannot be removed/],
        [["duplicate", "coding", "writing"], /already/],
      ] as const) {
        const { code, stdout, stderr } = await run("profile", ...args);
        assert.deepEqual([code, stdout], [1, ""], args.join(" "));
        assert.match(stderr, /^trivium: /);
        assert.match(stderr, reason);
      }
    });
  });

  describe("trivium key", () => {
    const key = "sk-test-4f1d27c09b";
    const inClear = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile() && readFileSync(path).includes(key));

    it("stores a key from standard input, tries it, and shows it nowhere", async () => {
      const logging = { ...home, env: { ...home.env, TRIVIUM_LOG: "1" } };
      const set = await runCommand(logging, ["key", "set", "lan"], `${key}\n`);
      assert.deepEqual([set.code, set.stdout], [0, "The key is stored, and lan accepts it.\n"], set.stderr);
      assert.ok(server.requests.some(({ headers }) => headers["authorization"] === `Bearer ${key}`));
      const outputs = [set];
      for (const args of [
        ["key", "list"],
        ["network"],
        ["network", "--json"],
        ["doctor"],
        ["models", "list", "--json"],
      ])
        outputs.push(await runCommand(logging, args));
      const chat = await runCommand(logging, ["chat", "--json", "-m", "engine:lan/scripted", "KW_SHORT"]);
      assert.equal(chat.code, 0, chat.stderr);
      for (const { stdout, stderr } of [...outputs, chat]) assert.ok(!`${stdout}${stderr}`.includes(key));
      assert.equal(outputs[1]?.stdout, `lan  ${server.url}\n`);
      assert.deepEqual([...inClear(home.data), ...inClear(home.runtime)], []);

      const removed = await run("key", "rm", "lan");
      assert.deepEqual([removed.code, removed.stdout], [0, "Deleted the key of lan.\n"]);
      const before = server.requests.length;
      await run("models", "list");
      const later = server.requests.slice(before);
      assert.ok(later.length > 0 && later.every(({ headers }) => headers["authorization"] === undefined));
      const none = await run("key", "list");
      assert.deepEqual([none.code, none.stdout, none.stderr], [0, "", "No keys are stored.\n"]);
      const again = await run("key", "rm", "lan");
      assert.deepEqual([again.code, again.stderr], [1, "trivium: No key is stored for lan.\n"]);
    });

    it("says when the server does not take the key, and repeats it nowhere", async () => {
      const strict = createServer((request, response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: `Incorrect key ${request.headers.authorization}` } }));
      });
      await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
      const address = strict.address();
      assert.ok(typeof address === "object" && address);
      home.useSettings({ engines: [{ id: "lan", kind: "openai", urls: [`http://127.0.0.1:${address.port}`] }] });
      const { code, stdout, stderr } = await runCommand(home, ["key", "set", "lan"], key);
      await new Promise((resolve) => strict.close(resolve));
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^trivium: The key is stored, but it could not be used\. lan does not accept the stored key \(401\)/,
      );
      assert.ok(!stderr.includes(key));
    });

    it("refuses what is no key and an engine that nobody set up, and stores nothing", async () => {
      const unknown = await runCommand(home, ["key", "set", "nobody"], key);
      assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
      assert.match(unknown.stderr, /no engine with the id nobody/);
      const lines = await runCommand(home, ["key", "set", "lan"], `${key}\n${key}\n`);
      assert.deepEqual([lines.code, lines.stdout], [1, ""]);
      assert.match(lines.stderr, /this is no key/);
      for (const { stderr } of [unknown, lines]) assert.ok(!stderr.includes(key));
      const empty = await runCommand(home, ["key", "set", "lan"], "\n");
      const missing = await run("key", "set", "lan");
      for (const { code, stderr } of [empty, missing]) {
        assert.equal(code, 2);
        assert.match(stderr, /trivium key set lan < file/);
      }
      assert.equal((await run("key", "list")).stdout, "");
    });
  });

  it("trivium network lists what left the machine, newest first", async () => {
    const nothing = await run("network");
    assert.deepEqual([nothing.code, nothing.stdout], [0, "Nothing has left this machine.\n"]);
    await run("models", "list");
    const { stdout } = await run("network");
    assert.match(stdout, new RegExp(`^\\d{4}-\\S+Z +engine +GET ${server.url}/\\S+ +200$`, "m"));
    const json = await run("network", "--json", "-n", "1");
    const entries = parse(z.array(LedgerEntry), JSON.parse(json.stdout));
    assert.ok(entries.ok && entries.value.length === 1, json.stdout);
    assert.equal(entries.value[0]?.origin, server.url);
  });

  it("refuses every wrong usage with 2 and a line that helps", async () => {
    for (const args of [
      ["profile"],
      ["profile", "fly"],
      ["profile", "use"],
      ["profile", "use", ""],
      ["profile", "duplicate", "coding"],
      ["profile", "duplicate", "coding", "Bad Id"],
      ["profile", "import"],
      ["key"],
      ["key", "set"],
      ["key", "set", "lan", "sk-as-an-argument"],
      ["key", "rm"],
      ["network", "-n", "many"],
      ["network", "-n", "0"],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /^Usage: |--help/m, args.join(" "));
    }
  });
});
