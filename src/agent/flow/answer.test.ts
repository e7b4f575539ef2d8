import assert from "node:assert/strict";
import { type FlowTurn, namedModel, runFlow, starter } from "../../../test/support/flow-turn.ts";
import type { AskedOf, Scripted } from "../../../test/support/role-engine.ts";
import { judge } from "../checks/judge.ts";
import type { Control } from "./control.ts";

const wrong = "12 * 7 = 85\nAnswer: 85";
const right = "12 * 7 = 84\nAnswer: 84";
const question = "What is 12 * 7?";

const askMath = (answers: readonly Scripted[], flow: Partial<FlowTurn> = {}) =>
  runFlow({
    path: "specialised",
    domain: "math",
    text: question,
    script: { answers: { mathematician: answers } },
    ...flow,
  });

describe("the specialised road", () => {
  it("accepts what holds, from the domain's own role", async () => {
    const { outcome, turn, engine } = await askMath([right]);
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "end" }, right]);
    assert.deepEqual(
      [turn.routing?.role, engine.asked.length, turn.verdicts.at(-1)?.verdict],
      ["mathematician", 1, "accept"],
    );
  });

  it("asks once more with the hint when a check fails, and takes back what was shown", async () => {
    const { turn, events, engine } = await askMath([wrong, right]);
    assert.equal(turn.answer, right);
    assert.deepEqual(
      turn.verdicts.map(({ verdict }) => verdict),
      ["retry", "accept"],
    );
    const resets = events.flatMap((event) => (event.kind === "answer_reset" ? [event.reason] : []));
    assert.equal(resets.length, 1);
    assert.match(engine.asked[1]?.told ?? "", /84/);
  });

  it("hands over to the next model, and never to the starter", async () => {
    const chains = { mathematician: [namedModel("a"), namedModel("b"), starter] };
    const { turn, engine } = await askMath([wrong, wrong, right], { chains });
    assert.deepEqual(
      engine.asked.map(({ model }) => model),
      ["a", "a", "b"],
    );
    assert.deepEqual([turn.answer, turn.routing?.model.name], [right, "b"]);
    const alone = await askMath([wrong], { chains: { mathematician: [namedModel("a"), starter] } });
    assert.deepEqual(
      alone.engine.asked.map(({ model }) => model),
      ["a", "a"],
    );
  });

  it("lets stand what nobody could do better, with its verdict, and says what stops it", async () => {
    const { outcome, turn, notices } = await askMath([wrong]);
    assert.deepEqual(outcome, { state: "done", endReason: "no-progress" });
    assert.equal(turn.answer, wrong);
    assert.match(notices.at(-1) ?? "", /^I do not get any further with this: [^.]* not 85\. Say more, /);
    assert.deepEqual([turn.verdicts.at(-1)?.verdict, turn.evidence?.grade], ["retry", "unverified"]);
  });

  it("keeps the answer that stood when the second try fails, or breaks off", async () => {
    const fail = { code: "host-stopped", detail: {} } as const;
    const { outcome, turn, notices } = await askMath([wrong, { fail }]);
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "end" }, wrong]);
    assert.match(notices.at(-1) ?? "", /^It could not be answered again, so the answer stands\. /);
  });

  it("fails with the reason when nothing stood before the second try failed", async () => {
    const { outcome } = await askMath(["", { fail: { code: "host-stopped", detail: {} } }]);
    assert.equal(outcome.state === "failed" && outcome.failure.code, "host-stopped");
  });

  it("does not speak of another try on the road that makes none", async () => {
    const simple = { path: "simple", domain: "general", script: { answers: { answerer: [wrong] } } } as const;
    const { turn, engine } = await askMath([], simple);
    assert.deepEqual([engine.asked.length, turn.verdicts.map(({ verdict }) => verdict)], [1, ["escalate"]]);
  });

  it("is not sure of the starter's refusal, and names the model that was to answer", async () => {
    const script = {
      answers: { starter: ["I am too small for that. Please install a larger model on the Models page."] },
      unopened: { large: { code: "engine-unreachable", detail: { engine: "team", url: "x", reason: "refused" } } },
    } as const;
    const chains = { answerer: [namedModel("large"), starter] };
    const { turn, notices } = await runFlow({ text: "Tell me a story of Rome.", script, chains });
    assert.match(turn.answer, /^I am too small for that\./);
    const [verdict] = turn.verdicts;
    assert.deepEqual([verdict?.verdict, verdict?.confidence, turn.evidence?.grade], ["escalate", null, "unverified"]);
    assert.match(notices.at(-1) ?? "", /^large was to answer and could not be asked\./);
  });

  it("names the model and the numbers of the answer that stands", async () => {
    const chains = { mathematician: [namedModel("a"), namedModel("b")] };
    const worse = "12 * 7 = 86\n```json\n{x\n```\nAnswer: 86, which is a longer answer than the first one was.";
    const answers = { mathematician: ({ model }: AskedOf): Scripted => (model === "a" ? wrong : worse) };
    const { turn, engine } = await askMath([], { chains, script: { answers } });
    assert.deepEqual([engine.asked.at(-1)?.model, turn.answer, turn.routing?.model.name], ["b", wrong, "a"]);
    assert.equal(turn.usage?.completionTokens, Math.ceil(wrong.length / 4));
  });

  it("does not take an empty second try for the first one", async () => {
    const { outcome, turn, engine } = await askMath([wrong, ""]);
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "no-progress" }, wrong]);
    assert.equal(engine.asked.length, 2);
    const chains = { mathematician: [namedModel("a"), namedModel("b")] };
    const third = await askMath([wrong, "", right], { chains });
    assert.deepEqual([third.turn.answer, third.turn.routing?.model.name], [right, "b"]);
  });

  it("lets the answer stand when none comes with what the user said", async () => {
    let said = false;
    const { outcome, turn, notices } = await askMath([right, { fail: { code: "host-stopped", detail: {} } }], {
      onEvent: ({ kind }, { control }) => {
        if (kind === "message_chunk" && !said) control.steer("In words, please.");
        said ||= kind === "message_chunk";
      },
    });
    assert.deepEqual([outcome, turn.answer], [{ state: "done", endReason: "end" }, right]);
    assert.match(notices.at(-1) ?? "", /^What you said could not be heeded\./);
  });

  it("lets the starter answer in its own way", async () => {
    const chains = { mathematician: [starter], answerer: [starter] };
    const { turn, engine } = await askMath([], { chains, script: { answers: { starter: [right] } } });
    assert.deepEqual([turn.routing?.path, turn.routing?.skill, engine.asked.length], ["simple", "calc", 1]);
    assert.equal(turn.answer, "`12 * 7` = **84**");
  });

  it("begins anew when the user says something meanwhile", async () => {
    let said = false;
    const { turn, engine } = await askMath([right, "Twelve times seven is 84.\nAnswer: 84"], {
      onEvent: ({ kind }, { control }) => {
        if (kind === "message_chunk" && !said) control.steer("In words, please.");
        said ||= kind === "message_chunk";
      },
    });
    assert.deepEqual(turn.steering, ["In words, please."]);
    assert.match(turn.answer, /^Twelve/);
    assert.match(engine.asked[1]?.told ?? "", /The user adds: In words, please\./);
  });
});

