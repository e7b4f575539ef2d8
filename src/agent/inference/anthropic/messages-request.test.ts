import assert from "node:assert/strict";
import type { GenerateRequest } from "../engine.ts";
import { messagesBody } from "./messages-request.ts";

const request: GenerateRequest = {
  messages: [
    { role: "system", content: "Be short." },
    { role: "user", content: "hi" },
    { role: "assistant", content: "" },
    { role: "user", content: "go on" },
    { role: "assistant", content: "Half of \n" },
  ],
  sampling: { maxTokens: 9, temperature: 1.5, seed: 4, stop: ["\n", "END"] },
  ...{ format: { kind: "text" }, tools: [], stateKey: null },
};

describe("the body of a Messages request", () => {
  it("keeps to what is allowed there", () => {
    assert.deepEqual(messagesBody("m", request), {
      ...{ model: "m", max_tokens: 9, temperature: 1, system: "Be short.", stop_sequences: ["END"], stream: true },
      messages: [
        { role: "user", content: "hi" },
        { role: "user", content: "go on" },
        { role: "assistant", content: "Half of" },
      ],
    });
  });

  it("asks for JSON as the arguments of one tool", () => {
    const schema = { type: "object" };
    const body = messagesBody("m", { ...request, format: { kind: "json", schema } });
    assert.ok("tools" in body && "tool_choice" in body);
    assert.deepEqual(body.tools, [{ name: "answer", description: "Gives the answer.", input_schema: schema }]);
    const narrowed = { type: "string", below: ["src"] };
    const plain = messagesBody("m", { ...request, format: { kind: "json", schema: narrowed } });
    assert.match(JSON.stringify(plain), /"input_schema":\{"type":"string"\}/);
  });
});
