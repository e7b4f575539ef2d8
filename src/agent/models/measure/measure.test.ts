import assert from "node:assert/strict";
import type { Message } from "../../../protocol/model-host.ts";
import type { GenerateRequest, OpenModel } from "../../inference/engine.ts";
import { measureParts } from "./cases.ts";
import { applyBlock, endsInNumber } from "./judge.ts";
import { type MeasureParts, measureModel } from "./measure.ts";

/** Time that passes only when a model works. */
const createClock = () => {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    epoch: () => 1_000_000 + now,
    after(ms: number, action: () => void) {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance(ms: number) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { action } of due) action();
    },
  };
};
type TestClock = ReturnType<typeof createClock>;

const block = (search: string, replacement: string): string =>
  `<<<<<<< SEARCH\n${search}\n=======\n${replacement}\n>>>>>>> REPLACE`;
const call = (name: string, args: object): string => JSON.stringify({ name, arguments: args });
const step = (tool: string, path: string): string => JSON.stringify({ tool, path });

/** A right answer to every task, by how its prompt begins. */
const rightAnswers: Readonly<Record<string, string>> = {
  "Show me": call("read_file", { path: "src/server.ts" }),
  "Where in": call("search_text", { text: "retryLimit" }),
  "Run the tests": call("run_command", { command: "npm test" }),
  "Put the text": call("write_file", { path: "notes.txt", text: "hello" }),
  "Read the file": call("read_file", { path: "./package.json" }),
  "Find every": call("search_text", { text: "TODO" }),
  "Write a TypeScript": "```ts\nfunction isEven(n: number): boolean {\n  return n % 2 === 0;\n}\n```",
  "Complete this": "list.length - 1];",
  "Write a Python": "def add(a, b):\n    return a + b",
  "Write a SQL": "SELECT name FROM users WHERE age > 30;",
  "Write one": "xs.map((x) => x * 2)",
  "17 +": "42",
  "9 *": "72",
  "100 -": "100 - 37 = 63.",
  "144 /": "12",
  "23 *": "92",
  "356 +": "834",
  "15 *": "225",
  "1000 -": "711",
  "7 *": "62",
  "(12 +": "60",
  "What is the capital": "Tokyo.",
  "What is the chemical": "Au",
  "Who wrote Hamlet": "William Shakespeare",
  "How many": "366",
  "Which planet": "Mars",
  "const port": block("const port = 8080;", "const port = 9090;"),
  "def greet": block("    print('Hi ' + name)", "    print('Hello ' + name)"),
  "let total": block("let count = 0;", "let size = 0;"),
  "a: 1": block("b: 2", "b: 5"),
  "Ada is": '{"name": "Ada", "age": 36}',
  "The shop": '{"fruits": ["apples"]}',
  "The build": '{"status": "failed", "count": 2}',
  "The window": '{"size": {"width": 80, "height": 24}, "open": true}',
  "Nobody knows": '```json\n{"author": null, "known": false}\n```',
  "First read": '{"steps": [{"verb": "read", "object": "file"}]}',
  "Show which": step("read_file", "package.json"),
  Remove: step("delete_file", "docs/install.md"),
  "Add a route": step("edit_file", "src/server/routes.ts"),
  "Look at": step("read_file", "test/routes.test.ts"),
  "Change the port from": step("edit_file", "src/config/ports.ts"),
  "Tell me": step("read_file", "src/server/start.ts"),
  "Berlin lies": '{"city": "Berlin", "north": 52.5, "east": 13.4}',
};
const promptOf = (messages: readonly Message[]): string => messages.at(-1)?.content ?? "";
const rightAnswer = (prompt: string): string =>
  Object.entries(rightAnswers).find(([beginning]) => prompt.startsWith(beginning))?.[1] ?? "one two three four";

interface Behaviour {
  readonly promptRate?: number;
  readonly tokenRate?: number;
  readonly abilities?: Partial<OpenModel["abilities"]>;
  readonly answer?: (request: GenerateRequest) => string;
  readonly thought?: string;
  /** What a request is refused with. */
  readonly failure?: (request: GenerateRequest) => "not-supported" | "host-stopped" | null;
  /** Does not end when it is told to. */
  readonly deaf?: boolean;
}

