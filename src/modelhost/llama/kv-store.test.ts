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
    store.save(key, tokensOf(text), (path) => writeFile(path, "s".repeat(bytes)));
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
    await store.save("a", [1, 2], () => Promise.reject(new Error("no space")));
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
