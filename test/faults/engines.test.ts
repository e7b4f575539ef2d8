import assert from "node:assert/strict";
import { expectedAnswers } from "../../scripts/gguf/scripted-answers.ts";
import type { Patience } from "../../src/agent/inference/http/limits.ts";
import type { FailureCode } from "../../src/protocol/failure.ts";
import type { HostFailure } from "../../src/protocol/model-host.ts";
import { openOptions } from "../support/engine-in-process.ts";
import { servedModel } from "../support/model-dialects.ts";
import { type Misbehaviour, type ModelServer, startModelServer } from "../support/model-server.ts";
import { generateOnce, type OneGeneration, requestOf } from "../support/one-generation.ts";
import { remoteEngine } from "../support/remote-engines.ts";
import { eventually, within } from "../support/waiting.ts";

const short: Partial<Patience> = { factMs: 300, firstTokenMs: 150, idleMs: 150, heartbeatMs: 20 };
const patient: Partial<Patience> = { heartbeatMs: 20 };
const key = "sk-secret-1234567890";

const failureOf = ({ result }: OneGeneration): HostFailure => {
  assert.ok(!result.ok, `it did not fail: ${JSON.stringify(result)}`);
  return result.failure;
};

const expected: readonly [Misbehaviour, FailureCode][] = [
  ["hang-before-headers", "engine-timeout"],
  ["hang-before-token", "engine-timeout"],
  ["hang-mid-stream", "engine-timeout"],
  ["close-before-headers", "engine-unreachable"],
  ["close-mid-stream", "engine-unreachable"],
  ["half-json", "engine-garbled"],
  ["garbage", "engine-garbled"],
  ["other-json", "engine-garbled"],
  ["huge-line", "engine-garbled"],
  ["huge-error", "engine-rejected"],
  ["wrong-content-type", "engine-garbled"],
  ["error-in-stream", "engine-overloaded"],
  ["status-400", "engine-rejected"],
  ["status-401", "engine-key"],
  ["status-429", "engine-overloaded"],
  ["status-500", "engine-rejected"],
  ["status-503", "engine-overloaded"],
];

describe("a server that misbehaves", () => {
  for (const dialect of ["llama-server", "anthropic"] as const)
    describe(dialect, () => {
      let server: ModelServer;
      before(async () => {
        server = await startModelServer(dialect);
      });
      after(() => server.close());

      const ask = (how: Misbehaviour | null, secret: string | null = null): Promise<OneGeneration> => {
        server.misbehave(how);
        const { engine } = remoteEngine({ dialect, urls: [server.url], patience: short, secret: async () => secret });
        return within(5000, "an end", generateOnce(engine, requestOf("KW_SHORT")));
      };

      for (const [how, code] of expected)
        it(`${how}: ${code}`, async () => {
          const generation = await ask(how);
          const { code: got, detail } = failureOf(generation);
          assert.equal(got, code, JSON.stringify(detail));
          assert.equal(detail["engine"], "remote");
          if (how === "hang-mid-stream" || how === "close-mid-stream") assert.equal(generation.text, "Short");
          await eventually(1000, "the connection ends", () => server.running() === 0);
        });

      it("says that it waits while nothing comes", async () => {
        const { progress } = await ask("hang-before-token");
        const waits = progress.flatMap((one) => (one.kind === "waiting" ? [one.ms] : []));
        assert.ok(waits.length > 1, "no sign of life");
        assert.deepEqual(
          waits,
          waits.toSorted((a, b) => a - b),
        );
      });

      it("tells a missing key from a wrong one, and never shows it", async () => {
        assert.equal(failureOf(await ask("status-401")).detail["status"], undefined);
        const wrong = failureOf(await ask("status-401", key));
        assert.equal(wrong.detail["status"], 401);
        assert.ok(!JSON.stringify(wrong).includes(key));
      });

      it("answers although every byte comes alone", async () => {
        const { text, result } = await ask("split-every-byte");
        assert.ok(result.ok, JSON.stringify(result));
        assert.equal(text, expectedAnswers.KW_SHORT);
      });

      it("answers again afterwards", async () => {
        await ask("status-500");
        assert.equal((await ask(null)).text, expectedAnswers.KW_SHORT);
      });
    });

  it("nobody there: engine-unreachable with the address", async () => {
    const server = await startModelServer("vllm");
    await server.close();
    const { engine } = remoteEngine({ dialect: "vllm", urls: [server.url] });
    const failure = failureOf(await generateOnce(engine, requestOf("KW_SHORT")));
    assert.deepEqual([failure.code, failure.detail["url"]], ["engine-unreachable", server.url]);
  });

  it("a model that it does not have: model-unknown", async () => {
    for (const dialect of ["ollama", "vllm", "anthropic"] as const) {
      const server = await startModelServer(dialect);
      const { engine } = remoteEngine({ dialect, urls: [server.url] });
      const described = await engine.describe("another", new AbortController().signal);
      await server.close();
      assert.ok(!described.ok);
      assert.deepEqual(described.failure, { code: "model-unknown", detail: { id: "another" } });
    }
  });
});