/** Works at given speeds, in tokens of four characters, on the clock of the test; `asked` has all requests. */
const createModel = (clock: TestClock, behaviour: Behaviour) => {
  const { promptRate = 1000, tokenRate = 100, thought = "", deaf = false } = behaviour;
  const asked: GenerateRequest[] = [];
  const abilities = {
    chat: true,
    infill: false,
    embed: false,
    rank: false,
    grammar: true,
    tools: false,
    exactCount: true,
    ...behaviour.abilities,
  };
  const generate: OpenModel["generate"] = async (request, onProgress, signal) => {
    asked.push(request);
    const code = behaviour.failure?.(request) ?? null;
    if (code) return { ok: false, failure: { code, detail: {} } };
    const promptTokens = request.messages.reduce((sum, { content }) => sum + content.length, 0) / 4;
    const start = clock.now();
    const usage = { promptTokens, cachedTokens: 0, contextSize: 4096, firstTokenMs: 0 };
    const ended = (completionTokens: number, endReason: "end" | null) =>
      ({
        ok: true,
        endReason,
        usage: { ...usage, completionTokens, tokensPerSecond: 0 },
        confidence: null,
        calls: [],
      }) as const;
    const readingMs = (promptTokens / promptRate) * 1000;
    for (let spent = 0; spent < readingMs; spent += 100) {
      clock.advance(Math.min(100, readingMs - spent));
      onProgress({ kind: "reading", done: Math.min(1, (spent + 100) / readingMs), etaMs: null });
      if (signal.aborted && !deaf) return ended(0, null);
    }
    usage.firstTokenMs = clock.now() - start;
    const tokens =
      (thought || (behaviour.answer ?? (({ messages }) => rightAnswer(promptOf(messages))))(request)).match(
        /[\s\S]{1,4}/g,
      ) ?? [];
    for (const [at, token] of tokens.slice(0, request.sampling.maxTokens).entries()) {
      onProgress({ kind: "chunk", text: thought ? "" : token, thought: thought ? token : "" });
      clock.advance(1000 / tokenRate);
      if (signal.aborted && deaf) {
        clock.advance(5_000);
        return new Promise(() => undefined);
      }
      if (signal.aborted) return ended(at + 1, null);
    }
    return ended(tokens.length, "end");
  };
  const cannot = async () => ({ ok: false, failure: { code: "not-supported", detail: {} } }) as const;
  const open: OpenModel = {
    model: { id: "m", name: "A model", contextSize: 4096, sizeBytes: 1, abilities },
    contextSize: 4096,
    shortened: null,
    abilities,
    count: async () => ({ ok: true, tokens: 1 }),
    generate,
    infill: cannot,
    embed: cannot,
    rank: cannot,
    release: () => undefined,
  };
  return { open, asked };
};

const partsFor = (clock: TestClock): MeasureParts => ({
  clock,
  machineName: "Test processor",
  threads: 4,
  fingerprint: "ab",
});

const measure = async (behaviour: Behaviour, signal = new AbortController().signal) => {
  const clock = createClock();
  const { open, asked } = createModel(clock, behaviour);
  const progress: [done: number, what: string][] = [];
  const result = await measureModel(open, partsFor(clock), (...report) => void progress.push(report), signal);
  return { result, asked, progress, tookMs: clock.now() };
};

const cardOf = async (behaviour: Behaviour) => {
  const { result, ...more } = await measure(behaviour);
  assert.ok(result.ok, JSON.stringify(result));
  return { card: result.card, ...more };
};

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < expected * 0.15, `${actual} is not about ${expected}`);