describe("an unsure answer to a problem with a number", () => {
  const text = "A farmer has 17 sheep, buys 12 and sells 9. How many are there?";
  const said = (number: number): string => `I think from 17, 12 and 9 comes perhaps this.\nAnswer: ${number}`;
  const verdictFor = (mean: number) =>
    judge({
      ...{ subject: "answer", path: "specialised", domain: "math", question: text, answer: said(20), endReason: "end" },
      ...{ tokens: { mean, lowest: 0 }, agreement: null, critic: null },
    }).verdict;
  /** As sure of its tokens as a model is whose answer is neither accepted nor given to the next one. */
  const mean = Array.from({ length: 101 }, (_, percent) => percent / 100).find((one) => verdictFor(one) === "retry");

  const askUnsure = (
    numbers: readonly number[],
    onCall: (count: number, control: Control) => void = () => undefined,
  ) => {
    assert.ok(mean !== undefined, "no confidence lies between accepting and escalating");
    const confidence = { mean, lowest: 0 };
    const mathematician = numbers.map((number) => ({ text: said(number), confidence }));
    let count = 0;
    let control: Control | undefined;
    return askMath([], {
      text,
      script: { answers: { mathematician }, onAsk: () => control && onCall(++count, control) },
      onEvent: (_event, reach) => {
        control = reach.control;
      },
    });
  };

  it("is asked twice more, unseen, and the majority answers", async () => {
    const { turn, engine, events } = await askUnsure([20, 25, 25]);
    assert.equal(engine.asked.length, 3);
    assert.deepEqual(
      engine.asked.slice(1).map(({ request }) => request.sampling.temperature),
      [0.7, 0.7],
    );
    assert.match(turn.answer, /Answer: 25$/);
    assert.equal(events.filter(({ kind }) => kind === "answer_reset").length, 1);
    assert.equal(turn.verdicts.at(-1)?.checks.find(({ kind }) => kind === "agreement")?.outcome, "passed");
  });

  for (const vote of [2, 3])
    it(`is no longer voted on when the user says something during call ${vote}`, async () => {
      const { turn, engine } = await askUnsure([20, 25, 25, 20, 20, 20], (count, control) => {
        if (count === vote) control.steer("Count the lambs.");
      });
      const hears = engine.asked.map(({ told }) => told.includes("Count the lambs."));
      assert.deepEqual(hears.slice(0, vote + 1), [...Array.from({ length: vote }, () => false), true]);
      assert.deepEqual(turn.steering, ["Count the lambs."]);
      assert.equal(engine.asked[vote]?.request.sampling.temperature, engine.asked[0]?.request.sampling.temperature);
    });

  it("stays as it is shown when the others agree with it", async () => {
    const { turn, events } = await askUnsure([20, 20, 20]);
    assert.match(turn.answer, /Answer: 20$/);
    assert.equal(events.filter(({ kind }) => kind === "answer_reset").length, 0);
  });
});
