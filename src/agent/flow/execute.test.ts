import assert from "node:assert/strict";
import {
  accepts,
  type FlowEnd,
  type FlowTurn,
  namedModel,
  planOf,
  refuses,
  runFlow,
  starter,
} from "../../../test/support/flow-turn.ts";
import type { AskedOf, RoleScript, Scripted } from "../../../test/support/role-engine.ts";
import type { StepState } from "../../protocol/plan.ts";

const three = planOf(["Find the cause"], ["Write the fix", 1], ["Tell the team", 2]);

/** Which step of the plan an executor was told to do. */
const titleOf = ({ told }: AskedOf): string => /^Your step now: (.*)$/m.exec(told)?.[1] ?? "";

const say = (asked: AskedOf): Scripted => `The result of: ${titleOf(asked)}.`;

const work = (plan: Scripted, answers: RoleScript["answers"] = {}, flow: Partial<FlowTurn> = {}) =>
  runFlow({
    path: "complex",
    ...flow,
    script: {
      ...flow.script,
      answers: { planner: [plan], critic: [accepts], executor: say, answerer: ["All is told."], ...answers },
    },
  });

const roles = ({ engine }: FlowEnd): string[] => engine.asked.map(({ role }) => role);
const statesOf = ({ turn }: FlowEnd): StepState[] => turn.steps.map(({ state }) => state);
const swaps = (models: readonly string[]): number =>
  models.filter((one, index) => one !== (models[index - 1] ?? one)).length;

