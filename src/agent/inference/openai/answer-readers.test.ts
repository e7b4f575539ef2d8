import assert from "node:assert/strict";
import type { GenerateProgress } from "../../../protocol/model-host.ts";
import { createAnswer } from "../http/answer.ts";
import { chunkReader, infillReader } from "./answer-readers.ts";

describe("the chunks of an answer", () => {
  const clock = { now: () => 0, epoch: () => 0, after: () => () => undefined };
  let progress: GenerateProgress[];

  const read = (makeReader: typeof chunkReader, values: readonly unknown[]) => {
    progress = [];
    const onProgress = (one: GenerateProgress): void => void progress.push(one);
    const answer = createAnswer({ format: "text", promptTokens: 1, contextSize: 100, onProgress }, clock);
    const reader = makeReader("e", answer, onProgress);
    const kinds = values.map((value) => reader.read({ name: "", data: JSON.stringify(value), value }));
    return { kinds, answer };
  };
  const delta = (change: object, finish_reason: string | null = null) => ({
    choices: [{ delta: change, finish_reason }],
  });

  it("tell thoughts from text, under both of their names", () => {
    const { kinds } = read(chunkReader, [
      delta({ role: "assistant", content: "" }),
      delta({ reasoning_content: "a" }),
      delta({ reasoning: "b", content: null }),
      delta({ content: "c" }, "stop"),
    ]);
    assert.deepEqual(kinds, ["other", "token", "token", "token"]);
    assert.deepEqual(
      progress.map((one) => (one.kind === "chunk" ? [one.text, one.thought] : [])),
      [
        ["", "a"],
        ["", "b"],
        ["c", ""],
      ],
    );
  });

  it("bring probabilities, counts and times", () => {
    const { answer } = read(chunkReader, [
      { choices: [{ delta: { content: "x" }, logprobs: { content: [{ logprob: Math.log(0.25) }] } }] },
      delta({}, "length"),
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 3 } } },
      { choices: [], timings: { predicted_per_second: 12 } },
    ]);
    const { usage, confidence, endReason } = answer.finish();
    assert.deepEqual([usage.promptTokens, usage.completionTokens, usage.cachedTokens], [7, 5, 3]);
    assert.equal(usage.tokensPerSecond, 12);
    assert.deepEqual(confidence, { mean: 0.25, lowest: 0.25 });
    assert.equal(endReason, "budget");
  });

  it("say how far the prompt has been read", () => {
    read(chunkReader, [{ choices: [], prompt_progress: { total: 100, processed: 25, time_ms: 500 } }]);
    assert.deepEqual(progress, [{ kind: "reading", done: 0.25, etaMs: 1500 }]);
  });

  it("of an infill end with a reason", () => {
    const { kinds, answer } = read(infillReader, [
      { content: "a", stop: false },
      { content: "", stop: true, stop_type: "limit", tokens_evaluated: 4, tokens_predicted: 1 },
    ]);
    assert.deepEqual(kinds, ["token", "end"]);
    const { usage, endReason } = answer.finish();
    assert.deepEqual([usage.promptTokens, usage.completionTokens, endReason], [4, 1, "budget"]);
  });
});
