import assert from "node:assert/strict";
import { join } from "node:path";
import * as z from "zod/mini";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import { parseJson } from "../../src/protocol/rpc.ts";
import { Turn } from "../../src/protocol/session.ts";
import { TurnStream } from "../../src/protocol/turn.ts";
import { type Command, type Output, runCommand, startCommand } from "../support/command.ts";
import { createTestHome, type TestHome } from "../support/test-home.ts";
import { starterFile, toyModels } from "../support/toy-models.ts";
import { isAlive, within } from "../support/waiting.ts";

/** The turn that is the last line of what was printed with --json. */
const lastTurnIn = (stdout: string): Turn => {
  const last = parseJson(z.object({ turn: Turn }), stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.ok(last.ok, stdout);
  return last.value.turn;
};

const turnsIn = (stdout: string): Turn[] => {
  const turns = parseJson(z.array(Turn), stdout);
  assert.ok(turns.ok, stdout);
  return turns.value;
};

describe("trivium chat", () => {
  let home: TestHome;
  let scripted: string;

  before(async () => {
    home = createTestHome();
    scripted = (await toyModels()).scripted;
  });

  after(() => home.close());

  const start = (args: readonly string[], input?: string): Command => startCommand(home, args, input);
  const run = (args: readonly string[], input?: string | Buffer): Promise<Output> => runCommand(home, args, input);

  it("writes the answer to standard output and nothing else, and ends with 0", async () => {
    const { code, stdout, stderr } = await run(["chat", "--model", scripted, "KW_UNICODE", "please"]);
    assert.deepEqual([code, stdout, stderr], [0, `${expectedAnswers.KW_UNICODE}\n`, ""]);
  });

  it("asks the starter model when none is named", async () => {
    const { code, stdout } = await run(["chat", "hi"]);
    assert.equal(code, 0);
    assert.ok(stdout.trim().length > 10);
    const named = await run(["chat", "--model", starterFile, "hi"]);
    assert.equal(named.stdout, stdout);
  });

  it("finds a model by a path from where it stands", async () => {
    const { code, stderr } = await run(["chat", "--model", "no/such/file.gguf", "hi"]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(join(process.cwd(), "no", "such", "file.gguf")), stderr);
  });

  it("takes what is piped in as context, and as the question when there is no other", async () => {
    const context = await run(["chat", "-m", scripted, "what is this?"], "KW_JSON in a file\n");
    assert.deepEqual([context.code, context.stdout], [0, `${expectedAnswers.KW_JSON}\n`]);
    const question = await run(["chat", "-m", scripted], "KW_CODE\n");
    assert.deepEqual([question.code, question.stdout], [0, `${expectedAnswers.KW_CODE}\n`]);
  });

  it("refuses what is piped in and is not text", async () => {
    for (const bytes of [Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0x00]), Buffer.from([0xff, 0xfe, 0xe9, 0x0a])]) {
      const { code, stdout, stderr } = await run(["chat", "-m", scripted, "what is this?"], bytes);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /not text/);
    }
  });

  it("with --json writes events and the turn as lines of JSON", async () => {
    const { code, stdout } = await run(["chat", "--json", "-m", scripted, "KW_LONG"]);
    assert.equal(code, 0);
    for (const line of stdout.trimEnd().split("\n")) assert.ok(parseJson(TurnStream, line).ok, line);
    const turn = lastTurnIn(stdout);
    assert.deepEqual([turn.state, turn.answer], ["done", expectedAnswers.KW_LONG]);
  });

  it("ends with 1 and the reason on standard error when the model cannot answer", async () => {
    const { bert } = await toyModels();
    const { code, stdout, stderr } = await run(["chat", "-m", bert, "hi"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^trivium: .*toy-bert\.gguf.*embedding/);
    const json = await run(["chat", "--json", "-m", bert, "hi"]);
    assert.equal(json.code, 1);
    const turn = lastTurnIn(json.stdout);
    assert.deepEqual([turn.state, turn.failure?.code], ["failed", "model-not-chat"]);
  });

  it("ends with 2 when it is used wrongly", async () => {
    for (const args of [["chat"], ["chat", "  "], ["chat", "--no-such-option", "hi"], ["fly"], []]) {
      const { code, stdout, stderr } = await run(args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.ok(stderr !== "", args.join(" "));
    }
  });

  it("says its version and how it is used on standard output", async () => {
    const version = await run(["--version"]);
    assert.equal(version.code, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    const help = await run(["chat", "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Exit codes/);
  });

  it("stops at Ctrl+C with what it has, and ends with 130", async () => {
    const command = start(["chat", "--json", "-m", scripted, "@general", "KW_FOREVER"]);
    await command.written(2_000);
    command.child.kill("SIGINT");
    const { code, stdout, stderr } = await within(1_500, "the end after Ctrl+C", command.ended);
    const turn = lastTurnIn(stdout);
    assert.deepEqual([code, stderr], [130, `\`trivium resume ${turn.id.slice(0, 8)}\` goes on from here.\n`]);
    assert.equal(turn.state, "stopped");
    assert.ok(expectedAnswers.KW_FOREVER.repeat(5_000).startsWith(turn.answer) && turn.answer !== "");
  });

  it("writes at Ctrl+C what it held back while nobody read along", async () => {
    const { scriptedSlow } = await toyModels();
    const command = start(["chat", "-m", scriptedSlow, "@general", "KW_FOREVER"]);
    const hasSaid = async (): Promise<boolean> => {
      const [last] = turnsIn((await run(["runs", "list", "--limit", "1", "--json"])).stdout);
      return last?.state === "running" && last.answer.length > 200;
    };
    while (!(await hasSaid())) assert.equal(command.child.exitCode, null, "it ended by itself");
    command.child.kill("SIGINT");
    const { code, stdout, stderr } = await within(1_500, "the end after Ctrl+C", command.ended);
    assert.equal(code, 130);
    assert.match(stderr, /^`trivium resume \w{8}` goes on from here\.\n$/);
    assert.ok(stdout.length > 200 && expectedAnswers.KW_FOREVER.repeat(5_000).startsWith(stdout.trimEnd()), stdout);
  });

  it("ends at once after the answer, although the model host stays", async () => {
    const command = start(["chat", "-m", scripted, "KW_SHORT"]);
    await command.written(expectedAnswers.KW_SHORT.length);
    await within(2_000, "the end of the program", command.ended);
    const pid = home.hostPid();
    assert.ok(pid !== undefined && isAlive(pid));
  });

  it("ends quietly when nobody reads its answer any more", async () => {
    const command = start(["chat", "-m", scripted, "KW_LONG"]);
    command.child.stdout?.destroy();
    const { stderr } = await within(5_000, "the end of the program", command.ended);
    assert.doesNotMatch(stderr, /at .*\d+:\d+/, "a stack trace");
  });
});