describe("the complex road", () => {
  it("plans, does each step with what comes before it, and writes the answer from the results", async () => {
    const end = await work(three);
    assert.deepEqual(end.outcome, { state: "done", endReason: "end" });
    assert.deepEqual(roles(end), [
      ...["planner", "critic"],
      ...["executor", "critic", "executor", "critic", "executor", "critic"],
      "answerer",
    ]);
    assert.deepEqual(statesOf(end), ["done", "done", "done"]);
    assert.equal(end.turn.answer, "All is told.");
    const executors = end.engine.asked.filter(({ role }) => role === "executor");
    assert.match(executors[1]?.told ?? "", /The result of: Find the cause\./);
    assert.doesNotMatch(executors[2]?.told ?? "", /The result of: Find the cause\./);
    assert.match(end.engine.asked.at(-1)?.told ?? "", /The result of: Tell the team\./);
    const seen = end.events.flatMap((event) =>
      event.kind === "step" && event.step.id === "s1" ? [event.step.state] : [],
    );
    assert.deepEqual(seen, ["running", "checking", "done"]);
    assert.deepEqual(
      end.turn.verdicts.map(({ subject }) => subject),
      ["plan", "s1", "s2", "s3", "answer"],
    );
  });

  it("asks the specialist of each step", async () => {
    const plan = planOf(["Sum it up"], ["Write the code"], ["Tell the team"]);
    for (const [index, domain] of ["math", "coder", "general"].entries())
      Object.assign(plan.json.steps[index] ?? {}, { domain });
    const chains = { mathematician: [namedModel("m")], coder: [namedModel("c")], executor: [namedModel("e")] };
    const end = await work(plan, {}, { chains });
    const asked = end.engine.asked.filter(({ role }) => role === "executor").map((one) => [titleOf(one), one.model]);
    assert.deepEqual(
      new Map(asked.map(([title = "", model = ""]) => [title, model])),
      new Map([
        ["Sum it up", "m"],
        ["Write the code", "c"],
        ["Tell the team", "e"],
      ]),
    );
  });

  it("does two steps at once that only read, and others alone", async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const onAsk = async ({ role }: AskedOf): Promise<void> => {
      if (role !== "executor") return;
      if (++running === 2) gate.resolve();
      await gate.promise;
    };
    const plan = planOf(["A"], ["B"], ["C"], ["D"]);
    const end = await work(plan, {}, { script: { answers: {}, onAsk } });
    assert.equal(end.engine.widest(), 2);
    const writing = planOf(["A"], ["B"], ["C"]);
    for (const step of writing.json.steps) Object.assign(step, { readOnly: false });
    assert.equal((await work(writing)).engine.widest(), 1);
  });

  it("opens each model once in a phase, the one that is open first", async () => {
    const plan = planOf(["A"], ["B"], ["C"], ["D"], ["E"], ["F"]);
    for (const [index, step] of plan.json.steps.entries())
      Object.assign(step, { domain: index % 2 ? "coder" : "math" });
    const chains = {
      ...{ planner: [namedModel("big")], critic: [namedModel("judge")], answerer: [namedModel("big")] },
      ...{ coder: [namedModel("c")], mathematician: [namedModel("m")] },
    };
    const end = await work(plan, {}, { chains });
    // big plans, judge looks; m, c; judge looks at all; big answers.
    assert.deepEqual(swaps(end.engine.opened), 5);
    const unjudged = { ...chains, critic: [starter] };
    const twice = planOf(["A"], ["B"], ["C", 1, 2], ["D", 1, 2]);
    for (const [index, step] of twice.json.steps.entries())
      Object.assign(step, { domain: index % 2 ? "coder" : "math" });
    const fewer = await work(twice, {}, { chains: unjudged });
    // big plans; m, c; c, m; big answers.
    assert.deepEqual(swaps(fewer.engine.opened), 4);
  });

  it("tries a refused step once more with the hint, then by the next model, and lets it stand", async () => {
    const chains = { executor: [namedModel("a"), namedModel("b")] };
    const texts = ["One thing.", "Another thing.", "A third one."];
    let count = 0;
    const end = await work(
      planOf(["Find the cause"]),
      { critic: [accepts, refuses], executor: () => texts[count++] ?? "no more" },
      { chains },
    );
    const tries = end.engine.asked.filter(({ role }) => role === "executor");
    assert.deepEqual(
      tries.map(({ model }) => model),
      ["a", "a", "b"],
    );
    assert.match(tries[1]?.told ?? "", /Make it right\./);
    // An opinion is no proof: what there is stands, with its verdict.
    assert.deepEqual([statesOf(end), end.turn.steps[0]?.attempt], [["done"], 3]);
    assert.equal(end.turn.verdicts.findLast(({ subject }) => subject === "s1")?.verdict, "retry");
    assert.deepEqual(end.notices, [
      "The critic did not accept these steps, which are kept as they are: Find the cause.",
    ]);
  });

  it("fails a step whose check fails every time, skips what needs it, and says what is missing", async () => {
    const plan = planOf(["Sum it up"], ["Tell the sum", 1], ["Greet the team"]);
    Object.assign(plan.json.steps[0] ?? {}, { domain: "math" });
    const executor = (asked: AskedOf): Scripted =>
      titleOf(asked) === "Sum it up" ? "12 * 7 = 85\nAnswer: 85" : "Hello, all of you.";
    const end = await work(plan, { executor });
    assert.deepEqual(statesOf(end), ["failed", "skipped", "done"]);
    assert.match(end.engine.asked.at(-1)?.told ?? "", /Sum it up[\s\S]*came to no result[\s\S]*Hello, all of you\./);
    assert.deepEqual(end.notices, ["These steps came to no result: Sum it up; Tell the sum."]);
    assert.deepEqual(end.outcome, { state: "done", endReason: "end" });
    // What surely failed is not worth the critic's time.
    assert.equal(roles(end).filter((role) => role === "critic").length, 2);
  });

  it("judges a step by its own part of the question", async () => {
    const text =
      "A shop sells 12 apples at 3 dollars each and 15 pears at 4 dollars each, with 20 percent off. How much is it all?";
    const plan = planOf(["Compute the cost of the apples"], ["Compute the cost of the pears"], ["Take off", 1, 2]);
    for (const step of plan.json.steps) Object.assign(step, { domain: "math" });
    const said = ["12 * 3 = 36\nAnswer: 36", "15 * 4 = 60\nAnswer: 60", "96 * 0.8 = 76.8\nAnswer: 76.8"];
    const executor = (asked: AskedOf): Scripted =>
      said[plan.json.steps.findIndex(({ title }) => title === titleOf(asked))] ?? "";
    const end = await work(plan, { executor }, { text });
    assert.deepEqual(
      end.turn.steps.map(({ state, attempt }) => [state, attempt]),
      [
        ["done", 1],
        ["done", 1],
        ["done", 1],
      ],
    );
    assert.equal(end.turn.answer, "All is told.");
  });

  it("answers that nothing came of it when every step failed", async () => {
    const plan = planOf(["Sum it up"]);
    Object.assign(plan.json.steps[0] ?? {}, { domain: "math" });
    const end = await work(plan, { executor: ["12 * 7 = 85\nAnswer: 85"] });
    assert.deepEqual(end.outcome, { state: "done", endReason: "no-progress" });
    assert.equal(end.turn.answer, "");
    assert.match(end.notices.at(-1) ?? "", /No step of the plan came to a result that holds: Sum it up\. Say more/);
  });

  it("fails with the reason when the server dies in the middle of a step", async () => {
    const gone = {
      code: "engine-unreachable",
      detail: { engine: "team", url: "http://x", reason: "refused" },
    } as const;
    const end = await work(planOf(["Find the cause"]), { executor: [" ", { fail: gone }] });
    assert.deepEqual(statesOf(end), ["failed"]);
    assert.equal(end.outcome.state === "failed" && end.outcome.failure.code, "engine-unreachable");
    const partly = planOf(["Find the cause"], ["Write the fix", 1]);
    const half = await work(partly, { executor: ["It was the loop.", { fail: gone }] });
    assert.match(half.notices.at(-1) ?? "", /came to no result: Write the fix\. team does not answer/);
  });

  for (const [what, text, told] of [
    ["empty", " \n", "The answer is empty"],
    ["in circles", "loop loop and loop again, so it goes on and on. ".repeat(200), "The answer went in circles"],
  ] as const)
    it(`never accepts a step whose result is ${what}`, async () => {
      const end = await work(planOf(["Find the cause"]), { executor: [text] });
      assert.deepEqual(statesOf(end), ["failed"]);
      const own = end.turn.verdicts.filter(({ subject }) => subject === "s1");
      assert.ok(own.length > 0 && own.every(({ verdict, confidence }) => verdict === "retry" && confidence === null));
      assert.equal(own.at(-1)?.checks.find(({ outcome }) => outcome === "failed")?.text, told);
    });

  it("fails with the reason when no step could be done at all", async () => {
    const end = await work(three, { executor: [{ fail: { code: "host-stopped", detail: {} } }] });
    assert.deepEqual(statesOf(end), ["unavailable", "skipped", "skipped"]);
    assert.equal(end.outcome.state === "failed" && end.outcome.failure.code, "host-stopped");
  });

  for (const [what, answer] of [
    ["crashes", { fail: { code: "host-stopped", detail: {} } }],
    ["is garbled", "no JSON"],
  ] as const)
    it(`is not held up by a critic that ${what}`, async () => {
      const end = await work(three, { critic: [answer] });
      assert.deepEqual([end.outcome, statesOf(end)], [{ state: "done", endReason: "end" }, ["done", "done", "done"]]);
      assert.equal(end.engine.asked.filter(({ role }) => role === "executor").length, 3);
    });

  it("wants something new from a step that repeats another one", async () => {
    const text = "The parser drops the last line because its loop ends one step too early.";
    const end = await work(planOf(["Find the cause"], ["Write the fix", 1]), {
      executor: [text, text, "Let it run on."],
    });
    const tries = end.engine.asked.filter(({ role }) => role === "executor");
    assert.match(tries[2]?.told ?? "", /This says the same as the result of “Find the cause”/);
    assert.deepEqual(
      end.turn.steps.map(({ text: result }) => result),
      [text, "Let it run on."],
    );
  });
});

