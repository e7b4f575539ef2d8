import assert from "node:assert/strict";
import fc from "fast-check";
import { marked } from "marked";
import { newTurn } from "../../../protocol/new-turn.ts";
import type { Routing } from "../../../protocol/routing.ts";
import type { JournalCall, Run } from "../../../protocol/run.ts";
import type { Verdict } from "../../../protocol/verdict.ts";
import { fenced, inline, runMarkdown } from "./run-markdown.ts";

const t = (text: string, ...values: (string | number)[]): string =>
  text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)]));

const call = (changes: Partial<JournalCall> = {}): JournalCall => ({
  role: "coder",
  model: "/models/orbit.gguf",
  fingerprint: "ab12",
  messages: [
    { role: "system", content: "You write code." },
    { role: "user", content: "Fix it" },
  ],
  sampling: { maxTokens: 512, temperature: 0.3, seed: 7, stop: [] },
  format: { kind: "text" },
  text: "Done",
  endReason: "end",
  failure: null,
  promptTokens: 812,
  completionTokens: 20,
  ms: 1234.6,
  ...changes,
});

const run = (text: string): Run => ({
  turn: {
    ...newTurn({ id: "t1", sessionId: "s1", prompt: { text, attachments: [] }, createdAt: 0 }),
    state: "done",
    endReason: "end",
    answer: text,
    plan: {
      goal: text,
      steps: [{ id: "a", title: text, domain: "coder", after: [], readOnly: true }],
      revision: 0,
    },
    steps: [{ id: "a", state: "done", model: null, attempt: 1, text }],
    verdicts: [
      {
        subject: "answer",
        verdict: "retry",
        confidence: 0.31,
        checks: [{ kind: "arithmetic", outcome: "failed", text }],
        hint: text,
      },
    ],
    receipts: [
      {
        role: "coder",
        model: "orbit",
        contextSize: 8192,
        reserved: 512,
        tokens: 812,
        parts: [{ name: text, kind: "prompt", tokens: 812, sent: "cut" }],
      },
    ],
  },
  calls: [call({ text, messages: [{ role: "user", content: text }] })],
});

const headings = (text: string): string[] =>
  marked
    .lexer(text)
    .flatMap((token) => (token.type === "heading" ? [String(token["raw"]).trim().replace(/ .*/s, "")] : []));

describe("a run as Markdown", () => {
  it("tells prompt, plan, calls, verdicts, receipts and answer", () => {
    const text = runMarkdown(run("Fix it"), t);
    for (const part of ["## Prompt", "## Plan", "## Model calls", "## Verdicts", "## Receipts", "## Answer"])
      assert.ok(text.includes(`\n${part}\n`), part);
    assert.ok(text.includes("- 812 tokens read, 20 written, 1235 ms"));
    assert.ok(text.includes("- temperature 0.3, at most 512 tokens, seed 7"));
    assert.ok(text.includes("- answer: retry, 31 %\n  - arithmetic, failed: Fix it"));
    assert.ok(text.includes("| Fix it | 812 | cut |"));
    assert.ok(text.includes("<details><summary>1 messages sent</summary>"));
  });

  it("says the road's shares so that they add up, and a step's state and a hint as people read them", () => {
    const { turn, calls } = run("Fix it");
    const routing: Routing = {
      ...{ path: "complex", role: "coder", model: { id: "m", name: "orbit" }, domain: "math", needsTools: false },
      ...{ probabilities: { coder: 0.335, math: 0.335, general: 0.33 }, complexity: 0.62, confidence: 0.335 },
      ...{ tools: [], requiredModels: [], actionPlan: [], source: "rule", reasons: [], ms: 1, skill: null },
    };
    const refusal: Verdict = {
      ...{ subject: "a", verdict: "retry", confidence: null, hint: "Wrong: 7\nuse 8" },
      checks: [{ kind: "critic", outcome: "failed", text: "7 is wrong" }],
    };
    const text = runMarkdown({ turn: { ...turn, routing, verdicts: [refusal] }, calls }, t);
    assert.ok(text.includes("- coder 34 %, maths 33 %, general 33 %\n- confidence 34 %, complexity 62 %"));
    assert.ok(text.includes("\na: coder, kept, the critic disagrees\n"));
    assert.ok(text.includes("  - Wrong: 7\n  - use 8"));
    const stopped = {
      ...turn,
      state: "stopped" as const,
      steps: turn.steps.map((one) => ({ ...one, state: "running" as const })),
    };
    assert.ok(runMarkdown({ turn: stopped, calls }, t).includes("\na: coder, stopped\n"));
  });

  it("names the domain, and no confidence in what the user chose", () => {
    const { turn, calls } = run("x");
    const routing: Routing = {
      ...{ path: "complex", role: "answerer", model: { id: "m", name: "m" }, domain: "math", needsTools: false },
      ...{ probabilities: { coder: 0, math: 1, general: 0 }, complexity: 0.01, confidence: 0.8 },
      ...{ tools: [], requiredModels: [], actionPlan: [], source: "user", reasons: [], ms: 1, skill: null },
    };
    const verdict: Verdict = { subject: "plan", verdict: "unavailable", confidence: null, hint: "", checks: [] };
    const text = runMarkdown({ turn: { ...turn, routing, verdicts: [verdict] }, calls }, t);
    assert.ok(
      text.includes("- complex, maths, m (user, 1 ms)\n- coder 0 %, maths 100 %, general 0 %\n- complexity 1 %\n"),
    );
    assert.ok(text.includes("- plan: the critic could not be asked\n"));
  });

  it("says why a call has no end", () => {
    const stopped = {
      ...run("x"),
      calls: [call({ endReason: null }), call({ endReason: null, failure: "host-hung" })],
    };
    assert.deepEqual(runMarkdown(stopped, t).match(/^- ended: .*$/gm), ["- ended: stopped", "- ended: host-hung"]);
  });

  it("keeps text inside its fence, whatever fences it has", () => {
    assert.equal(fenced("a\n```\nb"), "````\na\n```\nb\n````");
    assert.equal(fenced("plain", "ts"), "```ts\nplain\n```");
    assert.equal(inline("# a\n| b | <img> [x](y) `c`"), "\\# a \\| b \\| \\<img\\> \\[x\\](y) \\`c\\`");
  });

  it("has the same outline whatever people and models wrote", () => {
    const outline = headings(runMarkdown(run("plain"), t));
    assert.equal(outline.length, 9);
    const signs = fc.array(
      fc.constantFrom("`", "```", "~~~", "\n", "# ", "</details>", "<b>", "- ", "|", "a", "\\", " "),
    );
    fc.assert(
      fc.property(signs, (pieces) => {
        assert.deepEqual(headings(runMarkdown(run(`a${pieces.join("")}`), t)), outline);
      }),
    );
  });
});
