import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/bootstrap.mjs";
import { Tier } from "../../protocol/model-catalog.ts";
import type { ModelDescription } from "../../protocol/model-host.ts";
import { RoleName } from "../../protocol/profile.ts";
import { nodeFolders } from "../ports/folders.ts";
import { loadCatalog, matchCatalog } from "./catalog.ts";

const warnings: string[] = [];
const log = { info: () => undefined, warn: (text: string) => void warnings.push(text), error: () => undefined };
const load = (folder: string) => loadCatalog({ folders: nodeFolders, log }, folder);
const shipped = join(root, "models", "catalog");

const described = (name: string, parameters: number): ModelDescription => ({
  path: "/m.gguf",
  name,
  sizeBytes: 1,
  architecture: "qwen2",
  parameters,
  trainedContext: null,
  quantisation: null,
  chat: true,
  infill: false,
  embedding: false,
  ranking: false,
  licence: null,
  memory: {
    weightsBytes: 1,
    layers: 1,
    embeddingLength: 1,
    feedForwardLength: 1,
    heads: 1,
    vocabulary: 1,
    kvBytesPerToken: 1,
  },
  fingerprint: "",
});

describe("the catalogue that ships", () => {
  beforeEach(() => void warnings.splice(0));

  it("has no wrong file, and every entry a source", async () => {
    const models = await load(shipped);
    assert.deepEqual(warnings, []);
    assert.ok(models.length >= 25);
    assert.equal(new Set(models.map(({ id }) => id)).size, models.length);
    for (const { id, sources } of models) {
      assert.notDeepEqual(sources, [], id);
      for (const source of sources) assert.match(source, /^https:\/\/[^/]+\/./, id);
    }
  });

  it("has files exactly where it has a repository, and servers for the rest", async () => {
    for (const { id, repository, files, tiers } of await load(shipped)) {
      assert.equal(repository === null, files.length === 0, id);
      assert.equal(repository === null, tiers.includes("server"), id);
      if (repository !== null) assert.match(repository, /^[\w.-]+\/[\w.-]+$/, id);
      for (const { file, sizeBytes } of files) {
        assert.match(file, /^[\w./-]+\.gguf$/, id);
        assert.ok(sizeBytes === null || (Number.isInteger(sizeBytes) && sizeBytes > 1e7), id);
      }
    }
  });

  it("has a model for each role, and one to answer and one to code for each size of machine", async () => {
    const models = await load(shipped);
    for (const role of RoleName.options)
      assert.ok(
        models.some(({ roles }) => roles.includes(role)),
        role,
      );
    for (const tier of Tier.options)
      for (const role of ["answerer", "coder"] as const)
        assert.ok(
          models.some(({ roles, tiers }) => tiers.includes(tier) && roles.includes(role)),
          `${role} for ${tier}`,
        );
  });

  it("recognises each of its own files, and keeps them apart", async () => {
    const models = await load(shipped);
    for (const model of models)
      for (const { file } of model.files) assert.equal(matchCatalog(models, file, null)?.id, model.id, file);
  });
});

describe("loadCatalog", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-catalog-"));
    warnings.splice(0);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("leaves out what is no entry and names it in the log", async () => {
    writeFileSync(join(folder, "broken.json"), "{");
    writeFileSync(join(folder, "other.json"), '{"id": "other"}');
    writeFileSync(join(folder, "notes.txt"), "");
    assert.deepEqual(await load(folder), []);
    assert.equal(warnings.length, 2);
    assert.ok(warnings.every((warning) => warning.includes(folder)));
  });

  it("leaves out an entry whose id is not its file's name", async () => {
    const text = await nodeFolders.readText(join(shipped, "qwen3-8b.json"));
    writeFileSync(join(folder, "renamed.json"), text ?? "");
    assert.deepEqual(await load(folder), []);
    assert.match(warnings[0] ?? "", /renamed\.json/);
  });

  it("finds nothing in a folder that does not exist", async () => {
    assert.deepEqual(await load(join(folder, "no")), []);
  });
});

describe("matchCatalog", () => {
  const idOf = async (file: string, description: ModelDescription | null = null) =>
    matchCatalog(await load(shipped), file, description)?.id ?? null;

  it("knows other quantisations, parts, and folders before the name", async () => {
    assert.equal(await idOf("Qwen2.5-Coder-7B-Instruct-IQ4_XS.gguf"), "qwen2.5-coder-7b");
    assert.equal(await idOf("/a/b/qwen2.5-7b-instruct-q8_0-00001-of-00003.gguf"), "qwen2.5-7b");
    assert.equal(await idOf("deepseek-coder-6.7b-instruct.Q5_K_S.gguf"), "deepseek-coder-6.7b");
  });

  it("takes the header's name where the file's says nothing", async () => {
    const name = "Qwen2.5 Coder 7B Instruct";
    assert.equal(await idOf("sha256-0123", described(name, 7.6e9)), "qwen2.5-coder-7b");
    assert.equal(await idOf("sha256-0123", described("Something Else", 7.6e9)), null);
  });

  it("does not believe a name against the number of parameters", async () => {
    assert.equal(await idOf("qwen2.5-coder-7b-instruct-q4_k_m.gguf", described("x", 5e8)), null);
    assert.equal(await idOf("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", described("x", 6.3e8)), "qwen2.5-coder-0.5b");
  });

  it("keeps base and instruct apart", async () => {
    assert.equal(await idOf("qwen2.5-coder-1.5b-q4_k_m.gguf"), "qwen2.5-coder-1.5b-base");
    assert.equal(await idOf("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"), "qwen2.5-coder-1.5b");
    assert.equal(await idOf("model.gguf"), null);
  });
});
