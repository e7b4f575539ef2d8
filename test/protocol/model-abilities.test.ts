import assert from "node:assert/strict";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type { LoadedModel } from "../../src/modelhost/loaded-model.ts";
import type { GenerateProgress, OutputFormat } from "../../src/protocol/model-host.ts";
import { assistant, greedy, type Loading, loadModel, longText, say, user } from "../support/loaded-model.ts";
import { toyModels } from "../support/toy-models.ts";

const never = new AbortController().signal;
const noise = { maxTokens: 40, temperature: 1, stop: [] };
/** Bytes that make no letter, as random weights write them, count as one. */
const lettersOf = (word: string): number => [...word.replace(/\uFFFD+/g, "?")].length;

describe("a model in memory", function () {
  this.timeout(30_000);
  const loaded: LoadedModel[] = [];
  const load = async (path: string, loading: Loading = {}): Promise<LoadedModel> => {
    const model = await loadModel(path, loading);
    loaded.push(model);
    return model;
  };

  afterEach(async () => {
    for (const model of loaded.splice(0)) await model.dispose();
  });

  describe("keeps conversations", () => {
    it("of two chats that take turns", async () => {
      const model = await load((await toyModels()).scripted, { plan: { sequences: 2 } });
      const first = { a: [user(`${longText("red")} KW_SHORT`)], b: [user(`${longText("blue")} KW_CODE`)] };
      await say(model, { messages: first.a });
      await say(model, { messages: first.b });
      for (const [messages, answer] of [
        [first.a, expectedAnswers.KW_SHORT],
        [first.b, expectedAnswers.KW_CODE],
      ] as const) {
        const next = [...messages, assistant(answer), user("and now KW_UNICODE")];
        const said = await say(model, { messages: next });
        assert.equal(said.text, expectedAnswers.KW_UNICODE);
        assert.equal(said.usage.promptTokens, model.count(next));
        const fresh = said.usage.promptTokens - said.usage.cachedTokens;
        assert.ok(said.usage.cachedTokens > 300 && fresh < 30, JSON.stringify(said.usage));
      }
    });

    it("in sequences of their own, so that two generations at the same time give the same words", async () => {
      const model = await load((await toyModels()).scripted, { plan: { sequences: 2, contextSize: 2048 } });
      const order: string[] = [];
      const [long, short] = await Promise.all([
        say(model, { messages: [user("KW_CODE")], report: () => order.push("code") }),
        say(model, { messages: [user("KW_UNICODE")], report: () => order.push("unicode") }),
      ]);
      assert.deepEqual([long.text, short.text], [expectedAnswers.KW_CODE, expectedAnswers.KW_UNICODE]);
      assert.ok(order.indexOf("unicode") < order.lastIndexOf("code"), "they run side by side");
    });

    it("with keys and values as 8 bits, when planned", async () => {
      const model = await load((await toyModels()).scripted, { plan: { kv: "q8_0" } });
      assert.equal((await say(model, { messages: [user("KW_SHORT")] })).text, expectedAnswers.KW_SHORT);
    });
  });

  describe("with one sequence", () => {
    it("lets others wait in order, and leave while they wait", async () => {
      const model = await load((await toyModels()).scripted);
      const seen: string[] = [];
      const report = (name: string) => (progress: GenerateProgress) => {
        if (progress.kind !== "reading") seen.push(`${name} ${progress.kind}`);
      };
      const stop = { first: new AbortController(), second: new AbortController() };
      const began = Promise.withResolvers<void>();
      const first = say(model, {
        messages: [user("KW_FOREVER")],
        signal: stop.first.signal,
        report: (progress) => {
          if (progress.kind === "chunk") began.resolve();
        },
      });
      await began.promise;
      const second = say(model, { messages: [user("KW_LONG")], signal: stop.second.signal, report: report("second") });
      const third = say(model, { messages: [user("KW_SHORT")], report: report("third") });
      await Promise.resolve();
      stop.second.abort();
      assert.deepEqual([(await second).endReason, (await second).usage.completionTokens], [null, 0]);
      assert.equal(model.busy, true);
      stop.first.abort();
      assert.equal((await first).endReason, null);
      assert.equal((await third).text, expectedAnswers.KW_SHORT);
      assert.deepEqual(seen.slice(0, 3), ["second queued", "third queued", "third chunk"]);
      assert.equal(model.busy, false);
    });

    it("stops between two pieces of a prompt, and keeps what it has read", async () => {
      const model = await load((await toyModels()).scriptedSlow);
      const stop = new AbortController();
      const messages = [user(longText("grey"))];
      const done: number[] = [];
      const stopped = await say(model, {
        messages,
        signal: stop.signal,
        report: (progress) => {
          if (progress.kind === "reading") done.push(progress.done);
          if (done.length === 2) stop.abort();
        },
      });
      assert.deepEqual([stopped.endReason, stopped.text, done.length], [null, "", 2]);
      const again = new AbortController();
      const { usage } = await say(model, { messages, signal: again.signal, report: () => again.abort() });
      assert.equal(usage.cachedTokens, Math.round((done[1] ?? 0) * usage.promptTokens));
      assert.ok(usage.cachedTokens < usage.promptTokens - 1);
    });

    it("finishes what runs when it is unloaded, and takes nothing after that", async () => {
      const model = await load((await toyModels()).scripted);
      const began = Promise.withResolvers<void>();
      const running = say(model, { messages: [user("KW_CODE")], report: () => began.resolve() });
      await began.promise;
      const gone = model.dispose();
      await assert.rejects(say(model, { messages: [user("KW_SHORT")] }), /model-unloaded/);
      assert.equal((await running).text, expectedAnswers.KW_CODE);
      await gone;
    });

    it("says that a prompt is too long", async () => {
      const model = await load((await toyModels()).llama, { plan: { contextSize: 256 } });
      await assert.rejects(say(model, { messages: [user(longText("x"))] }), /prompt-too-long/);
    });
  });

  describe("decodes under a grammar", () => {
    const schema = {
      type: "object",
      properties: {
        path: { enum: ["simple", "complex"] },
        words: { type: "array", items: { type: "string", maxLength: 6 }, maxItems: 3 },
        count: { anyOf: [{ type: "integer", minimum: 1, maximum: 9 }, { type: "null" }] },
        sure: { type: "number", minimum: 0, maximum: 1 },
      },
      required: ["path", "words"],
      additionalProperties: false,
    };

    it("JSON that its schema accepts, whatever the weights say", async () => {
      const model = await load((await toyModels()).llama);
      for (let seed = 1; seed <= 12; seed++) {
        const sampling = { ...noise, maxTokens: 200, seed };
        const said = await say(model, { messages: [user("go")], sampling, format: { kind: "json", schema } });
        const { path, words, count = null, sure = 0, ...others } = JSON.parse(said.text);
        assert.equal(said.endReason, "end");
        assert.ok(["simple", "complex"].includes(path) && words.length <= 3, said.text);
        assert.ok(
          words.every((word: string) => lettersOf(word) <= 6),
          said.text,
        );
        assert.ok((count === null || (count >= 1 && count <= 9)) && sure >= 0 && sure <= 1, said.text);
        assert.deepEqual(others, {});
      }
    });

    it("the scripted model's own JSON, unchanged", async () => {
      const model = await load((await toyModels()).scripted);
      const format: OutputFormat = {
        kind: "json",
        schema: {
          type: "object",
          properties: {
            path: { type: "string" },
            models: { type: "array", items: { type: "string" } },
            confidence: { type: "number", minimum: 0, maximum: 1 },
          },
          required: ["path", "models", "confidence"],
        },
      };
      assert.equal((await say(model, { messages: [user("KW_JSON")], format })).text, expectedAnswers.KW_JSON);
    });

    it("a call of one of the tools", async () => {
      const model = await load((await toyModels()).llama);
      const tool = (name: string, parameters: Record<string, unknown>) => ({ name, description: "", parameters });
      const format: OutputFormat = { kind: "call", tools: [tool("plan", schema), tool("stop", { type: "object" })] };
      const seen = new Set<string>();
      for (let seed = 1; seed <= 12; seed++) {
        const sampling = { ...noise, maxTokens: 300, temperature: 2, seed };
        const said = await say(model, { messages: [user("go")], sampling, format });
        if (said.endReason !== "end") continue;
        const call = JSON.parse(said.text);
        assert.deepEqual(Object.keys(call), ["name", "arguments"]);
        if (call.name === "plan") assert.ok(Array.isArray(call.arguments.words), said.text);
        seen.add(call.name);
      }
      assert.ok(seen.has("plan"), [...seen].join());
    });

    it("says when the token budget cut it, and what it cannot enforce", async () => {
      const model = await load((await toyModels()).llama);
      const sampling = { ...noise, maxTokens: 4, seed: 1 };
      const cut = await say(model, { messages: [user("go")], sampling, format: { kind: "json", schema } });
      assert.equal(cut.endReason, "budget");
      for (const bad of [
        { type: "string", pattern: "^a" },
        { $ref: "#/$defs/x", $defs: { x: { $ref: "#/$defs/x" } } },
      ])
        await assert.rejects(
          say(model, { messages: [user("go")], format: { kind: "json", schema: bad } }),
          /not-supported/,
        );
    });
  });

  it("gives the same noise for the same seed, and tells how sure it was", async () => {
    const model = await load((await toyModels()).llama);
    const speak = (seed: number) => say(model, { messages: [user("go")], sampling: { ...noise, seed } });
    const [one, again, other] = [await speak(1), await speak(1), await speak(2)];
    assert.equal(one.text, again.text);
    assert.notEqual(one.text, other.text);
    const sure = await say(model, { messages: [user("go")] });
    for (const { confidence } of [one, other, sure]) {
      assert.ok(confidence && confidence.lowest > 0 && confidence.lowest <= confidence.mean && confidence.mean < 1);
    }
    const certain = await say(await load((await toyModels()).scripted), { messages: [user("KW_SHORT")] });
    assert.ok(certain.confidence && certain.confidence.lowest > 0.9);
  });

  it("writes what stands between, and leaves conversations where they are", async () => {
    const model = await load((await toyModels()).scripted, { plan: { sequences: 2 } });
    const messages = [user(`${longText("pink")} KW_SHORT`)];
    await say(model, { messages });
    for (const prefix of ["const a = ", "const a = left ", "const b = 3; "]) {
      let text = "";
      const filled = await model.infill({
        prefix,
        suffix: `\n${longText("rest")}`,
        sampling: greedy,
        signal: never,
        report: (progress) => {
          if (progress.kind === "chunk") text += progress.text;
        },
      });
      assert.ok(filled.ok && filled.endReason === "end" && filled.confidence);
      assert.equal(text.trimStart(), expectedAnswers.infill);
    }
    const { usage } = await say(model, { messages });
    assert.ok(usage.cachedTokens >= usage.promptTokens - 1, JSON.stringify(usage));
  });

  it("makes vectors of length 1", async () => {
    const model = await load((await toyModels()).bert, { purpose: "embed", plan: { contextSize: 512 } });
    const result = await model.embed(["hello world", "something else", "hello world", ""], never);
    assert.ok(result.ok);
    const [one, other, same, nothing] = result.vectors;
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
    for (const vector of [one, other]) assert.ok(Math.abs(Math.hypot(...(vector ?? [])) - 1) < 1e-6);
    assert.ok(nothing?.length === one?.length && result.tokens > 4);
    const long = await model.embed(["word ".repeat(250)], never);
    assert.ok(long.ok, "a text that fills most of the context");
    const tooLong = await model.embed(["word", "word ".repeat(600)], never);
    assert.ok(!tooLong.ok && tooLong.failure.code === "prompt-too-long");
    const ranked = await model.rank("a", ["b"], never);
    assert.ok(!ranked.ok && ranked.failure.code === "not-supported");
  });

  it("scores documents from 0 to 1", async () => {
    const model = await load((await toyModels()).rank, { purpose: "rank", plan: { contextSize: 512 } });
    const result = await model.rank("hello", ["world", "other text", "world"], never);
    assert.ok(result.ok && result.scores.every((score) => score >= 0 && score <= 1));
    assert.ok(result.scores[0] === result.scores[2] && result.scores[0] !== result.scores[1]);
    const tooLong = await model.rank("hello", ["word ".repeat(600)], never);
    assert.ok(!tooLong.ok && tooLong.failure.code === "prompt-too-long");
  });
});
