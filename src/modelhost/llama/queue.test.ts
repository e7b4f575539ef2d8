import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { createQueue } from "./queue.ts";

const never = new AbortController().signal;
const ignore = (): void => undefined;

describe("queue", () => {
  it("runs work one at a time in the order it was asked for", async () => {
    const queue = createQueue();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name}+`);
      await setImmediate();
      seen.push(`${name}-`);
    };
    await Promise.all(["a", "b", "c"].map((name) => queue.run(work(name), never, ignore)));
    assert.deepEqual(seen, ["a+", "a-", "b+", "b-", "c+", "c-"]);
    assert.equal(queue.busy, false);
  });

  it("says when it has to wait", async () => {
    const queue = createQueue();
    let waits = 0;
    const first = queue.run(setImmediate, never, () => waits++);
    const second = queue.run(setImmediate, never, () => waits++);
    await Promise.all([first, second]);
    assert.equal(waits, 1);
  });

  it("gives up waiting when aborted, and keeps the order for those behind", async () => {
    const queue = createQueue();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const abort = new AbortController();
    const first = queue.run(
      async () => {
        await gate.promise;
        seen.push("first");
      },
      never,
      ignore,
    );
    const second = queue.run(
      async () => {
        seen.push("second");
      },
      abort.signal,
      ignore,
    );
    const third = queue.run(
      async () => {
        seen.push("third");
      },
      never,
      ignore,
    );
    abort.abort(new Error("stopped"));
    await assert.rejects(second, /stopped/);
    assert.deepEqual(seen, []);
    gate.resolve();
    await Promise.all([first, third]);
    assert.deepEqual(seen, ["first", "third"]);
  });

  it("goes on after work that failed", async () => {
    const queue = createQueue();
    await assert.rejects(
      queue.run(() => Promise.reject(new Error("broken")), never, ignore),
      /broken/,
    );
    assert.equal(await queue.run(async () => 7, never, ignore), 7);
  });

  it("runs as many at a time as it is wide", async () => {
    const queue = createQueue(2);
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const begun: number[] = [];
    const ended = gates.map((gate, i) =>
      queue.run(
        () => {
          begun.push(i);
          return gate.promise;
        },
        never,
        ignore,
      ),
    );
    await setImmediate();
    assert.deepEqual(begun, [0, 1]);
    gates[1]?.resolve();
    await ended[1];
    await setImmediate();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const gate of gates) gate.resolve();
    await Promise.all(ended);
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });

  it("tells when it is idle", async () => {
    const queue = createQueue(2);
    await queue.idle();
    let running = 3;
    const works = [1, 2, 3].map(() => queue.run(setImmediate, never, ignore).then(() => running--));
    await queue.idle();
    assert.equal(queue.busy, false);
    await Promise.all(works);
    assert.equal(running, 0);
  });

  it("loses nobody when one is aborted between its turn and its start", async () => {
    const queue = createQueue();
    const gate = Promise.withResolvers<void>();
    const abort = new AbortController();
    const first = queue.run(() => gate.promise, never, ignore);
    const second = queue.run(() => Promise.reject(new Error("ran")), abort.signal, ignore);
    const third = queue.run(async () => "third", never, ignore);
    await setImmediate();
    // After the queue has heard that the first one ended, and before the second one has heard of its turn.
    void gate.promise.then(() => abort.abort(new Error("stopped")));
    gate.resolve();
    await first;
    await assert.rejects(second, /stopped/);
    assert.equal(await third, "third");
    assert.equal(queue.busy, false);
  });

  it("does not run what was aborted the moment its turn came", async () => {
    const queue = createQueue();
    const abort = new AbortController();
    const first = queue.run(async () => abort.abort(new Error("stopped")), never, ignore);
    const second = queue.run(() => Promise.reject(new Error("ran")), abort.signal, ignore);
    await first;
    await assert.rejects(second, /stopped/);
    assert.equal(queue.busy, false);
  });
});
