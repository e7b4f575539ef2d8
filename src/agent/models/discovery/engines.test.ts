import assert from "node:assert/strict";
import type { Net, NetRequest } from "../../ports/net.ts";
import { discoverEngines } from "./engines.ts";

type Answer = { status: number; text: string } | "silent" | "endless";

const bodyOf = async function* (answer: Exclude<Answer, "silent">): AsyncGenerator<Uint8Array> {
  if (answer !== "endless") return yield Buffer.from(answer.text);
  for (;;) yield Buffer.alloc(100_000);
};

/** A loopback with these servers, by port; at all other ports nobody listens. */
const netWith = (answers: Readonly<Record<string, Answer>>) => {
  const asked: NetRequest[] = [];
  const net: Net = {
    allow: () => undefined,
    async send(request) {
      asked.push(request);
      const answer = answers[new URL(request.url).port];
      if (answer === undefined) return { ok: false, failure: { code: "engine-unreachable", detail: {} } };
      if (answer === "silent")
        return new Promise((_resolve, reject) => {
          request.signal.addEventListener("abort", () => reject(request.signal.reason));
        });
      const status = answer === "endless" ? 200 : answer.status;
      return { ok: true, response: { status, headers: {}, url: request.url, body: bodyOf(answer) } };
    },
  };
  return { net, asked };
};

const ok = (value: unknown): Answer => ({ status: 200, text: JSON.stringify(value) });
const never = new AbortController().signal;

describe("discoverEngines", () => {
  it("finds engines by what they answer, each in its own way", async () => {
    const { net, asked } = netWith({
      11434: ok({ models: [{ name: "qwen2.5-coder:7b", size: 1 }] }),
      8080: ok({ object: "list", data: [{ id: "served" }, { id: "other" }] }),
    });
    assert.deepEqual(await discoverEngines(net, never), [
      { id: "ollama", name: "Ollama", url: "http://127.0.0.1:11434", models: ["qwen2.5-coder:7b"] },
      { id: "llama-server", name: "llama-server", url: "http://127.0.0.1:8080", models: ["served", "other"] },
    ]);
    assert.equal(asked.length, 5);
    for (const { purpose, method, url } of asked) {
      assert.equal(purpose, "discovery");
      assert.equal(method, "GET");
      assert.equal(new URL(url).hostname, "127.0.0.1");
    }
  });

  it("passes over whatever else listens there", async () => {
    const { net } = netWith({
      11434: ok([]),
      8080: { status: 200, text: "<html>" },
      1234: { status: 404, text: '{"data":[{"id":"x"}]}' },
      8000: "endless",
      30000: "silent",
    });
    assert.deepEqual(await discoverEngines(net, never), []);
  });

  it("finds nothing where nothing is", async () => {
    assert.deepEqual(await discoverEngines(netWith({}).net, never), []);
  });

  it("ends with the reason of the signal", async () => {
    const stop = new AbortController();
    const searching = discoverEngines(netWith({ 8080: "silent" }).net, stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(searching, /enough/);
  });
});
