import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { Session, Turn } from "../../protocol/session.ts";
import { NewerDatabase } from "./database.ts";
import { openStore, type Store } from "./store.ts";

const session = (id: string, updatedAt = 1): Session => ({ id, title: id, createdAt: 1, updatedAt });
const turn = (id: string, sessionId: string): Turn =>
  newTurn({ id, sessionId, prompt: { text: "hi", attachments: [] }, createdAt: 1 });
const say = (turnId: string, seq: number, text: string) => ({
  turnId,
  seq,
  event: { kind: "message_chunk", text } satisfies RunEvent,
});
const goOn = (was: Turn): Turn => ({ ...was, state: "running" });

describe("store", () => {
  let ports: TestPorts;
  let store: Store;

  beforeEach(async () => {
    ports = createTestPorts();
    store = await openStore(ports);
    store.addSession(session("s"));
  });
  afterEach(() => {
    store.close();
    ports.remove();
  });

  it("reads a running turn with all its updates, and a second reader does too", async () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.addUpdates([say("t", 1, "Hel"), say("t", 2, "lo")]);
    const other = await openStore({ ...ports, processes: { ...ports.processes, pid: process.pid + 1 } });
    for (const reader of [store, other]) {
      assert.equal(reader.turn("t")?.answer, "Hello");
      assert.equal(reader.turn("t")?.seq, 2);
      assert.equal(reader.turn("t")?.state, "running");
    }
    other.close();
  });

  it("reads the turn of a process that is gone as interrupted, with what it had said", async () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.addUpdates([say("t", 1, "half")]);
    const later = { ...ports.processes, pid: process.pid + 1, isAlive: () => false };
    const reader = await openStore({ ...ports, processes: later });
    assert.deepEqual([reader.turn("t")?.state, reader.turn("t")?.answer], ["interrupted", "half"]);
    reader.close();
  });

  it("reads a turn of an earlier process that had the same id as interrupted", async () => {
    store.startTurn(turn("t", "s"), session("s"));
    const reader = await openStore(ports);
    assert.equal(reader.turn("t")?.state, "interrupted");
    reader.close();
  });

  it("starts one turn of a chat at a time, and replaces a turn once", () => {
    assert.equal(store.startTurn(turn("t", "s"), session("s")), "started");
    assert.equal(store.startTurn(turn("u", "s"), session("s")), "turn-running");
    store.endTurn({ ...turn("t", "s"), state: "done" });
    assert.equal(store.startTurn(turn("u", "s"), session("s"), "t"), "started");
    store.endTurn({ ...turn("u", "s"), state: "done" });
    assert.equal(store.startTurn(turn("v", "s"), session("s"), "t"), "unknown-turn");
    assert.equal(store.restartTurn("t", goOn), "unknown-turn");
  });

  it("keeps the ended record and drops its events", () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.addUpdates([say("t", 1, "x")]);
    store.endTurn({ ...turn("t", "s"), state: "done", answer: "x", seq: 1 });
    assert.equal(store.turn("t")?.answer, "x");
    store.restartTurn("t", goOn);
    store.addUpdates([say("t", 2, "y")]);
    assert.equal(store.turn("t")?.answer, "xy");
  });

  it("lists sessions with turns, newest first, and deletes one with all that belongs to it", () => {
    store.addSession(session("empty"));
    store.addSession(session("later"));
    store.startTurn(turn("t", "s"), session("s", 10));
    store.startTurn(turn("u", "later"), session("later", 20));
    assert.deepEqual(
      store.sessions(10).map(({ id }) => id),
      ["later", "s"],
    );
    store.deleteSession("later");
    assert.equal(store.turn("u"), undefined);
    assert.deepEqual(
      store.sessions(10).map(({ id }) => id),
      ["s"],
    );
  });

  it("adds nothing of a batch of which one update is wrong", () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.addUpdates([say("t", 1, "a")]);
    assert.throws(() => store.addUpdates([say("t", 2, "b"), say("t", 1, "again")]));
    assert.equal(store.turn("t")?.answer, "a");
  });

  it("reads a turn as version 0.1 wrote it, with what has come since at its beginning", () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.endTurn({ ...turn("t", "s"), state: "done" });
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    const model = { id: "/m.gguf", name: "m" };
    const routing = { path: "simple", role: "answerer", model, source: "rule", reasons: ["the only one"], skill: null };
    const old = {
      ...{
        id: "t",
        sessionId: "s",
        prompt: { text: "hi", attachments: [] },
        state: "done",
        answer: "Hello",
        thought: "",
      },
      ...{ notices: [], routing, usage: null, failure: null, endReason: "end", seq: 4, createdAt: 1 },
    };
    raw.prepare("UPDATE turns SET record = ? WHERE id = 't'").run(JSON.stringify(old));
    raw.close();
    const read = store.turn("t");
    assert.ok(read);
    assert.deepEqual([read.answer, read.routing?.confidence, read.routing?.domain], ["Hello", 1, "general"]);
    assert.deepEqual([read.mode, read.plan, read.steps, read.feedback, read.paused], ["agent", null, [], null, false]);
    assert.equal(store.setFeedback("t", { helpful: true, reason: "" }), "kept");
    assert.equal(store.turn("t")?.feedback?.helpful, true);
    assert.deepEqual(store.journal.runs("t"), []);
  });

  it("keeps what is said of an interrupted turn, which can go on afterwards", async () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.addUpdates([say("t", 1, "half")]);
    const later = await openStore({
      ...ports,
      processes: { ...ports.processes, pid: process.pid + 1, isAlive: () => false },
    });
    assert.equal(later.setFeedback("t", { helpful: false, reason: "slow" }), "kept");
    const read = later.turn("t");
    assert.deepEqual([read?.state, read?.answer, read?.feedback?.reason], ["interrupted", "half", "slow"]);
    assert.deepEqual(later.restartTurn("t", goOn), { turn: { ...read, state: "running" } });
    later.close();
  });

  it("lets a turn go on from how it stands then, and not when nothing is left of it", async () => {
    store.startTurn(turn("t", "s"), session("s"));
    store.endTurn({ ...turn("t", "s"), state: "stopped", answer: "half", seq: 1 });
    ports.alive.add(process.pid + 1);
    const other = await openStore({ ...ports, processes: { ...ports.processes, pid: process.pid + 1 } });
    assert.ok(typeof other.restartTurn("t", goOn) === "object");
    assert.equal(store.restartTurn("t", goOn), "turn-running");
    other.endTurn({ ...turn("t", "s"), state: "done", answer: "half and half", seq: 2 });
    other.close();
    const unlessDone = (now: Turn): Turn | null => (now.state === "done" ? null : goOn(now));
    assert.equal(store.restartTurn("t", unlessDone), "turn-complete");
    assert.equal(store.turn("t")?.answer, "half and half");
    assert.equal(store.restartTurn("nope", goOn), "unknown-turn");
  });

  it("leaves a record that it cannot read where it is, and shows the others", () => {
    for (const id of ["bad", "good"]) {
      store.startTurn(turn(id, "s"), session("s"));
      store.endTurn({ ...turn(id, "s"), state: "done" });
    }
    const raw = new DatabaseSync(join(ports.places.data, "trivium.db"));
    raw.prepare("UPDATE turns SET record = '{' WHERE id = 'bad'").run();
    assert.deepEqual(
      store.turns("s").map(({ id }) => id),
      ["good"],
    );
    assert.equal(raw.prepare("SELECT count(*) AS n FROM turns").get()?.["n"], 2);
    raw.close();
  });
});

describe("a damaged database", () => {
  for (const [name, content] of [
    ["text", Buffer.from("this is not a database, whatever its name says ".repeat(100))],
    ["NUL bytes", Buffer.alloc(8192)],
  ] as const)
    it(`of ${name} is set aside, never deleted, and a new one begins`, async () => {
      const ports = createTestPorts();
      const path = join(ports.places.data, "trivium.db");
      writeFileSync(path, content);
      const store = await openStore(ports);
      assert.ok(store.damaged);
      assert.deepEqual(readFileSync(store.damaged), content);
      store.addSession(session("s"));
      assert.equal(store.session("s")?.id, "s");
      store.close();
      ports.remove();
    });

  it("of a later version is refused and stays as it is", async () => {
    const ports = createTestPorts();
    const path = join(ports.places.data, "trivium.db");
    const later = new DatabaseSync(path);
    later.exec("PRAGMA user_version = 99");
    later.close();
    const before = readFileSync(path);
    await assert.rejects(openStore(ports), NewerDatabase);
    assert.deepEqual(readFileSync(path), before);
    assert.ok(!readdirSync(ports.places.data).some((file) => file.includes("damaged")));
    ports.remove();
  });
});
