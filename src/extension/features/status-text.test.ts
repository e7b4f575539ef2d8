import assert from "node:assert/strict";
import { download, fakeModels } from "../../../test/support/fake-models.ts";
import type { Status } from "../../protocol/status.ts";
import { statusText } from "./status-text.ts";

const model = { id: "/models/orbit-7b.gguf", name: "Orbit", path: null, sizeBytes: null, loaded: true, bundled: false };
const status = (changes: Partial<Status> = {}): Status => ({
  ...{ health: "ok", quiescent: true, model, problem: null, servers: [] },
  ...changes,
});
const idle = { ...fakeModels, downloads: [] };

describe("status bar text", () => {
  it("names the model, and its speed when it is loaded and was measured", () => {
    assert.equal(statusText(null, null), "$(git-merge) Trivium");
    assert.equal(statusText(status(), null), "$(git-merge) Orbit");
    assert.equal(statusText(status(), idle), "$(git-merge) Orbit 11 t/s");
    assert.equal(statusText(status({ model: { ...model, loaded: false } }), idle), "$(git-merge) Orbit");
  });

  it("shows work and trouble", () => {
    assert.equal(statusText(status({ quiescent: false }), null), "$(sync~spin) Orbit");
    assert.equal(statusText(status({ health: "error", quiescent: false }), null), "$(warning) Orbit");
  });

  it("shows how far a load has got, in place of the model that answers", () => {
    const loading = [{ id: "/models/orbit-7b.gguf", done: 0.349 }];
    assert.equal(statusText(status(), { ...idle, loading }), "$(sync~spin) Orbit Coder 7B Instruct 34 %");
  });

  it("shows what has come of all running downloads together", () => {
    const downloads = [
      download({ doneBytes: 50, totalBytes: 100 }),
      download({ doneBytes: 0, totalBytes: 100 }),
      download({ doneBytes: 900, totalBytes: 1000, state: "paused" }),
    ];
    assert.equal(statusText(status(), { ...idle, downloads }), "$(git-merge) Orbit 11 t/s $(cloud-download) 25 %");
  });
});
