// What the chat view shows of an invented chat: a turn on each road, with everything that a turn can have.
import { newTurn } from "../../src/protocol/new-turn.ts";
import type { Plan, StepStatus } from "../../src/protocol/plan.ts";
import type { Receipt } from "../../src/protocol/receipt.ts";
import type { Routing } from "../../src/protocol/routing.ts";
import type { Turn } from "../../src/protocol/session.ts";
import type { ChatState, FromChatView, ToChatView } from "../../src/protocol/webview.ts";
import type { ThemeName } from "./editor-colours.ts";
import { type FakePage, openFakePage } from "./fake-page.ts";

const coder = { id: "/models/orbit-coder-7b.gguf", name: "Orbit Coder 7B Instruct Q4_K_M" };
const sums = { id: "/models/sum-8b.gguf", name: "Sum 8B" };

const routing = (changes: Partial<Routing> = {}): Routing => ({
  path: "specialised",
  role: "coder",
  model: coder,
  domain: "coder",
  probabilities: { coder: 0.93, math: 0.05, general: 0.02 },
  complexity: 0.34,
  confidence: 0.93,
  needsTools: false,
  tools: [],
  requiredModels: [
    { role: "coder", model: coder, purpose: "answers" },
    { role: "critic", model: sums, purpose: "looks for mistakes" },
  ],
  actionPlan: ["Orbit Coder answers", "Its code is parsed", "Sum 8B looks for mistakes"],
  source: "classifier",
  reasons: ["“function”, “test” and “.ts” point to code", "one question, one file"],
  ms: 0.4,
  skill: null,
  ...changes,
});

const plan: Plan = {
  goal: "Make the discount count before the total, with a test that shows it",
  revision: 1,
  steps: [
    { id: "read", title: "Read src/cart.ts", domain: "coder", after: [], readOnly: true },
    { id: "sum", title: "Work out the right totals by hand", domain: "math", after: [], readOnly: true },
    { id: "edit", title: "Change the order of discount and total", domain: "coder", after: ["read"], readOnly: false },
    { id: "report", title: "Report", domain: "general", after: ["edit", "sum"], readOnly: true },
  ],
};

const step = (id: string, state: StepStatus["state"], changes: Partial<StepStatus> = {}): StepStatus => ({
  ...{ id, state, model: null, attempt: 0, text: "" },
  ...changes,
});

const receipt: Receipt = {
  role: "coder",
  model: coder.name,
  contextSize: 8192,
  reserved: 1024,
  tokens: 1934,
  parts: [
    { name: "system prompt", kind: "system", tokens: 210, sent: "whole" },
    { name: "src/cart.ts, lines 1-220", kind: "attachment", tokens: 1500, sent: "cut" },
    { name: "12 earlier turns", kind: "history", tokens: 0, sent: "left-out" },
    { name: "your prompt", kind: "prompt", tokens: 224, sent: "whole" },
  ],
};

const turn = (id: string, changes: Partial<Turn> = {}): Turn => ({
  ...newTurn({ id, sessionId: "s1", prompt: { text: "Why does this test fail?", attachments: [] }, createdAt: 1 }),
  ...changes,
});

/** Answered on the second try, checked, rated by nobody yet. */
export const checkedTurn = turn("checked", {
  state: "done",
  routing: routing(),
  answer:
    "The discount comes **after** the total, so `12 × 7 = 84` stays as it is.\n\n```ts\ntotal(discounted(items));\n```",
  notices: ["Answered again: 12 × 7 = 86 is wrong"],
  endReason: "end",
  usage: {
    ...{ promptTokens: 1934, cachedTokens: 210, completionTokens: 120, contextSize: 8192 },
    ...{ firstTokenMs: 420, tokensPerSecond: 31.2 },
  },
  verdicts: [
    {
      subject: "answer",
      verdict: "retry",
      confidence: 0.31,
      checks: [
        { kind: "arithmetic", outcome: "failed", text: "12 × 7 = 86 is wrong: it is 84" },
        { kind: "syntax", outcome: "passed", text: "the code is complete" },
      ],
      hint: "compute 12 × 7 again",
    },
    {
      subject: "answer",
      verdict: "accept",
      confidence: 0.87,
      checks: [{ kind: "arithmetic", outcome: "passed", text: "3 calculations recomputed" }],
      hint: "",
    },
  ],
  evidence: {
    grade: "verified",
    checks: [
      { kind: "arithmetic", outcome: "passed", text: "3 calculations recomputed" },
      { kind: "syntax", outcome: "skipped", text: "no code to read" },
    ],
  },
  receipts: [receipt, { ...receipt, role: "critic", model: sums.name, tokens: 640, parts: receipt.parts.slice(0, 1) }],
});

