import assert from "node:assert/strict";
import type { GenerateProgress } from "../../../protocol/model-host.ts";
import { type AnswerFrame, createAnswer } from "./answer.ts";
import { limits } from "./limits.ts";

describe("an answer that comes in", () => {
  let now: number;
  let progress: GenerateProgress[];
  const clock = { now: () => now, epoch: () => now, after: () => () => undefined };
  const begin = (format: AnswerFrame["format"] = "text") =>
    createAnswer({ format, promptTokens: 10, contextSize: 100, onProgress: (one) => progress.push(one) }, clock);
  beforeEach(() => {
    now = 0;
    progress = [];
  });

  it("measures itself when the server does not", () => {
    const answer = begin();
    now = 500;
    answer.text("a", "");
    now = 1500;
    answer.text("b", "");
    answer.end("end");
    const { usage } = answer.finish();
    assert.deepEqual(usage, {
      ...{ promptTokens: 10, cachedTokens: 0, completionTokens: 2, contextSize: 100 },
      ...{ firstTokenMs: 500, tokensPerSecond: 1 },
    });
  });

  it("believes the numbers of the server, also when they come in parts", () => {
    const answer = begin();
    answer.count({ promptTokens: 7, cachedTokens: 3 });
    answer.count({ completionTokens: 9, tokensPerSecond: 5, promptTokens: undefined });
    const { usage } = answer.finish();
    assert.deepEqual([usage.promptTokens, usage.cachedTokens, usage.completionTokens], [7, 3, 9]);
    assert.equal(usage.tokensPerSecond, 5);
  });

  it("tells the end of the budget from the end of the context", () => {
    const endOf = (completionTokens: number) => {
      const answer = begin();
      answer.count({ completionTokens });
      answer.end("length");
      return answer.finish().endReason;
    };
    assert.deepEqual([endOf(20), endOf(89)], ["budget", "context"]);
  });

  it("joins the pieces of calls, by index, and by id where every call has the same index", () => {
    const answer = begin();
    const piece = { index: 0, id: undefined, name: "", arguments: "" };
    answer.call({ ...piece, id: "a", name: "read" });
    answer.call({ ...piece, arguments: '{"p":' });
    answer.call({ ...piece, index: 1, id: "b", name: "list" });
    answer.call({ ...piece, arguments: "1}" });
    answer.call({ ...piece, index: 1, id: "c", name: "list", arguments: "{}" });
    const { calls } = answer.finish();
    assert.deepEqual(calls, [
      { name: "read", arguments: '{"p":1}' },
      { name: "list", arguments: "{}" },
      { name: "list", arguments: "{}" },
    ]);
  });

  it("does not take calls without end", () => {
    const answer = begin();
    const call = (id: number) => answer.call({ index: id, id: `${id}`, name: "read", arguments: "{}" });
    for (let id = 0; id < limits.toolCalls; id += 1) assert.equal(call(id), null);
    assert.ok(call(limits.toolCalls));
  });

  it("gives a call that was asked for as one text, without what was said beside it", () => {
    const answer = begin("call");
    answer.text("I shall read.", "");
    answer.call({ index: 0, id: "a", name: "read", arguments: '{ "p": 1 }' });
    const { calls } = answer.finish();
    assert.deepEqual(calls, [{ name: "read", arguments: '{ "p": 1 }' }]);
    assert.deepEqual(progress, [{ kind: "chunk", text: '{"name":"read","arguments":{"p":1}}', thought: "" }]);
  });

  it("finds a call that was written as text, and gives other text as it is", () => {
    const found = begin("call");
    found.text('{"name": "read", "arguments": {"p": 1}}', "");
    assert.deepEqual(found.finish().calls, [{ name: "read", arguments: '{"p":1}' }]);
    const none = begin("call");
    none.text("I cannot.", "");
    assert.deepEqual(none.finish().calls, []);
    assert.deepEqual(progress.at(-1), { kind: "chunk", text: "I cannot.", thought: "" });
  });

  it("knows how sure the model was: the geometric mean and the lowest", () => {
    const answer = begin();
    for (const probability of [1, 0.25]) answer.probability(Math.log(probability));
    assert.deepEqual(answer.finish().confidence, { mean: 0.5, lowest: 0.25 });
    assert.equal(begin().finish().confidence, null);
  });
});
