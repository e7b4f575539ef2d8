import assert from "node:assert/strict";
import { availableModel, download, fakeModels, installedModel } from "../../../test/support/fake-models.ts";
import { RoleName } from "../../protocol/profile.ts";
import { downloadDetails, downloadOf, downloadWords, percentOf } from "./download-words.ts";
import { abilitiesOf, filterAvailable, machineFacts, modelFacts, roles, roleText, suggestions } from "./model-words.ts";

describe("words about models", () => {
  it("name every role, each in its own words", () => {
    assert.deepEqual([...roles].sort(), [...RoleName.options].sort());
    assert.equal(new Set(roles.map(roleText)).size, roles.length);
  });

  it("say what is known of a model and nothing of what is not", () => {
    const [orbit] = fakeModels.installed;
    assert.ok(orbit);
    assert.deepEqual(modelFacts(orbit), ["4.7 GB", "Q4_K_M", "32k context", "downloaded", "Apache-2.0"]);
    assert.deepEqual(modelFacts(installedModel({ id: "x", source: "ollama" })), ["Ollama"]);
  });

  it("say what the machine is", () => {
    const facts = machineFacts({ ...fakeModels.machine, cores: 1, gpu: "Radeon", processor: "" });
    assert.deepEqual(facts, ["17.2 GB memory", "1 core", "Radeon", "suits models for 16 GB"]);
  });

  it("give measured abilities as whole per cents, and leave out what was not measured", () => {
    const card = fakeModels.installed[0]?.card;
    assert.ok(card);
    const scores = { ...card.scores, code: 0.714, math: null, arithmetic: 0.5, general: null };
    const labels = abilitiesOf({ ...card, scores }).map(({ label, percent }) => `${label} ${percent}`);
    assert.deepEqual(labels, ["code 71", "maths 50", "edits 58", "tools 80", "JSON 100"]);
  });

  it("suggest at most one model for each purpose, in a fixed order", () => {
    const list = (["math", "start", "start", "code"] as const).map((best, index) => ({
      ...availableModel(`m${index}`),
      best,
    }));
    assert.deepEqual(
      suggestions(list).map(({ model }) => model.id),
      ["m1", "m3", "m0"],
    );
    assert.deepEqual(suggestions([]), []);
  });

  it("filter by every word, whatever its case, and by role", () => {
    const ids = (text: string, role: "coder" | null) =>
      filterAvailable(fakeModels.available, text, role).map(({ model }) => model.id);
    assert.deepEqual(ids("", "coder"), ["stellar-coder-7b"]);
    assert.deepEqual(ids("SUMS step", null), ["proof-8b"]);
    assert.deepEqual(ids("sums coder", null), []);
    assert.equal(ids("", null).length, fakeModels.available.length);
  });
});

describe("words about downloads", () => {
  it("give amount, speed and time left while it runs", () => {
    assert.deepEqual(downloadDetails(download()), ["1.6 GB of 4.7 GB", "21 MB/s", "2 min left"]);
    assert.equal(percentOf(download()), 34);
    assert.equal(downloadWords(download()), "Stellar Coder 7B: 34 % downloaded.");
  });

  it("claim no per cents without a size", () => {
    const unknown = download({ totalBytes: null, bytesPerSecond: null, etaMs: null });
    assert.equal(percentOf(unknown), null);
    assert.deepEqual(downloadDetails(unknown), ["1.6 GB"]);
  });

  it("belong to the catalogue model whose repository they come from, until they are done", () => {
    const model = availableModel("stellar-coder-7b");
    assert.equal(downloadOf(model, [download()])?.id, "d1");
    assert.equal(downloadOf(model, [download({ state: "done" })]), undefined);
    assert.equal(downloadOf(availableModel("coder-7b"), [download()]), undefined);
  });
});
