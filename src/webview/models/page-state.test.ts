import assert from "node:assert/strict";
import { download, fakeModels, need } from "../../../test/support/fake-models.ts";
import type { Download } from "../../protocol/models.ts";
import { initialPage, type PageEvent, type PageState, planToAsk, reducePage } from "./page-state.ts";

const start = initialPage({ filter: "", role: null, allOpen: false });
const after = (...events: PageEvent[]): PageState => events.reduce(reducePage, start);
const withDownload = (changes: Partial<Download>): PageEvent => ({
  type: "state",
  state: { ...fakeModels, downloads: [download({ totalBytes: 1000, ...changes })] },
});
const state: PageEvent = { type: "state", state: fakeModels };
const plan = { need: need(1), fit: "fits" as const, evict: [], problem: null };

describe("state of the Models page", () => {
  it("says a download's progress at most once in ten per cent", () => {
    const shown = Array.from({ length: 101 }, (_, percent) => withDownload({ doneBytes: percent * 10 }));
    const end = after(...shown);
    assert.equal(end.said.count, 10);
    assert.match(end.said.text, /100 % downloaded/);
  });

  it("says nothing when a download only repeats itself, and something when it changes its state", () => {
    const running = withDownload({ doneBytes: 450 });
    assert.equal(after(running, running, running).said.count, 0);
    const paused = after(running, withDownload({ doneBytes: 450, state: "paused" }));
    assert.match(paused.said.text, /paused/);
  });

  it("asks once for the plan of the model pointed at, and again when what is loaded has changed", () => {
    const id = "/models/sum-8b.gguf";
    const pointed = after(state, { type: "pointed", id });
    assert.equal(planToAsk(pointed), id);
    const asked = reducePage(pointed, { type: "planAsked", id });
    assert.equal(planToAsk(asked), null);
    const known = reducePage(asked, { type: "plan", id, plan });
    assert.equal(planToAsk(known), null);
    assert.equal(planToAsk(reducePage(known, state)), null);
    const [first, ...others] = fakeModels.installed;
    assert.ok(first);
    const unloaded = { ...fakeModels, installed: [{ ...first, loaded: false }, ...others] };
    assert.equal(planToAsk(reducePage(known, { type: "state", state: unloaded })), id);
  });

  it("asks for no plan of a model that is loaded or cannot be used", () => {
    assert.equal(planToAsk(after(state, { type: "pointed", id: "/models/orbit-7b.gguf" })), null);
    assert.equal(planToAsk(after(state, { type: "pointed", id: "/models/cut.gguf" })), null);
    assert.equal(planToAsk(after({ type: "pointed", id: "/models/sum-8b.gguf" })), null);
  });

  it("keeps a problem until it is closed or something else begins", () => {
    const problem: PageEvent = { type: "problem", message: "The hub did not answer.", next: ["retry"] };
    assert.equal(after(problem, state).problem?.message, "The hub did not answer.");
    assert.equal(after(problem, { type: "problemClosed" }).problem, null);
    assert.equal(after(problem, { type: "working", id: "a", work: "loading" }).problem, null);
    assert.ok(
      after({ type: "working", id: "a", work: "loading" }, problem, { type: "working", id: "a", work: null }).problem,
    );
  });

  it("forgets what was being done when it has ended", () => {
    const end = after(
      { type: "working", id: "a", work: "loading" },
      { type: "working", id: "b", work: "measuring" },
      { type: "working", id: "a", work: null },
    );
    assert.deepEqual(end.working, { b: "measuring" });
  });
});