describe("a stop", () => {
  const phases: readonly (readonly [string, Misbehaviour | null])[] = [
    ["before the headers", "hang-before-headers"],
    ["before the first token", "hang-before-token"],
    ["in the middle of the answer", "hang-mid-stream"],
    ["of an answer without end", null],
  ];
  for (const [phase, how] of phases)
    it(`${phase} ends it within 500 ms, and the connection with it`, async () => {
      const server = await startModelServer("llama-server");
      const { engine } = remoteEngine({ dialect: "llama-server", urls: [server.url], patience: patient });
      server.misbehave(how);
      const stop = new AbortController();
      const held = Promise.withResolvers<void>();
      const question = requestOf(how ? "KW_SHORT" : "KW_FOREVER");
      const ended = generateOnce(engine, question, stop.signal, ({ kind }) => {
        if (kind === (how ? "waiting" : "chunk")) held.resolve();
      });
      await within(5000, "the server holds the request", held.promise);
      stop.abort();
      const { result } = await within(500, "the stop", ended);
      assert.ok(result.ok && result.endReason === null, JSON.stringify(result));
      await eventually(500, "the connection ends", () => server.running() === 0);
      await server.close();
    });

  it("while tokens are counted ends it within 500 ms", async () => {
    const server = await startModelServer("llama-server");
    const { engine } = remoteEngine({ dialect: "llama-server", urls: [server.url], patience: patient });
    const opened = await engine.open(openOptions(servedModel), () => undefined, new AbortController().signal);
    assert.ok(opened.ok);
    server.misbehave("hang-always");
    const before = server.requests.length;
    const stop = new AbortController();
    const counted = opened.open.count([{ role: "user", content: "hi" }], stop.signal);
    await eventually(5_000, "the question arrives", () => server.requests.length > before);
    stop.abort(new Error("enough"));
    await assert.rejects(within(500, "the stop", counted), /enough/);
    await server.close();
  });

  it("while the key is looked for ends it within 500 ms", async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const secret = (): Promise<string | null> => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const { engine, ledger } = remoteEngine({ dialect: "vllm", urls: ["http://127.0.0.1:9"], secret });
    const ended = engine.describe(servedModel, stop.signal);
    await asked.promise;
    stop.abort(new Error("enough"));
    await assert.rejects(within(500, "the stop", ended), /enough/);
    assert.deepEqual(ledger, []);
  });
});

describe("the URLs of one engine", () => {
  let one: ModelServer;
  let two: ModelServer;
  beforeEach(async () => {
    one = await startModelServer("vllm");
    two = await startModelServer("vllm");
  });
  afterEach(async () => {
    await one.close();
    await two.close();
  });

  const answered = ({ requests }: ModelServer): number =>
    requests.filter(({ path }) => path === "/v1/chat/completions").length;

  it("are tried one after the other, and the one that failed last from then on", async () => {
    one.misbehave("status-503");
    const { engine } = remoteEngine({ dialect: "vllm", urls: [one.url, two.url] });
    for (let round = 0; round < 2; round += 1)
      assert.equal((await generateOnce(engine, requestOf("KW_SHORT"))).text, expectedAnswers.KW_SHORT);
    assert.deepEqual([answered(one), answered(two)], [1, 2]);
    const [first, second] = engine.health();
    assert.deepEqual([first?.url, first?.healthy, second?.healthy], [one.url, false, true]);
    assert.ok((second?.latencyMs ?? -1) >= 0);
  });

  for (const how of ["hang-before-token", "close-before-headers", "garbage", "status-500", "status-429"] as const)
    it(`${how} moves on to the next`, async () => {
      one.misbehave(how);
      const { engine } = remoteEngine({ dialect: "vllm", urls: [one.url, two.url], patience: short });
      assert.equal((await generateOnce(engine, requestOf("KW_SHORT"))).text, expectedAnswers.KW_SHORT);
    });

  it("are not changed in the middle of an answer", async () => {
    one.misbehave("close-mid-stream");
    const { engine } = remoteEngine({ dialect: "vllm", urls: [one.url, two.url] });
    const generation = await generateOnce(engine, requestOf("KW_SHORT"));
    assert.equal(failureOf(generation).code, "engine-unreachable");
    assert.deepEqual([generation.text, answered(two)], ["Short", 0]);
  });

  it("are not changed for a request that is wrong", async () => {
    one.misbehave("status-400");
    const { engine } = remoteEngine({ dialect: "vllm", urls: [one.url, two.url] });
    assert.equal(failureOf(await generateOnce(engine, requestOf("KW_SHORT"))).code, "engine-rejected");
    assert.equal(answered(two), 0);
  });
});

describe("a key", () => {
  it("goes to its own origin, and to no other one that a redirect names", async () => {
    const server = await startModelServer("vllm");
    const other = await startModelServer("vllm");
    server.misbehave({ redirectTo: `${other.url}/v1/chat/completions` });
    const origins: string[] = [];
    const secret = async (origin: string): Promise<string> => {
      origins.push(origin);
      return key;
    };
    const { engine, ledger } = remoteEngine({ dialect: "vllm", urls: [server.url], secret });
    const failure = failureOf(await generateOnce(engine, requestOf("KW_SHORT")));
    await server.close();
    await other.close();
    assert.equal(failure.code, "network-refused");
    assert.deepEqual(new Set(origins), new Set([server.url]));
    assert.ok(server.requests.every(({ headers }) => headers["authorization"] === `Bearer ${key}`));
    assert.deepEqual(other.requests, []);
    assert.ok(ledger.at(-1)?.refused, "the refusal is not in the ledger");
    assert.ok(!JSON.stringify(ledger).includes(key));
  });
});
