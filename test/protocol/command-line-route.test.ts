import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as z from "zod/mini";
import { Routing } from "../../src/protocol/routing.ts";
import { parse } from "../../src/protocol/rpc.ts";
import { type Output, runCommand } from "../support/command.ts";
import { type CommandHome, createCommandHome } from "../support/command-home.ts";
import { agentProgram } from "../support/test-home.ts";
import { toyModels } from "../support/toy-models.ts";
import { within } from "../support/waiting.ts";

const Answer = z.strictObject({
  id: z.nullable(z.union([z.string(), z.number()])),
  domain: z.enum(["coder", "math", "general"]),
  path: z.enum(["simple", "specialised", "complex"]),
  complexity: z.number(),
  needs_tools: z.boolean(),
  confidence: z.number(),
  source: z.string(),
  ms: z.number(),
  reasoning: z.string(),
});

const read = <T extends z.ZodMiniType>(schema: T, text: string): z.infer<T> => {
  const parsed = parse(schema, JSON.parse(text));
  assert.ok(parsed.ok, `${parsed.ok ? "" : parsed.issues.join("; ")}\n${text}`);
  return parsed.value;
};

describe("trivium route", () => {
  let home: CommandHome;

  before(async () => {
    // The starter model walks only the simple road.
    home = createCommandHome({ "model.path": (await toyModels()).scripted });
  });

  after(() => home.close());

  const run = (args: readonly string[], input?: string): Promise<Output> => runCommand(home, ["route", ...args], input);

  const routing = async (args: readonly string[], input?: string): Promise<Routing> => {
    const { code, stdout, stderr } = await run([...args, "--json"], input);
    assert.deepEqual([code, stderr], [0, ""]);
    return read(Routing, stdout);
  };

  it("says for people which road a request takes, and why", async () => {
    const { code, stdout, stderr } = await run(["what", "is", "12*7"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^specialised +maths\n/);
    for (const line of [
      /^maths +█{19,20}░? +\d\d+ %$/m,
      /^complexity +░{20} +0 %$/m,
      /^why +a bare calculation/m,
      /^models +/m,
    ])
      assert.match(stdout, line);
  });

  it("prints the whole decision as JSON, and follows the user", async () => {
    const calculated = await routing(["what is 12*7"]);
    assert.deepEqual([calculated.path, calculated.domain, calculated.source], ["specialised", "math", "rule"]);
    const chosen = await routing(["@coder", "hi"]);
    assert.deepEqual([chosen.path, chosen.domain, chosen.source], ["specialised", "coder", "user"]);
    assert.ok(chosen.requiredModels.length > 0 && chosen.model.name !== "");
    assert.equal((await routing(["hi", "--mode", "plan"])).path, "complex");
    assert.equal((await routing(["/plan hi", "--mode", "ask"])).path, "simple");
    assert.equal((await routing([], "hello\n")).path, "simple");
  });

  it("answers each line as it comes, and ends when it is stopped", async () => {
    const child = spawn(process.execPath, [agentProgram, "route", "--jsonl"], { env: home.env, stdio: "pipe" });
    home.onClose(() => void child.kill("SIGKILL"));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const answerTo = async (line: string): Promise<z.infer<typeof Answer>> => {
      child.stdin.write(`${line}\n`);
      const { value } = await within(20_000, "an answer", lines.next());
      return read(Answer, String(value));
    };
    const first = await answerTo('{"id":"a","text":"what is 12*7"}');
    assert.deepEqual([first.id, first.domain, first.path], ["a", "math", "specialised"]);
    const second = await answerTo('{"text":"hi"}');
    assert.deepEqual([second.id, second.domain, second.path], [null, "general", "simple"]);
    child.kill("SIGINT");
    assert.equal(await within(20_000, "the end", ended), 130);
  });

  it("goes on after bad lines, and ends with 1", async () => {
    const lines = ['{"id":1,"text":"hi"}', "{oops", "", '{"id":2}', '{"id":3,"text":""}', '{"id":4,"text":"hi"}'];
    const { code, stdout } = await run(["--jsonl"], lines.join("\n"));
    assert.equal(code, 1);
    const [first, second, third, empty, last, ...more] = stdout.trimEnd().split("\n");
    assert.deepEqual(more, []);
    const Bad = z.object({ line: z.number(), error: z.string() });
    assert.deepEqual(
      [second, third, empty].map((text) => read(Bad, text ?? "").line),
      [2, 4, 5],
    );
    assert.match(empty ?? "", /"id":3,"error":"Say the request/);
    assert.deepEqual([read(Answer, first ?? "").id, read(Answer, last ?? "").id], [1, 4]);
  });

  it("is used wrongly without a request, with another mode, or with both kinds of JSON", async () => {
    for (const [args, words] of [
      [[], /Say the request/],
      [["--mode", "fast", "hi"], /fast/],
      [["--json", "--jsonl"], /do not go together/],
      [["--jsonl", "hi"], /piped in/],
    ] as const) {
      const { code, stdout, stderr } = await run(args, "");
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, words);
    }
  });
});