/** Only planned: it waits to be carried out. */
export const plannedTurn = turn("planned", {
  state: "done",
  mode: "plan",
  routing: routing({ path: "complex", complexity: 0.81, needsTools: true, tools: ["read files", "edit files"] }),
  plan: { ...plan, revision: 0 },
  steps: plan.steps.map(({ id }) => step(id, "waiting")),
  endReason: "end",
});

/** Ended by its budget, with a step that nobody could do. */
export const limitedTurn = turn("limited", {
  state: "done",
  routing: routing({ path: "complex", confidence: 0.61, source: "model" }),
  plan,
  steps: [
    step("read", "done", { model: coder, attempt: 1, text: "`total` is called before `discount`." }),
    step("sum", "unavailable", { attempt: 1 }),
    step("edit", "failed", { model: coder, attempt: 3, text: "No change that keeps the test." }),
    step("report", "skipped"),
  ],
  verdicts: [
    { subject: "plan", verdict: "retry", confidence: null, checks: [], hint: "a step without a result" },
    {
      subject: "edit",
      verdict: "escalate",
      confidence: 0.2,
      checks: [{ kind: "tests", outcome: "failed", text: "cart.test.ts fails" }],
      hint: "keep the test",
    },
    { subject: "answer", verdict: "unavailable", confidence: null, checks: [], hint: "" },
  ],
  notices: ["The turn has made 40 model calls and may make 40. What there is stands."],
  answer: "One step is left.",
  endReason: "limit",
  evidence: { grade: "unverified", checks: [] },
  budget: {
    used: { steps: 40, tokens: 88_000, ms: 420_000, wattHours: 1.2 },
    limit: { steps: 40, tokens: 200_000, ms: 1_800_000, wattHours: 0 },
  },
  feedback: { helpful: false, reason: "" },
});

/** Stopped in the middle of its plan, with a step that was kept against the critic and one with code. */
export const stoppedTurn = turn("stopped", {
  state: "stopped",
  routing: routing({
    ...{ path: "complex", complexity: 0.62, confidence: 0.34 },
    probabilities: { coder: 0.335, math: 0.335, general: 0.33 },
  }),
  plan,
  steps: [
    step("read", "done", {
      ...{ model: coder, attempt: 1 },
      text: "`total` is called before `discount`:\n\n```ts\nconst sum = total(items);\nreturn discounted(sum);\n```\n\n- one\n- two",
    }),
    step("sum", "done", { model: sums, attempt: 2, text: "3 * 20 = 60\n60 * 0.9 = 54" }),
    step("edit", "running", { model: coder, attempt: 1, text: "Swap the two" }),
    step("report", "waiting"),
  ],
  verdicts: [
    { subject: "read", verdict: "accept", confidence: 0.8, checks: [], hint: "" },
    {
      ...{ subject: "sum", verdict: "retry", confidence: 0.4 },
      checks: [{ kind: "critic", outcome: "failed", text: "the discount is 20 %" }],
      hint: "Wrong: `60 * 0.9`\nmultiply by 0.8",
    },
  ],
  evidence: { grade: "unverified", checks: [] },
});

/** In the middle of its plan. */
export const runningTurn = turn("running", {
  routing: routing({ path: "complex" }),
  plan,
  steps: [
    step("read", "done", { model: coder, attempt: 1, text: "`total` is called before `discount`." }),
    step("sum", "checking", { model: sums, attempt: 2, text: "12 × 7 = 84" }),
    step("edit", "running", { model: coder, attempt: 1, text: "Swap the two lines" }),
    step("report", "waiting"),
  ],
  steering: ["Keep the name of the function"],
  budget: {
    used: { steps: 6, tokens: 9_400, ms: 41_000, wattHours: 0.06 },
    limit: { steps: 40, tokens: 200_000, ms: 1_800_000, wattHours: 0 },
  },
  seq: 20,
});

export const chatState = (turns: Turn[]): ChatState => ({
  session: { id: "s1", title: "Why does this test fail?", createdAt: 1, updatedAt: 1 },
  turns,
  runningHere: turns.filter(({ state }) => state === "running").map(({ id }) => id),
  status: {
    health: "ok",
    quiescent: true,
    model: { id: coder.id, name: coder.name, path: coder.id, sizeBytes: 4.4e9, bundled: false, loaded: true },
    problem: null,
    servers: [],
  },
  selection: { path: "test/cart.test.ts", startLine: 10, endLine: 24 },
  trusted: true,
  mode: "agent",
  connecting: false,
});

export type FakeChat = FakePage<FromChatView, ToChatView>;

/** Opens the chat view by itself; resolves when it has said that it is ready. */
export const openFakeChat = (theme: ThemeName = "dark"): Promise<FakeChat> => openFakePage("webview", theme);
