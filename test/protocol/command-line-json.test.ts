import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import * as z from "zod/mini";
import { Failure, type FailureCode } from "../../src/protocol/failure.ts";
import { Download } from "../../src/protocol/models.ts";
import { EngineConfig, Profile } from "../../src/protocol/profile.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { type Output, runCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { type HubServer, repository, startHub } from "../support/hub-server.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { starterFile, toyModels } from "../support/toy-models.ts";

const Failed = z.strictObject({ failure: z.strictObject(Failure.shape) });
const Imported = z.strictObject({ id: z.string(), leftOut: z.array(EngineConfig) });

const read = <T extends z.ZodMiniType>(schema: T, text: string): z.infer<T> => {
  const parsed = parse(schema, JSON.parse(text));
  assert.ok(parsed.ok, `${parsed.ok ? "" : parsed.issues.join("; ")}\n${text}`);
  return parsed.value;
};

describe("the command line with --json", () => {
  let home: CommandHome;
  let server: ModelServer;
  let hub: HubServer;
  let scripted: string;

  beforeEach(async () => {
    scripted = (await toyModels()).scripted;
    server = await startModelServer("llama-server");
    hub = await startHub({ "model.gguf": readFileSync(scripted) });
    home = createCommandHome();
    home.useSettings({ "models.hub": hub.url, engines: [{ id: "lan", kind: "openai", urls: [server.url] }] });
  });

  afterEach(async () => {
    await home.close();
    await server.close();
    await hub.close();
  });

  const run = (args: readonly string[], input?: string): Promise<Output> =>
    runCommand(home, [...args, "--json"], input);

  /** The one value that the command says. */
  const value = async (args: readonly string[], input?: string): Promise<unknown> => {
    const { code, stdout, stderr } = await run(args, input);
    assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
    return JSON.parse(stdout);
  };

  const assertFails = async (code: FailureCode, args: readonly string[], input?: string): Promise<void> => {
    const failed = await run(args, input);
    assert.deepEqual([failed.code, failed.stderr], [1, ""], args.join(" "));
    assert.equal(read(Failed, failed.stdout).failure.code, code, args.join(" "));
  };

  const write = (name: string, value: unknown): string => {
    const path = join(home.data, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };

  it("is an option of every command", async () => {
    const listed = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await runCommand(home, [...args, "--help"]);
      const under = stdout.split(/^Commands:$/m)[1] ?? "";
      const names = [...under.matchAll(/^ {2}([a-z]+)\b/gm)].flatMap(([, name = ""]) =>
        name === "help" ? [] : [name],
      );
      if (names.length > 0) return (await Promise.all(names.map((name) => listed(...args, name)))).flat();
      assert.match(stdout, /^ +--json +print /m, args.join(" "));
      return [args.join(" ")];
    };
    const all = await listed();
    for (const name of ["chat", "bench", "doctor", "network", "models pull", "models rm", "profile use", "key list"])
      assert.ok(all.includes(name), all.join());
  });

  it("says which models were brought, loaded and deleted", async () => {
    const target = join(home.data, "models", "imported", "scripted.gguf");
    assert.deepEqual(await value(["models", "import", scripted]), { ids: [target] });
    for (const what of ["load", "unload", "rm"])
      assert.deepEqual(await value(["models", what, "scripted"]), { id: target });
    await assertFails("model-unknown", ["models", "rm", "scripted"]);
    await assertFails("remove-failed", ["models", "rm", starterFile]);
    await assertFails("model-unknown", ["models", "show", "nothing-like-it"]);
    await assertFails("model-unknown", ["bench", "-m", "nothing-like-it"]);
    await assertFails("import-failed", ["models", "import", scripted, "--sha256", "0".repeat(64)]);
    const broken = join(home.data, "broken");
    mkdirSync(broken);
    copyFileSync(write("junk.json", "junk"), join(broken, "broken.gguf"));
    home.useSettings({ "models.folders": [broken] });
    await assertFails("model-not-gguf", ["models", "load", "broken"]);
  });

  it("says every change of a download on a line of its own, and the end or the failure last", async () => {
    const good = await run(["models", "pull", repository, "model.gguf"]);
    const changes = good.stdout
      .trimEnd()
      .split("\n")
      .map((line) => read(Download, line).state);
    assert.deepEqual([good.code, changes.at(-1), changes.indexOf("done")], [0, "done", changes.length - 1]);
    const bad = await run(["models", "pull", repository, "other.gguf"]);
    const lines = bad.stdout.trimEnd().split("\n");
    assert.equal(bad.code, 1);
    for (const line of lines.slice(0, -1)) read(Download, line);
    assert.match(read(Failed, lines.at(-1) ?? "").failure.code, /^download-/);
    const unknown = await run(["models", "pull", "no-such-model"]);
    assert.deepEqual([unknown.code, unknown.stderr, unknown.stdout.split("\n").length], [1, "", 2]);
    assert.equal(read(Failed, unknown.stdout).failure.code, "model-unknown");
  });

  it("says what became of profiles", async () => {
    assert.deepEqual(await value(["profile", "duplicate", "coding", "mine"]), { id: "mine" });
    assert.deepEqual(await value(["profile", "use", "mine"]), { id: "mine" });
    const exported = read(Profile, (await run(["profile", "export", "mine"])).stdout);
    const engines = [{ id: "team", kind: "openai", urls: ["https://models.example.org/v1"] }];
    const file = write("team.json", { ...exported, id: "team", name: "Team", engines });
    const careful = read(Imported, (await run(["profile", "import", file])).stdout);
    assert.deepEqual(careful, { id: "team", leftOut: engines });
    assert.deepEqual(await value(["profile", "import", file, "--allow-engines"]), { id: "team", leftOut: [] });
    assert.deepEqual(await value(["profile", "rm", "team"]), { id: "team" });
    for (const what of ["use", "export", "rm"]) await assertFails("profile-unknown", ["profile", what, "none"]);
    await assertFails("profile-invalid", ["profile", "import", join(home.data, "none.json")]);
    await assertFails("profile-invalid", ["profile", "duplicate", "coding", "writing"]);
  });

  it("says whose key is stored, and why it could not be used", async () => {
    assert.deepEqual(await value(["key", "list"]), []);
    assert.deepEqual(await value(["key", "set", "lan"], "sk-test-4f1d27c09b"), { engine: "lan" });
    assert.deepEqual(await value(["key", "list"]), [{ engine: "lan", origin: server.url }]);
    assert.deepEqual(await value(["key", "rm", "lan"]), { engine: "lan" });
    await assertFails("engine-key", ["key", "rm", "lan"]);
    await assertFails("engine-unknown", ["key", "set", "nobody"], "sk-test-4f1d27c09b");
    const strict = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
    const address = strict.address();
    assert.ok(typeof address === "object" && address);
    home.useSettings({ engines: [{ id: "lan", kind: "openai", urls: [`http://127.0.0.1:${address.port}`] }] });
    const refused = await run(["key", "set", "lan"], "sk-test-4f1d27c09b");
    await new Promise((resolve) => strict.close(resolve));
    const { failure } = read(Failed, refused.stdout);
    assert.deepEqual([refused.code, refused.stderr, failure.code], [1, "", "engine-key"]);
    assert.match(failure.message, /^The key is stored, but it could not be used\. /);
  });

  it("says why nothing could be done without the data folder", async () => {
    const file = write("a-file", 1);
    const nowhere = { ...home, env: { ...home.env, TRIVIUM_HOME: join(file, "data") } };
    for (const args of [["network"], ["chat", "hi"]]) {
      const { code, stdout, stderr } = await runCommand(nowhere, [...args, "--json"]);
      assert.deepEqual([code, stderr], [1, ""]);
      assert.match(read(Failed, stdout).failure.message, /a-file.*\n`trivium doctor`/);
    }
  });

  it("leaves wrong usage to standard error, with 2", async () => {
    for (const args of [
      ["models", "fly"],
      ["models", "show"],
      ["models", "pull", repository],
      ["profile", "use", ""],
      ["key", "set", "lan"],
      ["network", "-n", "0"],
      ["chat"],
    ]) {
      const { code, stdout, stderr } = await run(args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.ok(stderr.endsWith("\n"), args.join(" "));
    }
  });
});
