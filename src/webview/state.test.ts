import assert from "node:assert/strict";
import { newTurn } from "../protocol/new-turn.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { Turn } from "../protocol/session.ts";
import type { ChatState } from "../protocol/webview.ts";
import { initialState, reduce, runningHere, runningTurn, type ViewEvent, type ViewState } from "./state.ts";

const turn = (changes: Partial<Turn> = {}): Turn => ({
  ...newTurn({ id: "t1", sessionId: "s1", prompt: { text: "why", attachments: [] }, createdAt: 1 }),
  ...changes,
});

const chatState = (changes: Partial<ChatState> = {}): ChatState => ({
  session: { id: "s1", title: "why", createdAt: 1, updatedAt: 1 },
  turns: [],
  runningHere: ["t1"],
  status: null,
  selection: null,
  trusted: true,
  mode: "agent",
  connecting: false,
  ...changes,
});

const after = (...events: ViewEvent[]): ViewState => events.reduce(reduce, initialState);
const update = (seq: number, event: RunEvent) => ({ turnId: "t1", seq, event });
const chunk = (seq: number, text: string) => update(seq, { kind: "message_chunk", text });
const loading: RunEvent = { kind: "progress", phase: "loading", done: 0.5, etaMs: 900 };

describe("chat view state", () => {
  it("appends each update once, whatever is repeated", () => {
    const state = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "updates", updates: [chunk(1, "one "), chunk(2, "two ")] },
      { type: "updates", updates: [chunk(2, "two "), chunk(3, "three")] },
    );
    assert.equal(state.turns[0]?.answer, "one two three");
    assert.equal(state.turns[0]?.seq, 3);
  });

  it("is the same after a reload in the middle of an answer", () => {
    const updates = [update(1, loading), chunk(2, "a"), chunk(3, "b"), chunk(4, "c")];
    const whole = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "updates", updates },
    );
    const reloaded = after(
      { type: "state", state: chatState({ turns: [turn({ answer: "ab", seq: 3 })] }) },
      { type: "updates", updates },
    );
    assert.deepEqual(reloaded.turns, whole.turns);
  });

  it("shows progress until text arrives", () => {
    const waiting = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "updates", updates: [update(1, loading)] },
    );
    assert.equal(waiting.turns[0]?.progress?.phase, "loading");
    assert.equal(reduce(waiting, { type: "updates", updates: [chunk(2, "a")] }).turns[0]?.progress, null);
    const failed = reduce(waiting, { type: "turn", turn: turn({ state: "failed" }) });
    assert.equal(failed.turns[0]?.progress, null);
  });

  it("shows no loading once a model has got its prompt or is there as a whole", () => {
    const receipt = { role: "planner", model: "orbit", contextSize: 1, reserved: 0, tokens: 1, parts: [] };
    const asked = update(2, { kind: "receipt", receipt });
    const loaded = update(1, { ...loading, done: 1 });
    const progressAfter = (...updates: ReturnType<typeof update>[]) =>
      after({ type: "state", state: chatState() }, { type: "turn", turn: turn() }, { type: "updates", updates })
        .turns[0]?.progress;
    assert.equal(progressAfter(update(1, loading), asked), null);
    assert.equal(progressAfter(loaded), null);
  });

  it("shows a step's text in the place of its progress, and takes an answer back with the reason kept", () => {
    const step = update(2, { kind: "step_chunk", id: "a", text: "read" });
    const reset = update(4, { kind: "answer_reset", reason: "12 × 7 = 86 is wrong" });
    const state = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "updates", updates: [update(1, loading), step, chunk(3, "86"), reset, chunk(5, "84")] },
    );
    assert.equal(state.turns[0]?.progress, null);
    assert.equal(state.turns[0]?.steps[0]?.text, "read");
    assert.equal(state.turns[0]?.answer, "84");
    assert.deepEqual(state.turns[0]?.notices, ["12 × 7 = 86 is wrong"]);
  });

  it("keeps what was said to a running turn until it is taken into account, one by one", () => {
    const said = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "steered", turnId: "t1", text: "in Rust" },
      { type: "steered", turnId: "t1", text: "shorter" },
      { type: "steered", turnId: "t1", text: "in Rust" },
    );
    const taken = reduce(said, { type: "updates", updates: [update(1, { kind: "steer", text: "in Rust" })] });
    assert.deepEqual(taken.turns[0]?.steering, ["in Rust"]);
    assert.deepEqual(taken.turns[0]?.queued, ["shorter", "in Rust"]);
    const ended = reduce(taken, { type: "turn", turn: turn({ state: "done", steering: ["in Rust"] }) });
    assert.deepEqual(ended.turns[0]?.queued, ["shorter", "in Rust"]);
  });

  it("keeps what was said when the record is shown anew, without what it has heard", () => {
    const said = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn({ steering: ["earlier"] }) },
      { type: "steered", turnId: "t1", text: "in Rust" },
      { type: "steered", turnId: "t1", text: "shorter" },
    );
    const heard = turn({ steering: ["earlier", "in Rust"] });
    const shown = reduce(said, { type: "state", state: chatState({ turns: [heard] }) });
    assert.deepEqual(shown.turns[0]?.queued, ["shorter"]);
    assert.deepEqual(reduce(said, { type: "turn", turn: heard }).turns[0]?.queued, ["shorter"]);
  });

  it("knows which turns this window runs", () => {
    const elsewhere = after({ type: "state", state: chatState({ turns: [turn()], runningHere: [] }) });
    assert.equal(runningTurn(elsewhere)?.id, "t1");
    assert.equal(runningHere(elsewhere), undefined);
    const resumed = reduce(elsewhere, { type: "turn", turn: turn() });
    assert.equal(runningHere(resumed)?.id, "t1");
  });

  it("shows at once that a turn is to be held, until it is or its end comes", () => {
    const asked = after(
      { type: "state", state: chatState() },
      { type: "turn", turn: turn() },
      { type: "pauseAsked", turnId: "t1", paused: true },
    );
    assert.equal(asked.turns[0]?.pausing, true);
    const held = reduce(asked, { type: "updates", updates: [update(1, { kind: "paused", paused: true })] });
    assert.deepEqual([held.turns[0]?.pausing, held.turns[0]?.paused], [false, true]);
    assert.equal(reduce(asked, { type: "turn", turn: turn({ state: "done" }) }).turns[0]?.pausing, false);
    assert.equal(reduce(asked, { type: "pauseAsked", turnId: "t1", paused: false }).turns[0]?.pausing, false);
  });

  it("leaves turns without updates untouched, so that they are not drawn again", () => {
    const state = after({ type: "state", state: chatState({ turns: [turn({ id: "t0", state: "done" }), turn()] }) });
    const next = reduce(state, { type: "updates", updates: [chunk(1, "a")] });
    assert.equal(next.turns[0], state.turns[0]);
    assert.notEqual(next.turns[1], state.turns[1]);
  });

  it("replaces a record in its place, and removes a replaced turn", () => {
    const state = after(
      { type: "state", state: chatState({ turns: [turn(), turn({ id: "t2" })] }) },
      { type: "turn", turn: turn({ state: "done", answer: "final" }) },
    );
    assert.deepEqual(
      state.turns.map(({ id, answer }) => [id, answer]),
      [
        ["t1", "final"],
        ["t2", ""],
      ],
    );
    assert.equal(runningTurn(state)?.id, "t2");
    assert.deepEqual(
      reduce(state, { type: "turnReplaced", turnId: "t1", turn: turn({ id: "t3" }) }).turns.map(({ id }) => id),
      ["t3", "t2"],
    );
  });

  it("ignores a turn of another session", () => {
    const state = after({ type: "state", state: chatState() });
    assert.equal(reduce(state, { type: "turn", turn: turn({ sessionId: "s2" }) }), state);
  });

  it("gives a new chat its first turn, but not one that ended in the chat before", () => {
    const empty = after({ type: "state", state: chatState({ session: null }) });
    assert.equal(reduce(empty, { type: "turn", turn: turn({ state: "done" }) }), empty);
    assert.equal(reduce(empty, { type: "turn", turn: turn() }).turns.length, 1);
    const asked = reduce(empty, { type: "asked" });
    assert.equal(reduce(asked, { type: "turn", turn: turn({ state: "failed" }) }).turns.length, 1);
  });

  it("waits from sending until a turn or a problem comes", () => {
    const asked = after({ type: "state", state: chatState() }, { type: "asked" });
    assert.equal(asked.asked, true);
    assert.equal(reduce(asked, { type: "turn", turn: turn() }).asked, false);
    const problem = reduce(asked, { type: "problem", message: "no agent", next: ["show-log"] });
    assert.equal(problem.asked, false);
    assert.equal(problem.problem?.message, "no agent");
    assert.equal(reduce(problem, { type: "problemClosed" }).problem, null);
  });

  it("counts requests to focus, so that a second one works too", () => {
    const state = after({ type: "focusInput", attachSelection: true }, { type: "focusInput", attachSelection: false });
    assert.deepEqual(state.focus, { count: 2, attachSelection: false });
  });

  it("drops a deleted session from the list", () => {
    const session = { id: "s1", title: "", createdAt: 1, updatedAt: 1 };
    const state = after(
      { type: "sessions", sessions: [session, { ...session, id: "s2" }] },
      { type: "sessionDeleted", sessionId: "s1" },
    );
    assert.deepEqual(
      state.sessions?.map(({ id }) => id),
      ["s2"],
    );
  });
});
