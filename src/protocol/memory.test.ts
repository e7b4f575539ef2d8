import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { type MemoryShape, type MemoryUse, memoryNeed, reserveOf } from "./memory.ts";

const shape = (numbers: readonly [number, number, number, number, number, number, number]): MemoryShape => {
  const [weightsBytes, layers, embeddingLength, feedForwardLength, heads, vocabulary, kvBytesPerToken] = numbers;
  return { weightsBytes, layers, embeddingLength, feedForwardLength, heads, vocabulary, kvBytesPerToken };
};

const toy = shape([1_443_072, 2, 64, 192, 4, 2_048, 256]);
const slow = shape([103_218_688, 2, 128, 32_768, 1, 2_237, 512]);
const starter = shape([4_467_712, 5, 256, 640, 8, 1_664, 5_120]);
const halfBillion = shape([1_976_020_480, 24, 896, 4_864, 14, 151_936, 12_288]);
const wide = shape([1_497_440_256, 4, 2_048, 8_192, 32, 32_000, 8_192]);
const manyHeads = shape([673_255_424, 8, 1_024, 2_816, 16, 32_000, 32_768]);
const largeVocabulary = shape([646_991_872, 2, 1_024, 4_096, 16, 128_256, 2_048]);

const fourBits = shape([325_700_000, 24, 1_024, 4_864, 16, 151_936, 12_288]);

const decoder = shape([142_643_200, 2, 1_024, 4_096, 16, 4_096, 4_096]);
const encoder = shape([151_117_824, 2, 1_024, 4_096, 16, 4_096, 8_192]);
const ranker = shape([155_320_324, 2, 1_024, 4_096, 16, 4_096, 8_192]);

const f16 = (contextSize: number, sequences = 1): MemoryUse => ({ contextSize, sequences, kv: "f16" });

/** Resident megabytes that node-llama-cpp 3.21.1 took on Linux x64 for models of random weights, after a prompt. */
const measured: readonly (readonly [string, MemoryShape, MemoryUse, number])[] = [
  ["a toy", toy, f16(2048), 24],
  ["the starter model", starter, f16(1024), 36],
  ["a wide feed-forward layer", slow, f16(8192), 327],
  ["half a billion weights, 152,000 tokens", halfBillion, f16(8192), 2296],
  ["the same with four sequences", halfBillion, f16(8192, 4), 2615],
  ["wide layers", wide, f16(8192), 1682],
  ["wide layers with four sequences", wide, f16(8192, 4), 1888],
  ["as many key heads as heads", manyHeads, f16(2048, 2), 884],
  ["the same with a KV state of 8 bits", manyHeads, { contextSize: 2048, sequences: 2, kv: "q8_0" }, 820],
  ["128,000 tokens", largeVocabulary, f16(2048), 830],
  ["128,000 tokens and a long prompt", largeVocabulary, f16(8192), 833],
  ["weights of 4 bits, copied, without the file's own pages", fourBits, f16(4096), 576],
  ["vectors from a decoder", decoder, { ...f16(512), purpose: "embed" }, 202],
  ["vectors from a decoder, of a long text", decoder, { ...f16(4096), purpose: "embed" }, 550],
];

/** Encoders take less than decoders: they keep no KV state and one mask. */
const measuredOfEncoders: typeof measured = [
  ["vectors from an encoder", encoder, { ...f16(512), purpose: "embed" }, 190],
  ["of a text of 2,048 tokens", encoder, { ...f16(2048), purpose: "embed" }, 266],
  ["of a text of 4,096 tokens", encoder, { ...f16(4096), purpose: "embed" }, 393],
  ["of a text of 8,192 tokens", encoder, { ...f16(8192), purpose: "embed" }, 680],
  ["a score of 4,096 tokens", ranker, { ...f16(4096), purpose: "rank" }, 397],
];

describe("memoryNeed", () => {
  for (const [what, model, use, megabytes] of measured) {
    it(`is never below what was measured, and little above: ${what}`, () => {
      const estimate = memoryNeed(model, use).totalBytes / 1e6;
      ok(estimate >= megabytes, `${estimate} MB, measured ${megabytes} MB`);
      ok(estimate <= Math.max(megabytes * 1.25, megabytes + 20), `${estimate} MB, measured ${megabytes} MB`);
    });
  }

  for (const [what, model, use, megabytes] of measuredOfEncoders) {
    it(`is never below what was measured, and at most twice as much: ${what}`, () => {
      const estimate = memoryNeed(model, use).totalBytes / 1e6;
      ok(estimate >= megabytes && estimate <= megabytes * 2, `${estimate} MB, measured ${megabytes} MB`);
    });
  }

  it("counts the KV state of all sequences, and 53 % of it in 8 bits", () => {
    const whole = memoryNeed(wide, f16(8192, 2));
    const quantised = memoryNeed(wide, { contextSize: 8192, sequences: 2, kv: "q8_0" });
    deepEqual([whole.kvBytes, quantised.kvBytes], [8192 * 2 * 8192, (8192 * 2 * 8192 * 17) / 32]);
    deepEqual(whole.totalBytes, whole.weightsBytes + whole.kvBytes + whole.computeBytes);
  });

  it("grows with the context and the sequences", () => {
    const size = fc.integer({ min: 1, max: 131_072 });
    const count = fc.integer({ min: 1, max: 8 });
    const grows = fc.property(size, size, count, count, (a, b, few, many) => {
      const less = memoryNeed(halfBillion, f16(Math.min(a, b), Math.min(few, many)));
      const more = memoryNeed(halfBillion, f16(Math.max(a, b), Math.max(few, many)));
      ok(less.totalBytes <= more.totalBytes);
    });
    fc.assert(grows, { seed: 1 });
  });
});

describe("reserveOf", () => {
  it("leaves 1.5 GB to the system, or a tenth of a large machine, or a quarter of a small one", () => {
    deepEqual([4e9, 8e9, 16e9, 32e9].map(reserveOf), [1e9, 1.5e9, 1.6e9, 3.2e9]);
  });
});
