import assert from "node:assert/strict";
import fc from "fast-check";
import { fakeModels, installedModel, need } from "../../../test/support/fake-models.ts";
import type { LoadedModelState, MemoryState } from "../../protocol/memory.ts";
import { memoryLegend, memorySegments, planWords } from "./memory-bar.ts";

const gb = 1e9;
const loaded = (modelId: string, total: number, leases: number): LoadedModelState => ({
  ...{ modelId, path: modelId, name: modelId, contextSize: 8192, sequences: 1, kv: "f16" },
  need: need(total, 0, 0),
  leases,
  lastUsedAt: 1,
});

/** 16 GB: 4 others, 3 idle, 2 in use, 6 free, 1 kept free. */
const memory: MemoryState = {
  ...{ totalBytes: 16 * gb, limitBytes: null, reserveBytes: gb, othersBytes: 4 * gb, freeBytes: 6 * gb },
  ...{ gpu: null, models: [loaded("idle", 3, 0), loaded("busy", 2, 1)], kvStoreBytes: 0 },
};
const shareOf = (segments: ReturnType<typeof memorySegments>, kind: string): number =>
  segments.reduce((sum, segment) => sum + (segment.kind === kind ? segment.share : 0), 0);
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);

describe("memory bar", () => {
  it("shows everything once, and what is left over as kept free", () => {
    const segments = memorySegments(memory, null);
    near(shareOf(segments, "others"), 4 / 16);
    near(shareOf(segments, "weights"), 5 / 16);
    near(shareOf(segments, "free"), 6 / 16);
    near(shareOf(segments, "reserve"), 1 / 16);
  });

  it("puts the ghost into what is free after what would leave", () => {
    const plan = { need: need(8, 0, 0), fit: "tight" as const, evict: ["idle"], problem: null };
    const segments = memorySegments(memory, plan);
    near(shareOf(segments, "ghost"), 5 / 16);
    near(shareOf(segments, "free"), 1 / 16);
    assert.deepEqual(
      segments.filter(({ leaving }) => leaving).map(({ key }) => key),
      ["idle weights"],
    );
    assert.equal(shareOf(segments, "excess"), 0);
  });

  it("marks what is too much where the memory that is kept free begins", () => {
    const plan = { need: need(20, 0, 0), fit: "exceeds" as const, evict: [], problem: null };
    const segments = memorySegments(memory, plan);
    near(shareOf(segments, "ghost"), 6 / 16);
    near(shareOf(segments, "excess"), 1 / 16);
    assert.equal(shareOf(segments, "reserve"), 0);
  });

  it("always fills the whole bar with parts of positive width", () => {
    const bytes = fc.integer({ min: 0, max: 64 }).map((count) => count * gb);
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.constantFrom("fits", "tight", "exceeds"), (others, free, wanted, fit) => {
        const plan = { need: { ...need(0, 0, 0), totalBytes: wanted }, fit, evict: ["idle"], problem: null };
        const segments = memorySegments({ ...memory, othersBytes: others, freeBytes: free }, plan);
        near(
          segments.reduce((sum, { share }) => sum + share, 0),
          1,
        );
        assert.ok(segments.every(({ share }) => share > 0));
      }),
    );
  });

  it("has a text twin with units", () => {
    assert.deepEqual(
      memoryLegend(memory).map(({ label, size }) => `${label} ${size}`),
      ["system and others 4 GB", "idle 3 GB", "busy 2 GB", "free 6 GB", "kept free 1 GB"],
    );
    assert.match(memoryLegend(fakeModels.memory ?? memory)[1]?.detail ?? "", /weights 4.4 GB, context 500 MB/);
  });
});

describe("words about a plan", () => {
  const model = installedModel({ id: "m", name: "Qwen 7B" });
  const words = (changes: object) =>
    planWords(model, { need: need(4.9, 0, 0), fit: "fits", evict: [], problem: null, ...changes }, memory).text;

  it("say that it fits, what it unloads, or by how much it does not", () => {
    assert.equal(words({}), "+ Qwen 7B 4.9 GB → fits");
    assert.equal(words({ fit: "tight", evict: ["idle"] }), "+ Qwen 7B 4.9 GB → fits; unloads idle");
    assert.equal(words({ fit: "tight" }), "+ Qwen 7B 4.9 GB → fits with a shorter context");
    assert.equal(
      words({ fit: "exceeds", need: need(11.1, 0, 0) }),
      "+ Qwen 7B 11.1 GB → does not fit: 2.1 GB too much",
    );
  });

  it("take the agent's words when the numbers do not explain it", () => {
    const problem = { code: "memory-refused" as const, message: "Another program took the memory.", next: [] };
    assert.match(words({ fit: "exceeds", need: null, problem }), /Another program took the memory/);
  });
});
