import assert from "node:assert/strict";
import { chunk, createFakeEngine, type Script } from "../../../test/support/fake-agent.ts";
import type { HostFailure } from "../../protocol/model-host.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { defaultSettings } from "../../protocol/settings.ts";
import type { Engine, GenerateRequest } from "../inference/engine.ts";
import { type ChosenModel, plainModel } from "../models/chosen-model.ts";
import { answerer } from "./answerer.role.ts";
import { ask } from "./ask.ts";
import { critic } from "./critic.role.ts";
import type { AskRequest, Role } from "./define.ts";

const model = (name: string): ChosenModel =>
  plainModel({ path: `/models/${name}.gguf`, name, sizeBytes: 1 }, defaultSettings);
const starter: ChosenModel = { ...model("starter"), promptStyle: "skill-word", temperature: 0, maxTokens: 160 };

interface FakeModel {
  readonly engine: Engine;
  readonly requests: GenerateRequest[];
  readonly released: readonly string[];
}

/** A model that gives these replies, one for each time that it is asked; a failure is one too. */
const replying = (replies: readonly (string | HostFailure)[], script: Script = {}): FakeModel => {
  const requests: GenerateRequest[] = [];
  const fake = createFakeEngine({ contextSize: 4096, ...script });
  const engine: Engine = {
    ...fake,
    async open(options, onProgress, signal) {
      const opened = await fake.open(options, onProgress, signal);
      if (!opened.ok) return opened;
      const generate: typeof opened.open.generate = async (request, report, stop) => {
        const reply = replies[requests.length] ?? "";
        requests.push(request);
        const inner = await createFakeEngine(
          typeof reply === "string"
            ? { ...script, chunks: reply.match(/[\s\S]{1,7}/g)?.map((text) => chunk(text)) ?? [] }
            : { generateFailures: [reply] },
        ).open(options, () => undefined, stop);
        assert.ok(inner.ok);
        return inner.open.generate(request, report, stop);
      };
      return { ok: true, open: { ...opened.open, generate } };
    },
  };
  return { engine, requests, released: fake.released };
};

interface Asking {
  readonly chain: readonly ChosenModel[];
  readonly models: Readonly<Record<string, FakeModel>>;
  readonly signal?: AbortSignal;
}

const asking = async <Input, Output>(
  role: Role<Input, Output>,
  request: Partial<AskRequest<Input>> & { input: Input },
  { chain, models, signal = new AbortController().signal }: Asking,
) => {
  const events: RunEvent[] = [];
  const asked: string[] = [];
  let shown = "";
  const result = await ask(
    role,
    {
      history: [],
      partial: "",
      temperature: null,
      seed: null,
      onText: (text) => {
        shown += text;
      },
      ...request,
    },
    {
      chain,
      engineOf: ({ ref }) => {
        const found = models[ref.name];
        assert.ok(found);
        return found.engine;
      },
      settings: defaultSettings,
      workspace: "/w",
      emit: (event) => void events.push(event),
      onModel: ({ ref }) => void asked.push(ref.name),
    },
    signal,
  );
  const notices = events.flatMap((event) => (event.kind === "notice" ? [event.text] : []));
  const receipts = events.flatMap((event) => (event.kind === "receipt" ? [event.receipt] : []));
  return { result, events, notices, receipts, shown, asked };
};

const question = (text: string) => ({ prompt: { text, attachments: [] }, results: [], hint: "", steering: [] });
const judged = { subject: "answer", question: "2+2?", text: "4", findings: [] } as const;
const word = { accept: true, where: null, problem: "", hint: "", score: 9 };
const said = JSON.stringify(word);

