import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import { readSettings } from "../../protocol/settings.ts";
import type { JournalEntry, RunStart } from "./journal.ts";
import { openStore, type Store } from "./store.ts";

const session = { id: "s", title: "s", createdAt: 1, updatedAt: 1 };
const engines = [{ id: "box", kind: "openai", urls: ["http://box:1"], key: "sk-secret" }];

const start = (id: string): RunStart => ({
  turn: newTurn({ id, sessionId: "s", prompt: { text: "hi", attachments: [] }, createdAt: 1 }),
  history: [{ id: "before", prompt: { text: "earlier", attachments: [] }, answer: "Yes." }],
  settings: readSettings({ engines }).settings,
  workspace: null,
  cores: 4,
  routerWeights: "abc",
});
const steering = (text: string): JournalEntry => ({ kind: "steering", look: 1, texts: [text] });

describe("the journal", () => {
  let ports: TestPorts;
  let store: Store;

  const begin = (id: string): number => {
    store.startTurn(start(id).turn, session);
    store.endTurn({ ...start(id).turn, state: "done" });
    return store.journal.begin(start(id));
  };

  beforeEach(async () => {
    ports = createTestPorts();
    store = await openStore(ports);
    store.addSession(session);
  });
  afterEach(() => {
    store.close();
    ports.remove();
  });

  it("gives back what was kept, in order, run by run", () => {
    const first = begin("t");
    store.journal.add(first, steering("one"));
    const second = store.journal.begin(start("t"));
    store.journal.add(second, steering("two"));
    store.journal.add(first, steering("three"));
    assert.deepEqual(store.journal.runs("t"), [
      { start: start("t"), entries: [steering("one"), steering("three")] },
      { start: start("t"), entries: [steering("two")] },
    ]);
  });

  it("gives back texts of any length as they were", () => {
    const run = begin("t");
    let kept = 0;
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.integer({ min: 1, max: 500 }), (text, times) => {
        store.journal.add(run, steering(text.repeat(times)));
        assert.deepEqual(store.journal.runs("t")[0]?.entries[kept++], steering(text.repeat(times)));
      }),
      { numRuns: 30 },
    );
  });

  it("drops the oldest runs beyond a number, never the newest", () => {
    for (let count = 0; count <= 300; count++) begin(`t${count}`);
    assert.deepEqual(store.journal.runs("t0"), []);
    assert.equal(store.journal.runs("t1").length, 1);
    assert.equal(store.journal.runs("t300").length, 1);
  }).timeout(30_000);

  it("drops the oldest runs beyond a size, never the newest", () => {
    begin("old");
    const large = begin("large");
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    raw.prepare("UPDATE runs SET bytes = 300000000 WHERE id = ?").run(large);
    begin("new");
    assert.deepEqual(
      ["old", "large", "new"].map((id) => store.journal.runs(id).length),
      [0, 0, 1],
    );
    assert.equal(raw.prepare("SELECT count(*) AS n FROM run_entries").get()?.["n"], 0);
    raw.close();
  });

  it("goes with its chat", () => {
    const run = begin("t");
    store.journal.add(run, steering("one"));
    store.deleteSession("s");
    assert.deepEqual(store.journal.runs("t"), []);
  });

  it("gives nothing of a run that it cannot read", () => {
    const run = begin("t");
    store.journal.add(run, steering("one"));
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    raw.prepare("UPDATE run_entries SET entry = ?").run(Buffer.from("{"));
    raw.close();
    assert.deepEqual(store.journal.runs("t"), []);
    assert.equal(store.journal.latest("t"), undefined);
    store.journal.begin(start("t"));
    const newest = { start: start("t"), entries: [] };
    assert.deepEqual([store.journal.runs("t"), store.journal.latest("t")], [[newest], newest]);
  });

  it("gives nothing of a run whose packed bytes are damaged", () => {
    store.journal.add(begin("t"), steering("long ".repeat(2_000)));
    const database = new DatabaseSync(join(ports.places.data, "trivium.db"));
    database.exec("UPDATE run_entries SET entry = x'1f8b0800ffff'");
    database.close();
    assert.deepEqual([store.journal.runs("t"), store.journal.latest("t")], [[], undefined]);
  });

  it("gives no earlier run for the newest", () => {
    begin("t");
    const newest = store.journal.begin(start("t"));
    store.journal.add(newest, steering("one"));
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    raw.prepare("UPDATE run_entries SET entry = ?").run(Buffer.from("{"));
    raw.close();
    assert.deepEqual([store.journal.runs("t").length, store.journal.latest("t")], [1, undefined]);
    store.journal.drop("t");
    assert.deepEqual(store.journal.runs("t"), []);
  });

  it("has no key of an engine in it, even one that somebody wrote into the settings", () => {
    begin("t");
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    const stored = raw.prepare("SELECT start FROM runs").get()?.["start"];
    raw.close();
    assert.ok(stored instanceof Uint8Array);
    const text = Buffer.from(stored).toString();
    assert.ok(text.includes("http://box:1") && !text.includes("sk-secret"));
  });
});
