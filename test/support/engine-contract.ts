// What every engine keeps, whatever runs behind it. One suite, run against each of them.
import assert from "node:assert/strict";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type {
  Engine,
  EngineResult,
  Generated,
  GenerateRequest,
  OpenModel,
  OpenOptions,
} from "../../src/agent/inference/engine.ts";
import type { GenerateProgress, SamplingOptions, ToolSpec } from "../../src/protocol/model-host.ts";
import { within } from "./waiting.ts";

/** An engine that runs the scripted answers. `models` are the ones for each purpose, by the engine's own names. */
export interface StartedEngine {
  readonly engine: Engine;
  readonly models: { readonly chat: string; readonly embed: string; readonly rank: string };
  /** The seed that the last request brought to the server; undefined where nobody can look. */
  readonly lastSeed?: () => unknown;
  close(): Promise<void>;
}

/** What this engine is able to; for the rest it must answer `not-supported`. */
export interface EngineCan {
  readonly call: boolean;
  readonly infill: boolean;
  readonly embed: boolean;
  readonly rank: boolean;
  readonly exactCount: boolean;
}

const openOptions: Omit<OpenOptions, "model" | "purpose"> = {
  ...{ contextSize: 0, minContextSize: 0, sequences: 1, threads: 1 },
  ...{ gpu: "off", template: "auto" },
};
const sampling: SamplingOptions = { maxTokens: 2000, temperature: 0, seed: null, stop: [] };
const never = new AbortController().signal;
const limitMs = 20_000;

const readFile: ToolSpec = {
  name: "read_file",
  description: "Reads a file.",
  parameters: {
    type: "object",
    properties: { path: { type: "string", maxLength: 20 } },
    required: ["path"],
    additionalProperties: false,
  },
};
const okSchema = {
  type: "object",
  properties: { ok: { type: "boolean" } },
  required: ["ok"],
  additionalProperties: false,
};

const ask = (content: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: "user", content }],
  sampling,
  format: { kind: "text" },
  tools: [],
  stateKey: null,
  ...more,
});

const get = <T extends object>(result: EngineResult<T>): T => {
  assert.ok(result.ok, `it failed: ${JSON.stringify(result)}`);
  return result;
};

const isUnsupported = (result: EngineResult<object>): void => {
  assert.ok(!result.ok, "it did what it cannot do");
  assert.equal(result.failure.code, "not-supported");
  assert.ok(result.failure.detail["name"] && result.failure.detail["ability"]);
};