describe("asking a model for a text", () => {
  it("streams it, and tells what was sent", async () => {
    const large = replying(["Use a map, then sort."]);
    const history = [
      {
        ...newTurn({ id: "t", sessionId: "s", prompt: { text: "Hi", attachments: [] }, createdAt: 0 }),
        answer: "Hello.",
      },
    ];
    const { result, shown, receipts, asked } = await asking(
      answerer,
      { input: question("How?"), history, partial: "Well, " },
      { chain: [model("large")], models: { large } },
    );
    assert.ok(result.ok);
    assert.deepEqual(
      [result.value, result.text, shown, result.endReason, asked],
      ["Use a map, then sort.", "Use a map, then sort.", shown, "end", ["large"]],
    );
    const [request] = large.requests;
    assert.deepEqual(request?.messages.slice(1), [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello." },
      { role: "user", content: "How?" },
      { role: "assistant", content: "Well, " },
    ]);
    assert.deepEqual(
      [request?.format.kind, request?.stateKey, request?.sampling.temperature],
      ["text", "/w/answerer", 0.3],
    );
    assert.deepEqual(receipts, [result.receipt]);
    const { role, model: name, contextSize, reserved, tokens, parts } = result.receipt;
    assert.deepEqual([role, name, contextSize, reserved], ["answerer", "large", 4096, 512]);
    assert.deepEqual(
      parts.map((part) => [part.kind, part.tokens]),
      [
        ["system", answerer.system.length],
        ["history", 8],
        ["prompt", 4],
        ["partial", 6],
      ],
    );
    assert.equal(tokens, answerer.system.length + 18);
    assert.deepEqual(large.released.length, 1);
  });

  it("keeps what there was when it is stopped", async () => {
    const stop = new AbortController();
    const large = replying(["Half an"], { hang: true });
    const running = asking(
      answerer,
      { input: question("Why?"), onText: () => stop.abort() },
      { chain: [model("large")], models: { large }, signal: stop.signal },
    );
    const { result } = await running;
    assert.ok(result.ok);
    assert.deepEqual([result.endReason, result.value], [null, "Half an"]);
  });

  it("stops a model that goes in circles", async () => {
    const large = replying([`Now: ${"and then it does the same thing once more, ".repeat(200)}`], { hang: true });
    const { result, shown } = await asking(
      answerer,
      { input: question("Why?") },
      { chain: [model("large")], models: { large } },
    );
    assert.ok(result.ok && result.endReason === "no-progress");
    assert.ok(shown.length < 1000 && shown === result.value);
  });

  it("tells the model what to do better, after the request", async () => {
    const large = replying(["5"]);
    const input = { ...question("2+3?"), hint: "2 + 3 = 6 is wrong.", steering: ["Only the number."] };
    await asking(answerer, { input, temperature: 0.8, seed: 7 }, { chain: [model("large")], models: { large } });
    const content = large.requests[0]?.messages.at(-1)?.content ?? "";
    assert.match(content, /^2\+3\?\n\nThe user adds: Only the number\.\n\n.*\n> 2 \+ 3 = 6 is wrong\.$/);
    assert.deepEqual([large.requests[0]?.sampling.temperature, large.requests[0]?.sampling.seed], [0.8, 7]);
  });

  for (const [what, failure] of [
    ["there is no memory", { code: "memory-refused", detail: { neededBytes: 9e9 } }],
    ["its server is down", { code: "engine-unreachable", detail: { engine: "team", url: "http://x", reason: "no" } }],
    ["its server fails", { code: "engine-rejected", detail: { engine: "team", status: 500, reason: "it broke" } }],
  ] as const)
    it(`asks the next model when ${what}, and says so`, async () => {
      const large = replying([], { openFailure: failure });
      const small = replying(["yes"]);
      const { result, notices, asked } = await asking(
        answerer,
        { input: question("hi") },
        { chain: [model("large"), model("small")], models: { large, small } },
      );
      assert.ok(result.ok && result.value === "yes" && result.model.ref.name === "small");
      assert.deepEqual([asked, notices.length], [["large", "small"], 1]);
      assert.match(notices[0] ?? "", /small answers instead\.$/);
    });

  it("does not ask the next one when that would not help, or something was shown", async () => {
    const refused: HostFailure = { code: "engine-rejected", detail: { engine: "team", status: 400, reason: "no" } };
    const large = replying([refused]);
    const chain = [model("large"), model("small")];
    const one = await asking(answerer, { input: question("hi") }, { chain, models: { large } });
    assert.ok(!one.result.ok && one.result.failure.code === "engine-rejected");
    assert.deepEqual([one.asked, large.released.length], [["large"], 1]);
  });

  it("opens a model again whose memory was taken in between, three times at most", async () => {
    const gone: HostFailure = { code: "model-unloaded", detail: {} };
    const large = replying([gone, gone, "here"]);
    const chain = [model("large")];
    const two = await asking(answerer, { input: question("hi") }, { chain, models: { large } });
    assert.ok(two.result.ok && two.result.value === "here" && large.released.length === 3);
    const away = replying([gone, gone, gone, "never"]);
    const three = await asking(answerer, { input: question("hi") }, { chain, models: { large: away } });
    assert.ok(!three.result.ok && three.result.failure.code === "model-unloaded");
  });

  it("says how long words are that do not fit", async () => {
    const large = replying([]);
    const long = await asking(
      answerer,
      { input: question("word ".repeat(1000)) },
      { chain: [model("large")], models: { large } },
    );
    assert.ok(!long.result.ok && long.result.failure.code === "prompt-too-long");
    assert.deepEqual([large.requests.length, large.released.length], [0, 1]);
  });

  it("says what was left out of the context", async () => {
    const large = replying(["ok"]);
    const history = Array.from({ length: 6 }, (_, index) => ({
      ...newTurn({ id: `${index}`, sessionId: "s", prompt: { text: "q", attachments: [] }, createdAt: 0 }),
      answer: "a".repeat(900),
    }));
    const { notices } = await asking(
      answerer,
      { input: question("hi"), history },
      { chain: [model("large")], models: { large } },
    );
    assert.deepEqual(notices, [
      "The chat is longer than the context: its 1 oldest questions and answers were left out.",
    ]);
  });
});

