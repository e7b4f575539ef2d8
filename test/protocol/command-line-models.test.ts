import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod/mini";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type { ToyModels } from "../../scripts/gguf/toy-models.ts";
import { CapabilityCard } from "../../src/protocol/capability-card.ts";
import { AvailableModel, InstalledModel } from "../../src/protocol/models.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { TurnStream } from "../../src/protocol/turn.ts";
import { type AgentProcess, startAgent } from "../support/agent-process.ts";
import { type Output, runCommand, startCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { findProcesses } from "../support/find-process.ts";
import { starterFile, toyModels } from "../support/toy-models.ts";
import { eventually, isAlive, within } from "../support/waiting.ts";

const Findings = z.array(
  z.strictObject({
    state: z.enum(["ok", "warning", "error"]),
    what: z.string(),
    found: z.string(),
    todo: z.nullable(z.string()),
  }),
);

/** The one JSON value that standard output is. */
const jsonOf = <T extends z.ZodMiniType>(schema: T, { stdout }: Output): z.infer<T> => {
  const value = parse(schema, JSON.parse(stdout));
  assert.ok(value.ok, `${value.ok ? "" : value.issues.join("; ")}\n${stdout}`);
  return value.value;
};

describe("the command line and models", () => {
  let home: CommandHome;
  let models: string;
  let toys: ToyModels;

  before(async () => {
    toys = await toyModels();
    home = createCommandHome();
    models = join(home.data, "gguf");
    const nested = join(models, "other");
    mkdirSync(nested, { recursive: true });
    copyFileSync(toys.scripted, join(models, "scripted.gguf"));
    copyFileSync(toys.llama, join(models, "small-llama.gguf"));
    copyFileSync(toys.bert, join(models, "small-bert.gguf"));
    home.useSettings({ "models.folders": [models] });
  });

  after(() => home.close());

  const run = (...args: string[]): Promise<Output> => runCommand(home, args);

  describe("trivium doctor", () => {
    it("says what is there and that all is well", async () => {
      const { code, stdout, stderr } = await run("doctor");
      assert.deepEqual([code, stderr], [0, ""], stdout);
      for (const what of ["Node.js", "data folder", "machine", "model host", "llama.cpp", "models", "profile"])
        assert.match(stdout, new RegExp(`^✓ ${what}: `, "m"));
      assert.match(stdout, /^✓ models: 3 found: .*scripted/m);
      assert.ok(stdout.includes(home.data));
      assert.ok(stdout.endsWith("\nTrivium is ready.\n"), stdout);
    });

    it("with --json prints one list of findings and nothing else", async () => {
      const doctor = await run("doctor", "--json");
      assert.deepEqual([doctor.code, doctor.stderr], [0, ""]);
      const findings = jsonOf(Findings, doctor);
      assert.ok(findings.length >= 7);
      assert.deepEqual(
        findings.filter(({ state }) => state !== "ok"),
        [],
      );
    });

    it("names a broken model file with the way out, and goes on", async () => {
      const broken = join(models, "broken.gguf");
      writeFileSync(broken, "GGUF, but not really");
      const { code, stdout } = await run("doctor");
      rmSync(broken);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /^! broken: .*broken\.gguf .+\n {4}→ Replace the file or delete it/m);
      assert.match(stdout, /^✓ models: 3 found/m);
    });

    it("names a data folder that cannot be written with the way out, and ends with 1", async () => {
      const file = join(home.user, "a-file");
      writeFileSync(file, "");
      const env = { ...home.env, TRIVIUM_HOME: join(file, "data") };
      const { code, stdout, stderr } = await runCommand({ ...home, env }, ["doctor"]);
      assert.deepEqual([code, stderr], [1, ""]);
      assert.match(stdout, /^✗ data folder: .*a-file.*\n {4}→ .*TRIVIUM_HOME.*\nOne thing is wrong\.\n$/);
      const json = await runCommand({ ...home, env }, ["doctor", "--json"]);
      assert.equal(json.code, 1);
      assert.deepEqual(
        jsonOf(Findings, json).map(({ state }) => state),
        ["error"],
      );
      const list = await runCommand({ ...home, env }, ["models", "list"]);
      assert.deepEqual([list.code, list.stdout], [1, ""]);
      assert.match(list.stderr, /^trivium: .*a-file.*\n`trivium doctor` says/);
    });

    it("names a model host that cannot start, looks at the rest, and ends with 1", async () => {
      const file = join(home.user, "no-folder");
      writeFileSync(file, "");
      const env = { ...home.env, TRIVIUM_RUNTIME_DIR: file };
      const { code, stdout } = await runCommand({ ...home, env }, ["doctor"]);
      assert.equal(code, 1);
      assert.match(stdout, /^✗ model host: .*\n {4}→ /m);
      assert.match(stdout, /^✓ profile: /m);
    });

    it("says what is wrong in the settings, and uses the defaults for it", async () => {
      writeFileSync(join(home.data, "settings.json"), '{"trivium.memory.limit": "much", "discover.engines": false}');
      const wrong = await run("models", "list", "--json");
      writeFileSync(join(home.data, "settings.json"), "{");
      const broken = await run("models", "list", "--json");
      home.useSettings({ "models.folders": [models] });
      for (const listed of [wrong, broken]) {
        assert.equal(listed.code, 0);
        assert.equal(jsonOf(z.array(InstalledModel), listed).length, 1);
      }
      assert.match(wrong.stderr, /^trivium: trivium\.memory\.limit must be a number/);
      assert.match(broken.stderr, /^trivium: .*settings\.json cannot be read: line 1 /);
    });
  });

  describe("trivium models list and show", () => {
    it("lists what can be used, for people and as JSON", async () => {
      const { code, stdout, stderr } = await run("models", "list");
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^NAME +SIZE +QUANT +CONTEXT +MEMORY +FIT +FROM +ID\n/);
      assert.match(stdout, /^scripted\b.* MB +F32 +8192 +.* MB +fits +folder +.*scripted\.gguf$/m);
      const json = await run("models", "list", "--json");
      const listed = jsonOf(z.array(InstalledModel), json);
      assert.deepEqual([json.code, json.stderr], [0, ""]);
      assert.deepEqual(
        listed.map(({ path }) => path ?? "").sort(),
        [...["scripted", "small-bert", "small-llama"].map((name) => join(models, `${name}.gguf`)), starterFile].sort(),
      );
    });

    it("lists what the machine could have, for people and as JSON", async () => {
      const { code, stdout, stderr } = await run("models", "list", "--available");
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^qwen2\.5-coder-7b +.* GB/m);
      const json = await run("models", "list", "--available", "--json");
      const available = jsonOf(z.array(AvailableModel), json);
      assert.equal(available.length, stdout.trimEnd().split("\n").length - 1);
    });

    it("shows a model by its path, its name, how its name ends, and its folder", async () => {
      const path = join(models, "scripted.gguf");
      const alone = join(home.data, "alone");
      mkdirSync(alone);
      copyFileSync(toys.llama, join(alone, "one.gguf"));
      for (const [text, id] of [
        [path, path],
        ["scripted", path],
        ["scripted.gguf", path],
        ["LL-LLAMA.gguf", join(models, "small-llama.gguf")],
        ["starter", starterFile],
        [alone, join(alone, "one.gguf")],
      ] as const) {
        const shown = await run("models", "show", text, "--json");
        assert.deepEqual([shown.code, shown.stderr], [0, ""], text);
        assert.equal(jsonOf(InstalledModel, shown).id, id, text);
      }
    });

    it("shows facts in words with units", async () => {
      const { code, stdout } = await run("models", "show", "starter");
      assert.equal(code, 0);
      assert.match(stdout, /^parameters +4\.2 M$/m);
      assert.match(stdout, /^size +4\.5 MB$/m);
      assert.match(stdout, /^quantisation +Q8_0$/m);
      assert.match(stdout, /^memory +\d+ MB \(\d+ MB KV\)$/m);
    });

    it("names all that an unclear name could mean, and says when there is none", async () => {
      const twin = join(models, "other", "scripted.gguf");
      copyFileSync(toys.qwen2, twin);
      const unclear = await run("models", "show", "scripted.gguf");
      const folder = await run("models", "show", models);
      rmSync(twin);
      assert.deepEqual([unclear.code, unclear.stdout], [1, ""]);
      for (const path of [twin, join(models, "scripted.gguf")])
        assert.ok(unclear.stderr.includes(path), unclear.stderr);
      assert.equal(folder.code, 1);
      assert.match(folder.stderr, /could be any of these: .*scripted\.gguf.*small-/);
      const none = await run("models", "show", "nothing-like-it");
      assert.deepEqual([none.code, none.stdout], [1, ""]);
      assert.match(none.stderr, /^trivium: There is no model nothing-like-it .*`trivium models list`/);
    });
  });

  it("refuses every wrong usage with 2 and a line that helps", async () => {
    for (const args of [
      ["models"],
      ["models", "fly"],
      ["models", "list", "--avail"],
      ["models", "show"],
      ["models", "show", ""],
      ["models", "show", "a", "b"],
      ["models", "pull"],
      ["models", "import", "x.gguf", "--sha256", "123"],
      ["models", "load", " "],
      ["models", "rm"],
      ["bench", "--model"],
      ["bench", "--model", ""],
      ["doctor", "me"],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, /^Usage: |--help/m, args.join(" "));
    }
  });

  describe("trivium models load and unload", () => {
    it("loads for everybody and takes out of memory again", async () => {
      const loaded = async (): Promise<string[]> =>
        jsonOf(z.array(InstalledModel), await run("models", "list", "--json"))
          .filter((model) => model.loaded)
          .map(({ name }) => name);
      const load = await run("models", "load", "small-llama");
      assert.equal(load.code, 0, load.stderr);
      assert.match(load.stdout, /^Loaded .*small-llama\.gguf/);
      assert.ok((await loaded()).includes("small-llama"));
      const unload = await run("models", "unload", "small-llama");
      assert.equal(unload.code, 0, unload.stderr);
      assert.ok(!(await loaded()).includes("small-llama"));
    });

    it("ends with 1 and the reason when a model cannot be loaded", async () => {
      const broken = join(models, "broken.gguf");
      writeFileSync(broken, "GGUF, but not really");
      const { code, stdout, stderr } = await run("models", "load", "broken");
      rmSync(broken);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^trivium: .*broken\.gguf/);
    });
  });

  describe("trivium bench", () => {
    it("measures a model, prints its card as JSON, and keeps it", async () => {
      const measured = await run("bench", "--json", "--model", "scripted");
      assert.deepEqual([measured.code, measured.stderr], [0, ""]);
      const card = jsonOf(CapabilityCard, measured);
      assert.ok(card.tokensPerSecond > 0 && card.promptTokensPerSecond > 0);
      const shown = jsonOf(InstalledModel, await run("models", "show", "scripted", "--json"));
      assert.deepEqual(shown.card, card);
      assert.match(
        (await run("models", "show", "scripted")).stdout,
        /^measured +[\d.]+ tok\/s, prompt [\d.]+ tok\/s$/m,
      );
    });

    it("measures the starter model in less than a minute, in words", async () => {
      const { code, stdout, stderr } = await run("bench", "-m", "starter");
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^generation +[\d.]+ tok\/s$/m);
      assert.match(stdout, /^JSON with a grammar +(\d+ %|not measured)$/m);
      assert.match(stdout, /^maths +not measured$/m);
    });

    it("measures the model that answers when none is named", async () => {
      home.useSettings({ "model.path": join(models, "small-llama.gguf") });
      const { code, stdout } = await run("bench", "--json");
      home.useSettings({ "models.folders": [models] });
      assert.equal(code, 0);
      assert.match(stdout, /"model": "toy llama"/);
    });

    it("stops at Ctrl+C with 130 and keeps no card", async () => {
      const fresh = createCommandHome();
      const bench = startCommand(fresh, ["bench", "-m", "starter"]);
      await eventually(10_000, "the model host runs", () => fresh.hostPid() !== undefined);
      bench.child.kill("SIGINT");
      const { code, stdout, stderr } = await within(3_000, "the end after Ctrl+C", bench.ended);
      const shown = await runCommand(fresh, ["models", "show", "starter", "--json"]);
      await fresh.close();
      assert.deepEqual([code, stdout, stderr], [130, "", ""]);
      assert.equal(jsonOf(InstalledModel, shown).card, null);
    });

    it("ends with 1 for a model that cannot chat or is not there", async () => {
      const bert = await run("bench", "-m", "small-bert");
      assert.deepEqual([bert.code, bert.stdout], [1, ""]);
      assert.match(bert.stderr, /^trivium: .*cannot do this: chat/);
      const none = await run("bench", "-m", "nothing-like-it");
      assert.deepEqual([none.code, none.stdout], [1, ""]);
    });
  });

  it("two windows and the command line share one model host and one load of the model", async () => {
    const settings = { "model.path": join(models, "scripted.gguf") };
    const asked = await run("models", "unload", "scripted");
    assert.equal(asked.code, 0, asked.stderr);
    const windows = await Promise.all([1, 2].map(() => startAgent({ home, settings, transport: "stdio" })));
    const [first, second] = windows;
    assert.ok(first && second);
    assert.equal(await loadsOf(first), true);
    const pid = home.hostPid();
    assert.equal(await loadsOf(second), false);

    const chat = await run("chat", "--json", "-m", "scripted", "KW_SHORT");
    assert.equal(chat.code, 0, chat.stderr);
    const events = chat.stdout.trimEnd().split("\n").slice(0, -1);
    assert.ok(events.length > 0);
    for (const line of events) assert.ok(parse(TurnStream, JSON.parse(line)).ok, line);
    assert.ok(!events.some((line) => line.includes('"loading"')), "the command line loads the model again");

    assert.ok(pid !== undefined && isAlive(pid));
    assert.equal(home.hostPid(), pid);
    assert.deepEqual(findProcesses("modelhost.mjs", dirname(models)), [pid]);
    for (const window of windows) await window.stop();
  });

  /** Whether the model was loaded for this answer. */
  const loadsOf = async (window: AgentProcess): Promise<boolean> => {
    const { id } = await window.newSession();
    const turn = window.ask({ sessionId: id, text: "KW_SHORT" });
    assert.equal((await turn.result).answer, expectedAnswers.KW_SHORT);
    return turn.updates().some(({ event }) => event.kind === "progress" && event.phase === "loading");
  };
});
