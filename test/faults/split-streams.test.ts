// A recorded stream, cut in two at every byte: the answer must be the same wherever the network cuts.
import assert from "node:assert/strict";
import type { Net, NetRequest, NetResponse } from "../../src/agent/ports/net.ts";
import type { GenerateProgress, OutputFormat } from "../../src/protocol/model-host.ts";
import { type Dialect, replyTo } from "../support/model-dialects.ts";
import { generateOnce, requestOf } from "../support/one-generation.ts";
import { remoteEngine } from "../support/remote-engines.ts";

/** A way out that leads to `dialect` in this process; its streams come in the pieces that `cut` makes. */
const netTo = (dialect: Dialect, cut: (bytes: Uint8Array) => readonly Uint8Array[]): Net => ({
  allow() {},
  async send({ url, method, headers, body }: NetRequest) {
    const path = new URL(url).pathname;
    const reply = replyTo(dialect, { method, path, headers, body: body ? JSON.parse(body) : {} });
    const isStream = "events" in reply;
    const text = isStream ? [...reply.events].join("") : JSON.stringify(reply.json);
    const pieces = isStream ? cut(Buffer.from(text)) : [Buffer.from(text)];
    const response: NetResponse = {
      status: isStream ? 200 : reply.status,
      headers: { "content-type": isStream ? "text/event-stream" : "application/json" },
      url,
      body: (async function* () {
        yield* pieces;
      })(),
    };
    return { ok: true, response };
  },
});

const call: OutputFormat = {
  kind: "call",
  tools: [{ name: "read_file", description: "Reads a file.", parameters: { type: "object" } }],
};
const cases: readonly (readonly [string, string, OutputFormat])[] = [
  ["text of many scripts", "KW_UNICODE", { kind: "text" }],
  ["a thought and text", "KW_THINK", { kind: "text" }],
  ["a call", "KW_SHORT", call],
];

/** What an answer is made of, without what differs in every run. */
const seen = async (dialect: Dialect, cut: Parameters<typeof netTo>[1], content: string, format: OutputFormat) => {
  const { engine } = remoteEngine({ dialect, urls: ["http://127.0.0.1:1"], net: netTo(dialect, cut) });
  const { result, progress } = await generateOnce(engine, requestOf(content, { format }));
  assert.ok(result.ok, JSON.stringify(result));
  const { endReason, calls, confidence } = result;
  const { promptTokens, completionTokens, cachedTokens } = result.usage;
  const chunks: GenerateProgress[] = progress.filter(({ kind }) => kind === "chunk");
  return { chunks, endReason, calls, confidence, promptTokens, completionTokens, cachedTokens };
};

describe("a stream that is cut at any byte", () => {
  for (const dialect of ["llama-server", "anthropic"] as const)
    for (const [what, content, format] of cases)
      it(`${dialect}: ${what}`, async function () {
        this.timeout(60_000);
        let size = 0;
        const whole = (bytes: Uint8Array): Uint8Array[] => {
          size = bytes.length;
          return [bytes];
        };
        const expected = await seen(dialect, whole, content, format);
        assert.ok(expected.chunks.length > 0 && size > 100);
        for (let at = 1; at < size; at += 1) {
          const inTwo = (bytes: Uint8Array): Uint8Array[] => [bytes.subarray(0, at), bytes.subarray(at)];
          assert.deepEqual(await seen(dialect, inTwo, content, format), expected, `cut at ${at}`);
        }
        const alone = (bytes: Uint8Array): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));
        assert.deepEqual(await seen(dialect, alone, content, format), expected, "every byte alone");
      });

  it("a stream that ends at any byte before its end is a failure or a whole answer, never half of one", async () => {
    const dialect = "llama-server";
    const content = "KW_SHORT";
    let size = 0;
    const expected = await seen(
      dialect,
      (bytes) => {
        size = bytes.length;
        return [bytes];
      },
      content,
      { kind: "text" },
    );
    for (let at = 0; at < size; at += 1) {
      const net = netTo(dialect, (bytes) => [bytes.subarray(0, at)]);
      const { engine } = remoteEngine({ dialect, urls: ["http://127.0.0.1:1"], net });
      const { result, progress } = await generateOnce(engine, requestOf(content));
      if (result.ok)
        assert.deepEqual(
          progress.filter(({ kind }) => kind === "chunk"),
          expected.chunks,
        );
      else assert.equal(result.failure.code, "engine-garbled");
    }
  });
});