describe("a turn that is continued", () => {
  const plan = {
    goal: "All is done.",
    revision: 0,
    steps: three.json.steps.map((step) => ({ ...step, domain: "general" as const })),
  };
  const status = (id: string, state: StepState, text = "") => ({ id, state, text, model: null, attempt: 1 });

  it("keeps what is done and does the rest again", async () => {
    const steps = [
      status("s1", "done", "It was the loop."),
      status("s2", "running", "Half a"),
      status("s3", "waiting"),
    ];
    const end = await work(three, {}, { turn: { plan, steps, answer: "old text" } });
    assert.deepEqual(end.engine.asked.filter(({ role }) => role === "executor").map(titleOf), [
      "Write the fix",
      "Tell the team",
    ]);
    assert.match(end.engine.asked[0]?.told ?? "", /It was the loop\./);
    assert.deepEqual([statesOf(end), end.turn.answer], [["done", "done", "done"], "All is told."]);
    assert.equal(roles(end).includes("planner"), false);
  });

  it("carries out the plan that a turn in mode plan ended with", async () => {
    const first = await work(three, {}, { turn: { mode: "plan" } });
    const end = await work(three, {}, { turn: { ...first.turn, state: "running" } });
    assert.deepEqual([statesOf(end), end.turn.answer], [["done", "done", "done"], "All is told."]);
  });

  it("goes on with a partial answer when all steps are done", async () => {
    const steps = ["s1", "s2", "s3"].map((id) => status(id, "done", `Result ${id}.`));
    const end = await work(three, { answerer: ["is told."] }, { turn: { plan, steps, answer: "All " } });
    assert.deepEqual([roles(end), end.turn.answer], [["answerer"], "All is told."]);
  });
});
