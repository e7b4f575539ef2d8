import assert from "node:assert/strict";
import { mock } from "node:test";
import type { EditorApi } from "../host.ts";
import { connectPageHost } from "./page-host.ts";

const fakeApi = (kept?: unknown) => {
  const posted: unknown[] = [];
  const api: EditorApi = {
    postMessage: (message) => posted.push(message),
    getState: () => kept,
    setState: (next) => {
      kept = next;
    },
  };
  return { api, posted };
};

describe("host of the Models page", () => {
  let errors: unknown[][] = [];
  beforeEach(() => {
    errors = [];
    mock.method(console, "error", (...args: unknown[]) => errors.push(args));
  });
  afterEach(() => mock.restoreAll());

  it("drops what the contract does not allow, both ways, with a report", () => {
    const { api, posted } = fakeApi();
    const source = new EventTarget();
    const got: unknown[] = [];
    const host = connectPageHost(api, source);
    host.listen((message) => got.push(message));
    host.post({ type: "load", id: "a" });
    const wrong: unknown = { type: "load", path: "/etc" };
    host.post(wrong as { type: "ready" }); // what a programming error would send
    source.dispatchEvent(new MessageEvent("message", { data: { type: "notice", text: "done" } }));
    source.dispatchEvent(new MessageEvent("message", { data: { type: "state", state: {} } }));
    assert.deepEqual(posted, [{ type: "load", id: "a" }]);
    assert.deepEqual(got, [{ type: "notice", text: "done" }]);
    assert.equal(errors.length, 2);
  });

  it("keeps filter and fold over a reload, and starts afresh when what was kept does not fit", () => {
    const { api } = fakeApi({ filter: 3 });
    const host = connectPageHost(api, new EventTarget());
    assert.deepEqual(host.saved, { filter: "", role: null, allOpen: false });
    host.save({ filter: "coder", role: "coder", allOpen: true });
    assert.deepEqual(connectPageHost(api, new EventTarget()).saved, { filter: "coder", role: "coder", allOpen: true });
  });
});