describe("asking the starter model", () => {
  it("sends its skill's word, and shows its answer checked and whole", async () => {
    const small = replying(['{"tool":"calculator","expression":"12 * 7"}']);
    const { result, shown } = await asking(
      answerer,
      { input: question("What is 12 times 7?"), temperature: 0.9 },
      { chain: [starter], models: { starter: small } },
    );
    assert.ok(result.ok);
    assert.deepEqual([result.value, shown], ["`12 * 7` = **84**", "`12 * 7` = **84**"]);
    const [request] = small.requests;
    assert.deepEqual(request?.messages, [
      { role: "system", content: "calc" },
      { role: "user", content: "What is 12 times 7?" },
    ]);
    assert.deepEqual([request?.sampling.temperature, request?.sampling.maxTokens], [0, 160]);
  });

  it("shows nothing of an answer that was stopped", async () => {
    const stop = new AbortController();
    const small = replying(['{"tool":'], { hang: true });
    setImmediate(() => stop.abort());
    const { result, shown } = await asking(
      answerer,
      { input: question("What is 12 times 7?") },
      { chain: [starter], models: { starter: small }, signal: stop.signal },
    );
    assert.ok(result.ok && result.endReason === null);
    assert.deepEqual([result.value, shown], ["", ""]);
  });

  it("is not asked for what it cannot say", async () => {
    const small = replying([said]);
    const { result, asked } = await asking(critic, { input: judged }, { chain: [starter], models: { starter: small } });
    assert.ok(!result.ok && result.failure.code === "not-supported");
    assert.deepEqual(asked, []);
  });
});

describe("asking a model for a value", () => {
  const chain = [model("large")];

  it("decodes under the grammar of its schema and parses it", async () => {
    const large = replying([said]);
    const { result, shown } = await asking(critic, { input: judged }, { chain, models: { large } });
    assert.ok(result.ok);
    assert.deepEqual([result.value, result.text, shown], [word, said, ""]);
    const [request] = large.requests;
    assert.ok(request?.format.kind === "json");
    assert.deepEqual(Object.keys(request.format.schema["properties"] as object), [
      "accept",
      "where",
      "problem",
      "hint",
      "score",
    ]); // an object schema
    assert.deepEqual([request.sampling.temperature, request.sampling.maxTokens], [0.1, critic.maxTokens]);
  });

  it("finds the value among words and fences, where there is no grammar", async () => {
    const large = replying([`Sure!\n\`\`\`json\n${said}\n\`\`\`\nThat is all.`]);
    const { result } = await asking(critic, { input: judged }, { chain, models: { large } });
    assert.ok(result.ok);
    assert.deepEqual([result.value, large.requests.length], [word, 1]);
  });

  it("asks once more, without chance, and names the problem", async () => {
    const large = replying([said.replace("9", '"nine"'), said]);
    const { result, receipts } = await asking(
      critic,
      { input: judged, temperature: 0.7 },
      { chain, models: { large } },
    );
    assert.ok(result.ok);
    assert.deepEqual(result.value, word);
    const [first, second] = large.requests;
    assert.deepEqual([first?.sampling.temperature, second?.sampling.temperature], [0.7, 0]);
    assert.match(second?.messages.at(-1)?.content ?? "", /could not be used: score must be a number\./);
    assert.equal(receipts.length, 2);
    assert.equal(result.usage.promptTokens, (receipts[0]?.tokens ?? 0) + (receipts[1]?.tokens ?? 0));
  });

  it("gives up after that, in words", async () => {
    for (const [reply, reason] of [
      ["I cannot say.", "it is not JSON"],
      [`{"accept": ${" ".repeat(2000)}`, "it repeats itself without end"],
    ] as const) {
      const large = replying([reply, reply, said], reply.length > 1000 ? { hang: true } : {});
      const { result } = await asking(critic, { input: judged }, { chain, models: { large } });
      assert.ok(!result.ok && result.failure.code === "engine-garbled");
      assert.equal(result.failure.message, `large sent something that is not an answer: ${reason}.`);
    }
  });

  it("asks a server that takes no schema for plain text", async () => {
    const large = replying([
      { code: "engine-rejected", detail: { engine: "team", status: 400, reason: "response_format is unknown" } },
      `Here: ${said}`,
    ]);
    const { result } = await asking(critic, { input: judged }, { chain, models: { large } });
    assert.ok(result.ok);
    assert.deepEqual(
      large.requests.map(({ format }) => format.kind),
      ["json", "text"],
    );
  });

  it("rejects when it is stopped: half a value is none", async () => {
    const stop = new AbortController();
    const large = replying(['{"accept":'], { hang: true });
    setImmediate(() => stop.abort(new Error("stopped")));
    await assert.rejects(
      asking(critic, { input: judged }, { chain, models: { large }, signal: stop.signal }),
      /stopped/,
    );
    assert.equal(large.released.length, 1);
  });
});
