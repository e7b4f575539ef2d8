import assert from "node:assert/strict";
import fc from "fast-check";
import { type CatalogModel, Tier } from "../../protocol/model-catalog.ts";
import type { Machine } from "../../protocol/models.ts";
import { type MemoryNeedOf, recommend } from "./recommend.ts";

const unknown = {
  code: null,
  math: null,
  general: null,
  json: null,
  jsonWithGrammar: null,
  toolCall: null,
  edit: null,
  arithmetic: null,
};

const machine = (tier: Machine["tier"], gigabytes: number): Machine => ({
  platform: "linux",
  processor: "A processor",
  cores: 8,
  memoryBytes: gigabytes * 1e9,
  gpu: null,
  tier,
});

/** `sizes`: gigabytes by quantisation. */
const model = (
  id: string,
  sizes: Readonly<Record<string, number | null>>,
  more: Partial<CatalogModel> = {},
): CatalogModel => ({
  id,
  name: id,
  summary: "",
  repository: `owner/${id}`,
  files: Object.entries(sizes).map(([quantisation, size]) => ({
    file: `${id}-${quantisation}.gguf`,
    quantisation,
    sizeBytes: size === null ? null : size * 1e9,
  })),
  parameters: 7e9,
  contextSize: 32_768,
  licence: { name: "Apache-2.0", url: null },
  template: "chatml",
  infillTokens: null,
  roles: ["answerer"],
  priors: unknown,
  memoryBytes: null,
  tiers: ["16gb"],
  sources: [],
  ...more,
});

const needOf: MemoryNeedOf = (_, { sizeBytes }) =>
  sizeBytes === null
    ? null
    : { weightsBytes: sizeBytes, kvBytes: 1e9, computeBytes: 0.5e9, totalBytes: sizeBytes + 1.5e9 };

const chosen = (one: CatalogModel, on: Machine) => {
  const [available] = recommend([one], on, needOf);
  return [available?.file === null ? null : one.files[available?.file ?? -1]?.quantisation, available?.fit];
};

describe("recommended models", () => {
  const sizes = { Q2_K: 3, Q4_K_M: 4.7, Q6_K: 6.3, Q8_0: 8.1 };

  it("take the file that suits the machine", () => {
    assert.deepEqual(chosen(model("m", sizes), machine("16gb", 16.4)), ["Q4_K_M", "fits"]);
    assert.deepEqual(chosen(model("m", sizes), machine("gpu", 34)), ["Q8_0", "fits"]);
    assert.deepEqual(chosen(model("m", { Q4_K_M: 0.4, Q8_0: 0.6 }, { parameters: 0.5e9 }), machine("8gb", 8)), [
      "Q8_0",
      "fits",
    ]);
  });

  it("take fewer than four bits only when nothing else can be used", () => {
    assert.deepEqual(chosen(model("m", sizes), machine("8gb", 7.5)), ["Q4_K_M", "tight"]);
    assert.deepEqual(chosen(model("m", sizes), machine("8gb", 6)), ["Q2_K", "tight"]);
    assert.deepEqual(chosen(model("m", sizes), machine("8gb", 4)), ["Q2_K", "exceeds"]);
  });

  it("say nothing about what is not known", () => {
    assert.deepEqual(chosen(model("m", { Q8_0: null, Q4_K_M: null }), machine("16gb", 16)), ["Q4_K_M", null]);
    assert.deepEqual(chosen(model("m", {}, { repository: null }), machine("16gb", 16)), [null, null]);
  });

  it("prefer what is known and permissive, then merit, and mark each goal once", () => {
    const one = { Q4_K_M: 4.7 };
    const all = [
      model("restricted", one, {
        priors: { ...unknown, general: 1, code: 1 },
        licence: { name: "llama3.2", url: null },
      }),
      model("unknown-size", { Q4_K_M: null }, { priors: { ...unknown, general: 1, code: 1 } }),
      model("good", one, { roles: ["answerer", "coder"], priors: { ...unknown, general: 0.7, code: 0.6 } }),
      model("weaker", one, { priors: { ...unknown, general: 0.5, code: 0.5 } }),
      model("coder", one, { roles: ["coder"], priors: { ...unknown, code: 0.8 } }),
      model("too-large", { Q4_K_M: 40 }, { roles: ["coder"], priors: { ...unknown, code: 1 }, tiers: ["server"] }),
      model("math", one, { roles: ["mathematician"], priors: { ...unknown, math: 0.8 } }),
    ];
    const shown = recommend(all, machine("16gb", 16.4), needOf);
    assert.deepEqual(
      shown.map(({ model: { id }, best }) => [id, best]),
      [
        ["good", "start"],
        ["coder", "code"],
        ["math", "math"],
        ["restricted", null],
        ["weaker", null],
        ["unknown-size", null],
        ["too-large", null],
      ],
    );
  });

  it("are small enough for few cores, however much memory there is", () => {
    const all = [model("large", { Q4_K_M: 5 }), model("small", { Q4_K_M: 2.5 }, { tiers: ["8gb"], parameters: 4e9 })];
    const bestOn = (cores: number) =>
      recommend(all, { ...machine("16gb", 16), cores }, needOf).find(({ best }) => best === "start")?.model.id;
    assert.deepEqual([bestOn(2), bestOn(8)], ["small", "large"]);
  });

  it("are never for a larger machine, and fall back to those for a smaller one", () => {
    const small = model("small", { Q8_0: 1.6 }, { tiers: ["8gb"], parameters: 1.5e9 });
    const large = model("large", { Q4_K_M: 9 }, { tiers: ["32gb"] });
    const best = (on: Machine) => recommend([small, large], on, needOf).find((one) => one.best === "start")?.model.id;
    assert.equal(best(machine("16gb", 16.4)), "small");
    assert.equal(best(machine("32gb", 33)), "large");
  });

  it("are all there, whatever the catalogue, and none is marked that exceeds", () => {
    const someSizes = fc.dictionary(
      fc.constantFrom("Q2_K", "Q4_K_M", "Q8_0", "F16", "odd"),
      fc.option(fc.double({ min: 0.1, max: 90, noNaN: true })),
    );
    const someModel = fc.record({
      sizes: someSizes,
      tiers: fc.subarray([...Tier.options]),
      roles: fc.subarray(["answerer" as const, "coder" as const, "mathematician" as const, "embedder" as const]),
    });
    fc.assert(
      fc.property(
        fc.array(someModel, { maxLength: 8 }),
        fc.constantFrom(...Tier.options),
        fc.integer({ min: 2, max: 200 }),
        (models, tier, gigabytes) => {
          const catalog = models.map(({ sizes: given, ...more }, index) => model(`m${index}`, given, more));
          const shown = recommend(catalog, machine(tier, gigabytes), needOf);
          assert.deepEqual(new Set(shown.map((one) => one.model)), new Set(catalog));
          const marks = shown.flatMap(({ best }) => best ?? []);
          assert.equal(new Set(marks).size, marks.length);
          for (const {
            best,
            fit,
            file,
            model: { files },
          } of shown) {
            if (best) assert.notEqual(fit, "exceeds");
            assert.equal(file === null, files.length === 0);
          }
        },
      ),
    );
  });
});
