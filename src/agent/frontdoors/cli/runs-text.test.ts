import assert from "node:assert/strict";
import { newTurn } from "../../../protocol/new-turn.ts";
import type { PlanStep, StepStatus } from "../../../protocol/plan.ts";
import type { Run } from "../../../protocol/run.ts";
import type { RunEvent } from "../../../protocol/run-event.ts";
import { showIn } from "./chat-stream.ts";
import { replayText, runText } from "./runs-text.ts";
import { looksOn } from "./terminal.ts";
import { trackText } from "./track-text.ts";

const model = { id: "/models/m.gguf", name: "m" };
const step = (id: string, after: string[]): PlanStep => ({
  id,
  title: `Do ${id}`,
  domain: "coder",
  after,
  readOnly: true,
});
const status = (id: string, state: StepStatus["state"], attempt = 1): StepStatus => ({
  id,
  state,
  model,
  attempt,
  text: "",
});

const planned: Run = {
  turn: {
    ...newTurn({
      id: "0f",
      sessionId: "s",
      prompt: { text: "two\nlines \u001b[31mred", attachments: [] },
      createdAt: 0,
    }),
    state: "done",
    endReason: "end",
    plan: { goal: "All", revision: 1, steps: [step("s1", []), step("s2", ["s1"]), step("s3", ["s1", "s2"])] },
    steps: [status("s1", "done"), status("s2", "failed", 3), status("s3", "skipped")],
    verdicts: [
      {
        ...{ subject: "s2", verdict: "retry", confidence: 0.25, hint: "close the brace" },
        checks: [{ kind: "syntax", outcome: "failed", text: "line 3" }],
      },
    ],
  },
  calls: [
    {
      ...{
        role: "coder",
        model: "/models/m.gguf",
        fingerprint: null,
        messages: [],
        text: "x",
        format: { kind: "text" },
      },
      sampling: { maxTokens: 1, temperature: 0, seed: 1, stop: [] },
      ...{ endReason: null, failure: "out-of-memory", promptTokens: 12, completionTokens: 3, ms: 1234 },
    },
  ],
};

describe("a run in words", () => {
  const text = runText(planned, looksOn({ onScreen: false }));

  it("has the plan as a tree, with how each step stands", () => {
    assert.ok(
      text.includes(
        "\n  All (revision 1)\n  ✓ s1. Do s1 coder, m\n    ✗ s2. Do s2 coder, m (try 3)\n      - s3. Do s3 coder, m\n",
      ),
      text,
    );
  });

  it("has each call and each verdict in a line", () => {
    assert.match(text, /coder +m\.gguf +12 +3 +1\.2 s +out-of-memory\n/);
    assert.ok(text.includes("s2: retry, 25 %; ✗ syntax: line 3; → close the brace\n"), text);
  });

  it("lets nobody command the terminal, and has colours on a screen alone", () => {
    assert.ok(text.includes("  lines ?[31mred\n") && !text.includes("\u001b"), text);
    assert.ok(runText(planned, looksOn({ onScreen: true })).includes("\u001b[32m✓\u001b[0m s1"));
  });

  it("says whether a replay was equal", () => {
    const looks = looksOn({ onScreen: false });
    assert.match(replayText([], looks), /\n {2}equal\n$/);
    assert.match(replayText(["the answer was “a” and is “b”"], looks), /\n {2}≠ the answer was “a” and is “b”\n$/);
  });
});

describe("the track record in words", () => {
  it("plots what was said against what was right", () => {
    const bin = { said: 0, right: 1, count: 2 };
    const text = trackText({
      count: 3,
      bins: [bin, { said: 1, right: 1, count: 1 }],
      byDomain: [{ domain: "math", ...bin }],
    });
    assert.match(text, /\n0 % +100 % +2 +o {38}\*\n100 % +100 % +1 +@\n/);
    assert.match(text, /\nmath +0 % +100 % +2\n/);
  });
});

describe("a turn in the terminal", () => {
  const shown = (live: boolean, path: "simple" | "specialised") => {
    let [text, notes] = ["", ""];
    const stream = showIn({
      ...{ watched: false, live, onScreen: false, item: () => undefined },
      text: (more) => (text += more),
      notes: (more) => (notes += more),
    });
    const routing = { ...{ path, role: "coder", model, source: "rule" as const, reasons: [], skill: null } };
    const events = [
      { kind: "routing", routing },
      { kind: "message_chunk", text: "wrong" },
      { kind: "answer_reset", reason: "it does not hold" },
      { kind: "message_chunk", text: "right" },
    ] as unknown as RunEvent[]; // what is left out of the routing does not matter here
    stream.show(events.map((event, at) => ({ turnId: "t", seq: at + 1, event })));
    stream.end({ ...planned.turn, answer: "right" });
    return { text, notes };
  };

  it("writes an answer that was taken back once where nobody watches", () => {
    for (const path of ["simple", "specialised"] as const) {
      const { text, notes } = shown(false, path);
      assert.equal(text, "right");
      assert.match(notes, /it does not hold/);
    }
  });

  it("shows words as they come where somebody reads them", () => {
    assert.equal(shown(true, "simple").text, "wrong\nright");
  });
});