describe("measuring a model", () => {
  it("has tasks whose right answers pass and whose wrong ones fail", () => {
    for (const { ability, cases } of measureParts)
      for (const { prompt, passes } of cases) {
        assert.equal(passes({ text: rightAnswer(prompt), calls: [] }), true, `${ability}: ${prompt}`);
        for (const wrong of ["", "I do not know.", "{}", "1"])
          assert.equal(passes({ text: wrong, calls: [] }), false, `${ability}: ${prompt}: ${wrong}`);
      }
  });

  it("gives a card with speeds and scores", async () => {
    const { card, progress, tookMs } = await cardOf({});
    assert.deepEqual(card.scores, {
      code: 1,
      math: null,
      general: 1,
      json: 1,
      jsonWithGrammar: 1,
      toolCall: 1,
      edit: 1,
      arithmetic: 1,
    });
    assert.deepEqual(card.grammarFromReality, { plain: 1, narrowed: 1 });
    near(card.promptTokensPerSecond, 1000);
    near(card.tokensPerSecond, 100);
    near(card.firstTokenMs, 12);
    assert.deepEqual([card.machine, card.threads, card.fingerprint], ["Test processor", 4, "ab"]);
    assert.ok(tookMs < 30_000);
    const shares = progress.map(([done]) => done);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it("gives a model that knows nothing zeros, and one that knows some a share", async () => {
    const nothing = await cardOf({ answer: () => "I do not know." });
    assert.deepEqual(new Set(Object.values(nothing.card.scores)), new Set([0, null]));
    const sums = await cardOf({ answer: ({ messages }) => (promptOf(messages).startsWith("1") ? "63" : "42") });
    assert.equal(sums.card.scores.arithmetic, 0.1);
  });

  it("tells what a grammar of what exists brings: a path that exists may still be the wrong one", async () => {
    const isNarrowed = ({ format }: GenerateRequest) => JSON.stringify(format).includes("enum");
    const better = await cardOf({
      answer: (request) => (isNarrowed(request) ? rightAnswer(promptOf(request.messages)) : step("read_file", "x.ts")),
    });
    assert.deepEqual(better.card.grammarFromReality, { plain: 0, narrowed: 1 });
    const same = await cardOf({ answer: () => step("read_file", "package.json") });
    assert.deepEqual(same.card.grammarFromReality, { plain: 1 / 6, narrowed: 1 / 6 });
    const none = await cardOf({ abilities: { grammar: false } });
    assert.equal(none.card.grammarFromReality, null);
  });

  for (const [rate, expected] of [
    [30, "some scores"],
    [2, "few scores"],
    [0.01, "no scores"],
  ] as const)
    it(`ends within a minute at ${rate} tokens per second, with ${expected}`, async () => {
      const { card, tookMs } = await cardOf({ promptRate: rate * 4, tokenRate: rate });
      assert.ok(tookMs < 60_000, `${tookMs} ms`);
      const known = Object.values(card.scores).filter((score) => score !== null).length;
      assert.ok(expected === "no scores" ? known === 0 : known > 0 && known < 8, `${known} scores`);
      near(card.promptTokensPerSecond, rate * 4);
      if (rate > 1) near(card.tokensPerSecond, rate);
      else assert.equal(card.tokensPerSecond, 0);
    });

  it("ends within a minute with an engine that does not stop", async () => {
    const { tookMs } = await cardOf({ deaf: true, tokenRate: 1 });
    assert.ok(tookMs < 60_000, `${tookMs} ms`);
  });

  it("asks the same, without chance, every time", async () => {
    const [first, second] = [await measure({}), await measure({})];
    assert.deepEqual(first.asked, second.asked);
    for (const { sampling, stateKey } of first.asked) {
      assert.deepEqual([sampling.temperature, sampling.seed], [0, 1]);
      assert.equal(stateKey, null);
    }
  });

  it("asks each engine for calls as it can", async () => {
    const formats = async (abilities: Partial<OpenModel["abilities"]>) => {
      const { asked, card } = await cardOf({ abilities });
      const calls = asked.filter(({ messages }) => promptOf(messages).startsWith("Show me"));
      return [calls[0]?.format.kind, calls[0]?.tools.length, card.scores.toolCall, card.scores.jsonWithGrammar];
    };
    assert.deepEqual(await formats({ grammar: true }), ["call", 0, 1, 1]);
    assert.deepEqual(await formats({ grammar: false, tools: true }), ["text", 4, 1, null]);
    assert.deepEqual(await formats({ grammar: false, tools: false }), ["text", 0, 1, null]);
  });

  it("leaves out what the engine cannot do and what a model only thinks about", async () => {
    const { card } = await cardOf({ failure: ({ format }) => (format.kind === "json" ? "not-supported" : null) });
    assert.deepEqual([card.scores.jsonWithGrammar, card.scores.json], [null, 1]);
    const thinking = await cardOf({ thought: "Hmm. Let me think about this." });
    assert.deepEqual(new Set(Object.values(thinking.card.scores)), new Set([null]));
    assert.ok(thinking.asked.length < 24, `${thinking.asked.length} questions`);
    near(thinking.card.tokensPerSecond, 100);
  });

  it("fails as the engine fails, and rejects when it is stopped", async () => {
    const { result } = await measure({ failure: ({ format }) => (format.kind === "call" ? "host-stopped" : null) });
    assert.equal(!result.ok && result.failure.code, "host-stopped");
    const embedder = await measure({ abilities: { chat: false } });
    assert.equal(!embedder.result.ok && embedder.result.failure.code, "not-supported");

    const controller = new AbortController();
    const answer = ({ messages }: GenerateRequest): string => {
      if (promptOf(messages).startsWith("17 +")) controller.abort(new Error("stopped"));
      return rightAnswer(promptOf(messages));
    };
    await assert.rejects(measure({ answer }, controller.signal), /stopped/);
  });
});

describe("judging", () => {
  it("takes the last number as the result", () => {
    assert.ok(endsInNumber("17 + 25 = 42.", 42));
    assert.ok(endsInNumber("It is 1,000", 1000));
    assert.ok(!endsInNumber("42 or 43", 42));
    assert.ok(!endsInNumber("forty-two", 42));
  });

  it("applies a block only where it is clear", () => {
    const file = "a\nb\na\n";
    assert.equal(applyBlock(file, block("b", "c")), "a\nc\na\n");
    assert.equal(applyBlock(file, `Here it is:\n\`\`\`\n${block("b", "c")}\n\`\`\``), "a\nc\na\n");
    assert.equal(applyBlock(file, block("a", "c")), null);
    assert.equal(applyBlock(file, block("x", "c")), null);
    assert.equal(applyBlock(file, "b → c"), null);
    assert.equal(applyBlock("price: $1\n", block("price: $1", "price: $&2")), "price: $&2\n");
  });
});
