import assert from "node:assert/strict";
import { Command } from "commander";
import {
  createFakeAgent,
  createFakeEngine,
  createTestPorts,
  type TestPorts,
} from "../../../../test/support/fake-agent.ts";
import type { Agent } from "../../agent.ts";
import { failure } from "../../failures.ts";
import { openStore } from "../../store/store.ts";
import { type AddCommands, createDoes, said, type Work } from "./command.ts";

interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly closed: boolean;
}

describe("a command of the terminal", () => {
  let ports: TestPorts;
  let stop: AbortController;
  beforeEach(() => {
    ports = createTestPorts();
    stop = new AbortController();
  });
  afterEach(() => ports.remove());

  const run = async (add: AddCommands, args: string[], openFails?: Error): Promise<Ran> => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    let closed = false;
    let exitCode: number | undefined;
    const open = async (): Promise<Agent> => {
      if (openFails) throw openFails;
      const agent = await createFakeAgent(ports, createFakeEngine({}), await openStore(ports));
      const close = async (): Promise<void> => {
        closed = true;
        await agent.close();
      };
      return { ...agent, close };
    };
    const terminal = {
      text: (text: string) => void stdout.push(text),
      notes: (text: string) => void stderr.push(text),
      watched: true,
      live: false,
      onScreen: false,
    };
    const program = new Command("trivium").exitOverride();
    const does = createDoes({ open, terminal, signal: stop.signal }, (code) => {
      exitCode = code;
    });
    add(program, does);
    await program.parseAsync(args, { from: "user" });
    return { exitCode, stdout: stdout.join(""), stderr: stderr.join(""), closed };
  };

  type Given = [names: string[], options: { loud: boolean }];
  const greet =
    (work: Work<Given>, way?: { lines: string }): AddCommands =>
    (program, does) =>
      does(program.command("greet").argument("[names...]").option("--loud", "", false), work, way);

  it("says text to people and its value to programs, from the same work", async () => {
    const command = greet(async ({ out }, names, { loud }) => {
      out.text("on the way\n");
      out.item("one of many");
      out.notes("by the way\n");
      return said(`hello ${names.join()}\n`, { names, loud });
    });
    const people = await run(command, ["greet", "Ada", "Bob"]);
    const stdout = "on the way\nhello Ada,Bob\n";
    assert.deepEqual(people, { exitCode: 0, stdout, stderr: "by the way\n", closed: true });
    const program = await run(command, ["greet", "Ada", "--loud", "--json"]);
    assert.deepEqual(JSON.parse(program.stdout), { names: ["Ada"], loud: true });
    assert.deepEqual([program.exitCode, program.stderr, program.closed], [0, "by the way\n", true]);
  });

  it("ends with the exit code that goes with what it says", async () => {
    const command = greet(async () => said("bad\n", ["bad"], 1));
    assert.deepEqual(
      [(await run(command, ["greet"])).exitCode, (await run(command, ["greet", "--json"])).exitCode],
      [1, 1],
    );
  });

  it("writes a failure's words to stderr, or the failure as the value", async () => {
    const command = greet(async () => ({ ok: false, failure: failure("model-unknown", { id: "x" }) }));
    const people = await run(command, ["greet"]);
    assert.deepEqual([people.exitCode, people.stdout], [1, ""]);
    assert.match(people.stderr, /^trivium: There is no model x/);
    const program = await run(command, ["greet", "--json"]);
    assert.deepEqual([program.exitCode, program.stderr], [1, ""]);
    assert.deepEqual(JSON.parse(program.stdout), { failure: failure("model-unknown", { id: "x" }) });
  });

  it("writes lines of JSON where its way says so, the value or the failure last, and no progress between them", async () => {
    const command = greet(
      async ({ out }, names) => {
        assert.equal(out.watched, names.includes("person"));
        for (const name of names) out.item({ name });
        return names.includes("nobody") ? { ok: false, failure: failure("internal") } : said("done\n", { all: names });
      },
      { lines: "line by line" },
    );
    const good = await run(command, ["greet", "a", "b", "--json"]);
    assert.equal(good.stdout, '{"name":"a"}\n{"name":"b"}\n{"all":["a","b"]}\n');
    const bad = await run(command, ["greet", "nobody", "--json"]);
    assert.match(bad.stdout, /^\{"name":"nobody"\}\n\{"failure":\{"code":"internal",.*\}\}\n$/);
    assert.equal((await run(command, ["greet", "person"])).stdout, "done\n");
  });

  it("says on stderr how it is used, with --json too", async () => {
    const command = greet(async () => ({ ok: false, wrongUse: "Name somebody." }));
    for (const args of [["greet"], ["greet", "--json"]])
      assert.deepEqual(await run(command, args), {
        exitCode: 2,
        stdout: "",
        stderr: "trivium: Name somebody.\n",
        closed: true,
      });
  });

  it("makes a failure of a bug and of an agent that cannot be opened", async () => {
    const broken = greet(async () => {
      throw new Error("a bug");
    });
    const bug = await run(broken, ["greet", "--json"]);
    assert.deepEqual([bug.exitCode, bug.stderr, bug.closed], [1, "", true]);
    assert.deepEqual(JSON.parse(bug.stdout), { failure: failure("internal", { reason: "a bug" }) });
    const people = await run(broken, ["greet"], new Error("no folder"));
    assert.match(people.stderr, /^trivium: no folder\n`trivium doctor` says/);
    const program = await run(broken, ["greet", "--json"], new Error("no folder"));
    assert.deepEqual([program.exitCode, program.stderr], [1, ""]);
    assert.equal(JSON.parse(program.stdout).failure.code, "store-failed");
  });

  it("says nothing when it was stopped, before the work or in it", async () => {
    const stopped = greet(async ({ signal }) => {
      stop.abort();
      signal.throwIfAborted();
      return said("never\n", null);
    });
    const during = await run(stopped, ["greet", "--json"]);
    assert.deepEqual(during, { exitCode: 130, stdout: "", stderr: "", closed: true });
    assert.deepEqual(await run(stopped, ["greet"]), { exitCode: 130, stdout: "", stderr: "", closed: false });
  });
});
