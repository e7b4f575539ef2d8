import assert from "node:assert/strict";
import { mock } from "node:test";
import { connectHost, type EditorApi } from "./host.ts";

const fakeApi = (initial?: unknown) => {
  const posted: unknown[] = [];
  let state = initial;
  const api: EditorApi = {
    postMessage: (message) => posted.push(message),
    getState: () => state,
    setState: (next) => {
      state = next;
    },
  };
  return { api, posted, state: () => state };
};

describe("webview host", () => {
  let errors: unknown[][] = [];
  beforeEach(() => {
    errors = [];
    mock.method(console, "error", (...args: unknown[]) => errors.push(args));
  });
  afterEach(() => mock.restoreAll());

  it("posts what the contract allows and drops the rest with a report", () => {
    const { api, posted } = fakeApi();
    const host = connectHost(api, new EventTarget());
    host.post({ type: "ready" });
    const wrong: unknown = { type: "ask", text: 1 };
    host.post(wrong as { type: "ready" }); // what a programming error would send
    assert.deepEqual(posted, [{ type: "ready" }]);
    assert.equal(errors.length, 1);
  });

  it("hands on messages of the contract and ignores others", () => {
    const source = new EventTarget();
    const got: unknown[] = [];
    connectHost(fakeApi().api, source).listen((message) => got.push(message));
    source.dispatchEvent(new MessageEvent("message", { data: { type: "selection", selection: null } }));
    source.dispatchEvent(new MessageEvent("message", { data: { type: "selection", selection: 3 } }));
    source.dispatchEvent(new MessageEvent("message", { data: "text" }));
    assert.deepEqual(got, [{ type: "selection", selection: null }]);
    assert.equal(errors.length, 2);
  });

  it("keeps the draft over a reload and starts empty when what was saved does not fit", () => {
    const { api, state } = fakeApi({ draft: 3 });
    const host = connectHost(api, new EventTarget());
    assert.equal(host.saved().draft, "");
    host.save({ draft: "half a question" });
    assert.equal(connectHost(fakeApi(state()).api, new EventTarget()).saved().draft, "half a question");
    host.save({ mode: "plan" });
    assert.equal(connectHost(fakeApi(state()).api, new EventTarget()).saved().mode, "plan");
    const earlier = fakeApi({ draft: "", lastPrompt: "before", scroll: null });
    const { mode, lastPrompt } = connectHost(earlier.api, new EventTarget()).saved();
    assert.deepEqual([mode, lastPrompt], [null, "before"]);
  });
});
