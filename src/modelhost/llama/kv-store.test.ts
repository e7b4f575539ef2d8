import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type KvStore, openKvStore } from "./kv-store.ts";

const tokensOf = (text: string): number[] => [...text].map((letter) => letter.codePointAt(0) ?? 0);
const textOf = (tokens: readonly number[]): string => String.fromCodePoint(...tokens);

describe("kv store", () => {
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-kv-"));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (maxBytes = 1000): Promise<KvStore> =>
    openKvStore({ folder, maxBytes, log: (line) => lines.push(line) });
  const save = (store: KvStore, key: string, text: string, bytes = 10): Promise<void> =>
    store.save({ key, tokens: tokensOf(text), mostBytes: 0 }, (path) => writeFile(path, "s".repeat(bytes)));
  /** As if nobody had written to it for an hour. */
  const age = (file: string): void =>
    utimesSync(join(folder, file), Date.now() / 1000 - 3_600, Date.now() / 1000 - 3_600);
  const find = async (store: KvStore, key: string, text: string, shared = 0): Promise<string | null> => {
    const found = await store.find(key, tokensOf(text), shared);
    return found && textOf(found.tokens);
  };

  it("finds the state that shares the longest beginning, and only one that shares more than is there already", async () => {
    const store = await open();
    await save(store, "a", "hello world");
    await save(store, "a", "help");
    assert.equal(await find(store, "a", "hello you"), "hello world");
    assert.equal(await find(store, "a", "help me"), "help");
    assert.equal(await find(store, "a", "hello you", 6), null);
    assert.equal(await find(store, "b", "hello you"), null);
    assert.equal(await find(store, "a", "xyz"), null);
  });

  it("finds the same after it is opened again, and drops what was left half-written", async () => {
    await save(await open(), "a", "hello");
    writeFileSync(join(folder, "lonely.kv"), "x");
    writeFileSync(join(folder, "lonely.json"), "x");
    rmSync(join(folder, "lonely.json"));
    writeFileSync(join(folder, "other.part"), "x");
    age("lonely.kv");
    age("other.part");
    const store = await open();
    assert.deepEqual([store.bytes, readdirSync(folder).length], [10, 2]);
    assert.equal(await find(store, "a", "hello"), "hello");
  });

  it("keeps a conversation's newest state and those of others with the same key", async () => {
    const store = await open();
    await save(store, "a", "hello");
    await save(store, "a", "other");
    await save(store, "a", "hello world");
    assert.equal(store.bytes, 20);
    assert.equal(await find(store, "a", "hello"), "hello world");
    assert.equal(await find(store, "a", "other"), "other");
  });

  it("drops the least recently used over its limit, by bytes", async () => {
    const store = await open(30);
    for (const name of ["1", "2", "3"]) await save(store, name, name);
    for (const [i, file] of readdirSync(folder).entries()) utimesSync(join(folder, file), i, i);
    assert.equal(await find(store, "1", "1"), "1");
    const again = await open(30);
    await save(again, "4", "4", 15);
    assert.equal(again.bytes, 25);
    assert.deepEqual([await find(again, "1", "1"), await find(again, "4", "4")], ["1", "4"]);
    await save(again, "5", "5", 31);
    assert.equal(await find(again, "5", "5"), null);
    assert.deepEqual([await find(again, "1", "1"), await find(again, "4", "4")], ["1", "4"]);
  });

  it("does not begin to write what is over the limit", async () => {
    const store = await open(30);
    await save(store, "1", "1");
    const state = { key: "2", tokens: tokensOf("2"), mostBytes: 31 };
    await store.save(state, () => Promise.reject(new Error("written")));
    assert.doesNotMatch(lines.join(), /written/);
    assert.equal(await find(store, "1", "1"), "1");
  });

  it("leaves what another process is writing just now, and finds it when that is done", async () => {
    const writer = await open();
    const half = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const saving = writer.save({ key: "a", tokens: tokensOf("hello"), mostBytes: 10 }, async (path) => {
      await writeFile(path, "s".repeat(10));
      half.resolve();
      await gate.promise;
    });
    await half.promise;
    const reader = await open();
    writeFileSync(join(folder, "whole.kv"), "its sidecar comes next");
    assert.equal(await find(reader, "a", "hello"), null);
    gate.resolve();
    await saving;
    assert.equal(await find(reader, "a", "hello"), "hello");
    assert.ok(readdirSync(folder).includes("whole.kv"));
    assert.equal(reader.bytes, 10);
  });

  it("never gives a state whose file was changed in any place, and deletes it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const store = await open();
        await save(store, "a", "hello");
        const path = join(folder, readdirSync(folder).find((file) => file.endsWith(".kv")) ?? "");
        const bytes = readFileSync(path);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        writeFileSync(path, bytes);
        assert.equal(await find(store, "a", "hello"), null);
        assert.deepEqual(readdirSync(folder), []);
      }),
      { numRuns: 20 },
    );
  });

  it("survives a state that cannot be written, and says so in its log", async () => {
    const store = await open();
    await store.save({ key: "a", tokens: [1, 2], mostBytes: 10 }, () => Promise.reject(new Error("no space")));
    assert.deepEqual([store.bytes, readdirSync(folder)], [0, []]);
    assert.match(lines.join(), /no space/);
  });

  it("lets nobody else read states", async () => {
    if (process.platform === "win32") return;
    await save(await open(), "a", "hello");
    for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o077, 0);
  });

  it("forgets a state that turned out to be wrong", async () => {
    const store = await open();
    await save(store, "a", "hello");
    const found = await store.find("a", tokensOf("hello"), 0);
    assert.ok(found);
    await store.drop(found);
    assert.deepEqual([store.bytes, readdirSync(folder)], [0, []]);
  });
});
