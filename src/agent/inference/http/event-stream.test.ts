import assert from "node:assert/strict";
import fc from "fast-check";
import { eventDecoder, Garbled, type ServerEvent } from "./event-stream.ts";
import { limits } from "./limits.ts";

const stream = [
  ": a comment\n\n",
  'event: message\ndata: {"text":"Grüße 世界 👩‍💻"}\n\n',
  "data: one\ndata: two\n\n",
  "data: with\r\n\r\n",
  "id: 7\nretry: 3\nunknown: x\ndata: [DONE]\n\n",
].join("");
const bytes = Buffer.from(stream);

const eventsOf = (pieces: readonly Uint8Array[]): ServerEvent[] => {
  const decode = eventDecoder();
  return pieces.flatMap(decode);
};

describe("server-sent events", () => {
  it("have names and data", () => {
    assert.deepEqual(eventsOf([bytes]), [
      { name: "message", data: '{"text":"Grüße 世界 👩‍💻"}' },
      { name: "", data: "one\ntwo" },
      { name: "", data: "with" },
      { name: "", data: "[DONE]" },
    ]);
  });

  it("are the same however the bytes are cut", () => {
    const expected = eventsOf([bytes]);
    const places = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }));
    fc.assert(
      fc.property(places, (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        assert.deepEqual(eventsOf(pieces), expected);
      }),
    );
  });

  it("are refused when one is too long, in one piece or in many", () => {
    const long = `data: ${"x".repeat(limits.eventCharacters + 1)}\n\n`;
    assert.throws(() => eventsOf([Buffer.from(long)]), Garbled);
    const decode = eventDecoder();
    const piece = Buffer.from("data: ".padEnd(65_536, "x"));
    assert.throws(() => {
      for (let sent = 0; sent <= limits.eventCharacters; sent += piece.length) decode(piece);
    }, Garbled);
  });
});
