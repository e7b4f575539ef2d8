import assert from "node:assert/strict";
import type { GenerateRequest } from "../engine.ts";
import { chatBody, infillCall } from "./chat-request.ts";
import type { Served, ServerKind } from "./server-facts.ts";

const served = (kind: ServerKind): Served => ({
  kind,
  model: {
    ...{ id: "m", name: "m", contextSize: 1, sizeBytes: null },
    abilities: {
      ...{ chat: true, infill: true, embed: false, rank: false },
      ...{ grammar: true, tools: true, exactCount: false },
    },
  },
});
const sampling = { maxTokens: 9, temperature: 0.5, seed: 4, stop: ["x"] };
const request: GenerateRequest = {
  messages: [{ role: "user", content: "hi" }],
  ...{ sampling, format: { kind: "text" }, tools: [], stateKey: null },
};
const tool = { name: "t", description: "d", parameters: { type: "object" } };
const begun: GenerateRequest = { ...request, messages: [...request.messages, { role: "assistant", content: "Half" }] };

describe("the body of a chat request", () => {
  it("names the model, the messages and how to sample", () => {
    assert.deepEqual(chatBody(served("other"), request), {
      ...{ model: "m", messages: request.messages, max_tokens: 9, temperature: 0.5, seed: 4, stop: ["x"] },
      ...{ stream: true, stream_options: { include_usage: true } },
    });
  });

  it("asks each server to go on with a message in its own way", () => {
    assert.ok("continue_final_message" in chatBody(served("vllm"), begun));
    assert.ok(!("continue_final_message" in chatBody(served("vllm"), request)));
    assert.ok("chat_template_kwargs" in chatBody(served("llama-server"), begun));
    assert.ok(!("chat_template_kwargs" in chatBody(served("ollama"), begun)));
  });

  it("asks for JSON by a schema without the model host's own keywords", () => {
    const schema = { type: "string", spans: ["a"], enum: ["a"] };
    const kept = { type: "string", enum: ["a"] };
    const body = chatBody(served("other"), { ...request, format: { kind: "json", schema } });
    assert.ok("response_format" in body);
    assert.deepEqual(body.response_format, {
      type: "json_schema",
      json_schema: { name: "answer", strict: true, schema: kept },
    });
    const call = chatBody(served("other"), {
      ...request,
      format: { kind: "call", tools: [{ ...tool, parameters: schema }] },
    });
    assert.ok("tools" in call);
    assert.deepEqual(call.tools, [{ type: "function", function: { name: "t", description: "d", parameters: kept } }]);
  });

  it("demands a call of a tool, and asks for no probabilities then", () => {
    const body = chatBody(served("llama-server"), { ...request, format: { kind: "call", tools: [tool] } });
    assert.ok("tool_choice" in body && body.tool_choice === "required");
    assert.ok(!("logprobs" in body));
    assert.ok("logprobs" in chatBody(served("llama-server"), request));
  });
});

describe("an infill request", () => {
  it("is llama-server's own, or a completion with a suffix", () => {
    const between = { prefix: "a", suffix: "b", sampling };
    assert.equal(infillCall(served("llama-server"), between).path, "/infill");
    const { path, body } = infillCall(served("ollama"), between);
    assert.equal(path, "/v1/completions");
    assert.ok("prompt" in body && "suffix" in body && body.prompt === "a" && body.suffix === "b");
  });
});
