import assert from "node:assert/strict";
import { createEndpoints } from "./endpoints.ts";

describe("the endpoints of an engine", () => {
  let now = 0;
  const clock = { now: () => now, epoch: () => now, after: () => () => undefined };

  it("are the same with and without /v1", () => {
    const { inOrder } = createEndpoints(["http://a/v1/", "http://a", "http://b/api/v1"], clock);
    assert.deepEqual(inOrder(), ["http://a", "http://b/api"]);
  });

  it("come last for 30 s after a failure, and first again after an answer", () => {
    const { inOrder, failed, worked, health } = createEndpoints(["http://a", "http://b"], clock);
    failed("http://a");
    assert.deepEqual(inOrder(), ["http://b", "http://a"]);
    now = 29_999;
    assert.deepEqual(inOrder(), ["http://b", "http://a"]);
    now = 30_000;
    assert.deepEqual(inOrder(), ["http://a", "http://b"]);
    failed("http://a");
    worked("http://a", 12);
    assert.deepEqual(health()[0], { url: "http://a", healthy: true, latencyMs: 12 });
  });
});