export const engineContract = (name: string, start: () => Promise<StartedEngine>, can: EngineCan): void => {
  describe(`the engine contract: ${name}`, () => {
    let started: StartedEngine;
    let open: OpenModel;

    const openFor = async (model: string, purpose: OpenOptions["purpose"]): Promise<OpenModel> =>
      get(await started.engine.open({ ...openOptions, model, purpose }, () => undefined, never)).open;

    const generate = async (
      request: GenerateRequest,
    ): Promise<Generated & { text: string; progress: GenerateProgress[] }> => {
      const progress: GenerateProgress[] = [];
      const result = await within(
        limitMs,
        "an answer",
        open.generate(request, (one) => progress.push(one), never),
      );
      const text = progress.map((one) => (one.kind === "chunk" ? one.text : "")).join("");
      return { ...get(result), text, progress };
    };

    before(async () => {
      started = await start();
      open = await openFor(started.models.chat, "chat");
    });

    after(async () => {
      open?.release();
      await started?.engine.close();
      await started?.close();
    });

    it("describes a model", async () => {
      const { model } = get(await started.engine.describe(started.models.chat, never));
      assert.equal(model.id, started.models.chat);
      assert.ok(model.name.length > 0);
      assert.equal(model.abilities.chat, true);
    });

    it("opens a model with a context, and says how far it is", async () => {
      const phases: string[] = [];
      const options: OpenOptions = { ...openOptions, model: started.models.chat, purpose: "chat" };
      const again = get(await started.engine.open(options, ({ phase }) => phases.push(phase), never)).open;
      assert.ok(again.contextSize > 0);
      assert.ok(phases.every((phase) => phase === "starting" || phase === "loading"));
      again.release();
    });

    it("counts tokens, more for more", async () => {
      const short = get(await open.count([{ role: "user", content: "one" }], never)).tokens;
      const long = get(
        await open.count([{ role: "user", content: "one two three four five six seven" }], never),
      ).tokens;
      assert.ok(short > 0 && long > short, `${short}, ${long}`);
      assert.equal(open.abilities.exactCount, can.exactCount);
    });

    it("generates text in pieces, with its numbers", async () => {
      const { text, endReason, usage, calls } = await generate(ask("KW_CODE"));
      assert.equal(text, expectedAnswers.KW_CODE);
      assert.equal(endReason, "end");
      assert.deepEqual(calls, []);
      assert.ok(usage.promptTokens > 0 && usage.completionTokens > 0 && usage.contextSize === open.contextSize);
      assert.ok(usage.cachedTokens >= 0 && usage.cachedTokens <= usage.promptTokens);
      assert.ok(usage.firstTokenMs >= 0 && usage.tokensPerSecond >= 0);
    });

    it("keeps characters whole", async () => {
      assert.equal((await generate(ask("KW_UNICODE"))).text, expectedAnswers.KW_UNICODE);
    });

    it("generates JSON that fits a schema", async () => {
      const { text } = await generate(ask("KW_SHORT", { format: { kind: "json", schema: okSchema } }));
      assert.equal(typeof JSON.parse(text).ok, "boolean", text);
    });

    if (can.call)
      it("calls a tool, as a call and as text", async () => {
        const { text, calls } = await generate(ask("KW_SHORT", { format: { kind: "call", tools: [readFile] } }));
        const [call] = calls;
        assert.ok(call && calls.length === 1, text);
        assert.equal(call.name, "read_file");
        assert.equal(typeof JSON.parse(call.arguments).path, "string");
        assert.deepEqual(JSON.parse(text), { name: "read_file", arguments: JSON.parse(call.arguments) });
      });

    it("ends before a stop string", async () => {
      const stop = [" answer"];
      const { text, endReason } = await generate(ask("KW_SHORT", { sampling: { ...sampling, stop } }));
      assert.deepEqual([text, endReason], ["Short", "end"]);
    });

    it("ends with its budget", async () => {
      const { endReason, usage } = await generate(ask("KW_LONG", { sampling: { ...sampling, maxTokens: 5 } }));
      assert.deepEqual([endReason, usage.completionTokens], ["budget", 5]);
    });

    it("stops within 500 ms", async () => {
      const stop = new AbortController();
      const begun = Promise.withResolvers<void>();
      let text = "";
      const onProgress = (progress: GenerateProgress): void => {
        if (progress.kind !== "chunk") return;
        text += progress.text;
        begun.resolve();
      };
      const ended = open.generate(ask("KW_FOREVER"), onProgress, stop.signal);
      await within(limitMs, "the first words", begun.promise);
      stop.abort();
      const { endReason, usage } = get(await within(500, "the stop", ended));
      assert.equal(endReason, null);
      assert.ok(text.length > 0 && usage.contextSize === open.contextSize);
    });

    it("answers after a stop", async () => {
      assert.equal((await generate(ask("KW_SHORT"))).text, expectedAnswers.KW_SHORT);
    });

    it("passes the seed on", async () => {
      const seeded = { ...sampling, seed: 42 };
      assert.equal((await generate(ask("KW_SHORT", { sampling: seeded }))).endReason, "end");
      if (started.lastSeed) assert.equal(started.lastSeed(), 42);
    });

    it(can.infill ? "fills in" : "says that it cannot fill in", async () => {
      let text = "";
      const onProgress = (progress: GenerateProgress): void => {
        if (progress.kind === "chunk") text += progress.text;
      };
      const request = {
        prefix: "const add = (left, right) => ",
        suffix: "\n",
        sampling: { ...sampling, maxTokens: 20 },
      };
      const filled = await within(limitMs, "an infill", open.infill(request, onProgress, never));
      if (!can.infill) return isUnsupported(filled);
      assert.ok(get(filled).usage.completionTokens > 0);
      assert.ok(text.length > 0);
    });

    it(can.embed ? "embeds, each text as a vector of length 1" : "says that it cannot embed", async () => {
      const embedder = can.embed ? await openFor(started.models.embed, "embed") : open;
      const embedded = await within(limitMs, "vectors", embedder.embed(["a", "bb and more"], never));
      if (!can.embed) return isUnsupported(embedded);
      const { vectors, tokens } = get(embedded);
      assert.equal(vectors.length, 2);
      for (const vector of vectors) assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-3);
      assert.notDeepEqual(vectors[0], vectors[1]);
      assert.ok(tokens > 0);
      embedder.release();
    });

    it(can.rank ? "ranks, in the order of the documents" : "says that it cannot rank", async () => {
      const ranker = can.rank ? await openFor(started.models.rank, "rank") : open;
      const documents = ["a fox", "quick brown fox", "nothing"];
      const ranked = await within(limitMs, "scores", ranker.rank("quick brown fox", documents, never));
      if (!can.rank) return isUnsupported(ranked);
      const { scores } = get(ranked);
      assert.equal(scores.length, documents.length);
      assert.ok(
        scores.every((score) => score >= 0 && score <= 1),
        `${scores}`,
      );
      const again = get(await ranker.rank("quick brown fox", documents, never)).scores;
      assert.deepEqual(again, scores);
      ranker.release();
    });
  });
};
