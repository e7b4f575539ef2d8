import assert from "node:assert/strict";
import { newTurn } from "../../../protocol/new-turn.ts";
import type { PlanStep, StepStatus } from "../../../protocol/plan.ts";
import type { Run } from "../../../protocol/run.ts";
import type { RunEvent } from "../../../protocol/run-event.ts";
import { showIn } from "./chat-stream.ts";
import { routeText } from "./route-text.ts";
import { replayText, runText, turnsTable } from "./runs-text.ts";
import { looksOn } from "./terminal.ts";
import { trackText } from "./track-text.ts";
import { turnEnd } from "./turn-end.ts";
import { stepLine, verdictLine } from "./turn-text.ts";

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

  it("marks what was kept against the critic, and what was at work when the turn ended", () => {
    const { verdicts, steps } = planned.turn;
    const checks = [{ kind: "critic" as const, outcome: "failed" as const, text: "no" }];
    const refused = verdicts.map((verdict) => ({ ...verdict, subject: "s1", checks }));
    const cut = steps.map((one) => (one.id === "s3" ? { ...one, state: "running" as const } : one));
    const shown = runText(
      { ...planned, turn: { ...planned.turn, state: "stopped", verdicts: refused, steps: cut } },
      looksOn({ onScreen: false }),
    );
    assert.match(shown, /~ s1\. Do s1 coder, m \(kept, the critic disagrees\)\n/);
    assert.match(shown, /· s3\. Do s3 coder, m \(stopped\)\n/);
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

describe("turns in a list", () => {
  const endOf = (changes: Partial<Run["turn"]>): string | undefined =>
    /\d\d:\d\d {2}(.*?) {2}/.exec(turnsTable([{ ...planned.turn, ...changes }]))?.[1];

  it("say of one that came to nothing, or to a limit, that it did", () => {
    assert.deepEqual(
      [endOf({}), endOf({ endReason: "no-progress" }), endOf({ endReason: "limit" }), endOf({ state: "failed" })],
      ["done", "no-progress", "limit", "failed"],
    );
  });
});

describe("a verdict and a step in words", () => {
  const looks = looksOn({ onScreen: false });
  const verdict = { subject: "s1", verdict: "retry" as const, confidence: null, checks: [], hint: "" };

  it("says each hint once, however many lines and checks say it", () => {
    const checks = [{ kind: "critic" as const, outcome: "failed" as const, text: "it is short" }];
    const line = verdictLine({ ...verdict, checks, hint: "it is short\nsay more\n\nand why" }, looks);
    assert.equal(line, "s1: retry; ✗ critic: it is short; → say more; → and why");
  });

  it("says that the critic could not be asked", () => {
    assert.equal(verdictLine({ ...verdict, verdict: "unavailable" }, looks), "s1: the critic could not be asked");
  });

  it("explains the marks that are not plain", () => {
    assert.match(
      stepLine(step("s1", []), status("s1", "checking"), looks),
      /^\? s1\. Do s1 .*\(its result is checked\)$/,
    );
    assert.match(stepLine(step("s1", []), status("s1", "unavailable"), looks), /\(no model could be asked\)$/);
    assert.match(stepLine({ ...step("s1", []), domain: "math" }, status("s1", "done"), looks), /maths, m$/);
  });
});

describe("the end of a turn", () => {
  const limit = { steps: 2, tokens: 0, ms: 0, wattHours: 0 };
  const endOf = (changes: Partial<Run["turn"]>): [number, string] => {
    let notes = "";
    const stream = { show: () => undefined, end: () => undefined };
    const outcome = turnEnd({ ...planned.turn, ...changes, id: "0123456789" }, stream, {
      ...{ watched: false, live: false, onScreen: false, item: () => undefined, text: () => undefined },
      notes: (more) => (notes += more),
    });
    return ["exitCode" in outcome ? outcome.exitCode : -1, notes];
  };

  it("is 0 only for an answer", () => {
    assert.deepEqual(endOf({}), [0, ""]);
    assert.equal(endOf({ endReason: "budget" })[0], 0);
    for (const changes of [{ endReason: "limit" }, { endReason: "no-progress" }, { state: "failed" }] as const)
      assert.equal(endOf(changes)[0], 1, JSON.stringify(changes));
    assert.equal(endOf({ state: "stopped", endReason: null })[0], 130);
  });

  it("offers as much again only after a limit, and names its setting", () => {
    const limited = endOf({ endReason: "limit", budget: { used: { ...limit, tokens: 9 }, limit } })[1];
    assert.match(limited, /`trivium resume 01234567` goes on from here, with as much again.*trivium\.agent\.maxSteps/);
    const short = endOf({
      endReason: "limit",
      budget: { used: { ...limit, steps: 1 }, limit: { ...limit, tokens: 9 } },
    });
    assert.match(short[1], /trivium\.agent\.maxTokens/);
    const stuck = endOf({ endReason: "no-progress" })[1];
    assert.match(stuck, /in other words.*another model/);
    assert.doesNotMatch(stuck, /as much again/);
  });

  it("says how a stopped turn goes on, where there is something to go on with", () => {
    assert.equal(
      endOf({ state: "stopped", endReason: null, answer: "half" })[1],
      "`trivium resume 01234567` goes on from here.\n",
    );
    assert.equal(endOf({ state: "stopped", endReason: null, plan: null })[1], "");
    assert.match(endOf({ state: "stopped", endReason: null })[1], /trivium resume/, "there is a plan");
  });
});

describe("a road in words", () => {
  const routing = {
    ...({
      path: "specialised",
      role: "mathematician",
      model,
      domain: "math",
      complexity: 0.01,
      confidence: 0.8,
    } as const),
    ...{ needsTools: false, tools: [], requiredModels: [], actionPlan: [], reasons: [], ms: 1, skill: null },
  };
  const thirds = { coder: 1 / 3, math: 1 / 3, general: 1 / 3 };

  it("has shares that are whole together", () => {
    for (const probabilities of [thirds, { coder: 0.005, math: 0.99, general: 0.005 }]) {
      const text = routeText({ ...routing, probabilities, source: "classifier" });
      const shares = [...text.matchAll(/^(?:coder|maths|general) .* (\d+) %$/gm)].map(([, share]) => Number(share));
      assert.equal(shares.length, 3, text);
      assert.equal(
        shares.reduce((sum, share) => sum + share),
        100,
        text,
      );
      assert.match(text, /^confidence +80 %$/m);
    }
  });

  it("says nothing of how sure the router was of what the user chose", () => {
    assert.doesNotMatch(routeText({ ...routing, probabilities: thirds, source: "user" }), /confidence/);
    const text = runText(
      { ...planned, turn: { ...planned.turn, routing: { ...routing, probabilities: thirds, source: "user" } } },
      looksOn({ onScreen: false }),
    );
    assert.match(text, /specialised, maths, m, user\n/);
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
    assert.match(text, /\nmaths +0 % +100 % +2\n/);
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

  it("says a notice once", () => {
    let notes = "";
    const stream = showIn({
      ...{ watched: false, live: false, onScreen: false, item: () => undefined, text: () => undefined },
      notes: (more) => (notes += more),
    });
    stream.show([1, 2].map((seq) => ({ turnId: "t", seq, event: { kind: "notice", text: "it is long" } })));
    assert.equal(notes, "it is long\n");
  });

  it("shows words as they come where somebody reads them", () => {
    assert.equal(shown(true, "simple").text, "wrong\nright");
  });
});
