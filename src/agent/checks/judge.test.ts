import assert from "node:assert/strict";
import { quickest } from "../../../test/support/quickest.ts";
import type { AnswerFacts, CriticWord } from "./answer-facts.ts";
import { evidenceOf } from "./evidence.ts";
import { judge } from "./judge.ts";

const facts = (question: string, answer: string, more: Partial<AnswerFacts> = {}): AnswerFacts => ({
  subject: "answer",
  path: "specialised",
  domain: "math",
  question,
  answer,
  endReason: "end",
  tokens: null,
  agreement: null,
  critic: null,
  ...more,
});

const apples = "Tom has 12 apples and gives 5 away. How many apples are left?";
const failures = (given: AnswerFacts): string[] =>
  judge(given).checks.flatMap(({ outcome, text }) => (outcome === "failed" ? text : []));

describe("the verdict on an answer", () => {
  it("accepts what holds", () => {
    const verdict = judge(facts(apples, "12 - 5 = 7 apples are left.\n#### 7"));
    assert.equal(verdict.verdict, "accept");
    assert.equal(verdict.hint, "");
    assert.deepEqual(
      verdict.checks.map(({ kind, outcome }) => [kind, outcome]),
      [
        ["arithmetic", "passed"],
        ["arithmetic", "skipped"],
      ],
    );
    assert.ok((verdict.confidence ?? 0) > 0.5);
  });

  it("sends a wrong equation back, and names it", () => {
    const verdict = judge(facts(apples, "12 - 5 = 8 apples are left."));
    assert.equal(verdict.verdict, "retry");
    assert.equal(verdict.hint, "Correct it and everything after it.");
    assert.ok((verdict.confidence ?? 1) < 0.3);
  });

  for (const [what, answer, endReason] of [
    ["is empty", " \n", "end"],
    ["went in circles", "loop loop loop", "no-progress"],
  ] as const)
    it(`refuses an answer that ${what}, and is not sure of it by any share`, () => {
      const tokens = { mean: 0.99, lowest: 0.9 };
      for (const path of ["simple", "specialised", "complex"] as const) {
        const { verdict, confidence, checks } = judge(facts("Hello?", answer, { path, endReason, tokens }));
        assert.deepEqual([verdict, confidence], ["retry", null]);
        assert.deepEqual(checks, [{ kind: "schema", outcome: "failed", text: `The answer ${what}` }]);
      }
    });

  for (const [question, answer] of [
    ["9999999999999999 + 1", "`9999999999999999 + 1` = **10000000000000000**"],
    ["What is 2^1000?", `\`2**1000\` = **${2n ** 1000n}**`],
  ] as const)
    it(`proves ${question}, however long its value is`, () => {
      const { checks } = judge(facts(question, answer, { domain: "general", path: "simple" }));
      assert.equal(evidenceOf(checks).grade, "verified");
    });

  it("knows nothing of a chat, and accepts it", () => {
    const verdict = judge(facts("Hello, who are you?", "I am Trivium.", { domain: "general", path: "simple" }));
    assert.deepEqual(verdict, { subject: "answer", verdict: "accept", confidence: null, checks: [], hint: "" });
  });

  it("takes the probabilities of tokens where nothing else tells", () => {
    const said = (mean: number, lowest: number): ReturnType<typeof judge> =>
      judge(facts("Hello?", "Hello.", { domain: "general", path: "simple", tokens: { mean, lowest } }));
    assert.ok((said(0.98, 0.6).confidence ?? 0) > (said(0.5, 0.01).confidence ?? 1));
    assert.equal(said(0.98, 0.6).verdict, "accept");
  });

  it("is no refusal when the critic could not be asked", () => {
    const chat = facts("Write a poem.", "Roses are red.", { domain: "general", critic: "unavailable" });
    assert.equal(judge({ ...chat, path: "complex" }).verdict, "unavailable");
    assert.equal(judge({ ...chat, path: "specialised" }).verdict, "accept");
    assert.equal(judge({ ...chat, path: "complex", agreement: 1 }).verdict, "accept");
  });

  it("takes the critic's hint when it refuses", () => {
    const critic = { accept: false, where: null, problem: "It is about cats.", hint: "Write about dogs.", score: 3 };
    const hintFor = (said: Partial<CriticWord>): string => {
      const asked = { domain: "general", path: "complex", critic: { ...critic, ...said } } as const;
      const verdict = judge(facts("Write about dogs.", "Cats are nice.", asked));
      assert.equal(verdict.verdict, "retry");
      return verdict.hint;
    };
    assert.equal(hintFor({}), "Write about dogs.");
    assert.equal(hintFor({ where: "Cats are nice." }), "Wrong: `Cats are nice.` Write about dogs.");
    // The check says it already.
    assert.equal(hintFor({ hint: "" }), "");
    assert.equal(hintFor({ hint: "It is about cats" }), "");
    assert.equal(hintFor({ hint: "Write\nabout dogs" }), "Write about dogs.");
  });

  it("asks the next model when everything speaks against the answer", () => {
    const critic = { accept: false, where: null, problem: "It is wrong.", hint: "", score: 0 };
    const many = "A shop sells 17 boxes at 23 dollars and 41 boxes at 9 dollars. How many boxes are sold?";
    const verdict = judge(facts(many, "However, maybe it is 4.5\n#### 4.5", { path: "complex", critic, agreement: 0 }));
    assert.equal(verdict.verdict, "escalate");
  });

  const found: Readonly<Record<string, readonly [question: string, answer: string]>> = {
    "The answer ends in the middle": [apples, "Tom had 12 apples. He gives 5 away, so 12 - 5 = <<12-"],
    "The result 9 is none of the numbers that were computed": [apples, "12 - 5 = 7 are left.\n#### 9"],
    "6.5 is no number of apples": [apples, "12 - 5 = 7, and so 6.5 are left.\n#### 6.5"],
    "The result -3 is below zero": ["How old is Ann, if Bob is 7 and she is 10 years younger?", "#### -3"],
    "140 percent is more than the whole": ["What percent of the 50 cars are red, if 70 wheels are?", "#### 140"],
    "The answer names two results, 7 and 8": [apples, "The answer is 7.\nThe answer is 8."],
    "Numbers of the question were not used: 12, 5": [apples, "3 of them are gone, so 4 - 3 = 1 is left."],
    "3 * 4 is 12, not 13": ["What is 3 * 4?", "It is 13."],
  };
  for (const [text, [question, answer]] of Object.entries(found))
    it(`says: ${text}`, () => assert.ok(failures(facts(question, answer)).includes(text)));

  const fine: readonly (readonly [question: string, answer: string])[] = [
    ["What is 10 / 4?", "2.5"],
    ["What is 2/3?", "About 0.67."],
    [apples, "He has 7 left"],
    [apples, "Tom had 12 apples. He gives 5 away, so 12 - 5 = 7"],
    [apples, "12 - 5 = 7, since 5 are gone. Answer: 7"],
    ["How many hours are 90 minutes?", "90 / 60 = 1.5 hours\n#### 1.5"],
    ["How many boxes of 8 hold 20 pens?", "20 / 8 = 2.5, rounded up that is 3 boxes.\n#### 3"],
    ["What is the temperature, if it was 3 degrees and falls by 8?", "3 - 8 = -5\n#### -5"],
    ["Show JSON", '```json\n{"a": 1}\n```'],
    ["Show JSON", '```json\n{"a": ...}\n```'],
  ];
  for (const [question, answer] of fine)
    it(`finds nothing wrong in: ${answer.slice(0, 40).replaceAll("\n", " ")}`, () =>
      assert.deepEqual(failures(facts(question, answer)), []));

  it("sees JSON that does not parse", () =>
    assert.match(failures(facts("Show JSON", '```json\n{"a": }\n```'))[0] ?? "", /JSON/));

  it("is fast on long answers", () => {
    const line = "There are 3 boys with 12 apples each, so 3 * 12 = <<3*12=36>>36 apples, see `src/a.ts:12`.\n";
    assert.ok(quickest(() => judge(facts(apples, line.repeat(110)))) < 50);
    assert.ok(quickest(() => judge(facts(apples, line.repeat(11_000)))) < 100);
  });

  for (const piece of [
    "1",
    " ",
    "\\",
    "(",
    "=",
    "1=",
    "1 ",
    "a",
    "a ",
    "<<",
    "*",
    "`",
    "\n",
    "src/",
    "1,",
    "-",
    "{",
    "@a/",
    "```json\n",
    "```json\nx\n",
  ])
    it(`ends soon with many ${JSON.stringify(piece)}`, () => {
      const text = piece.repeat(Math.ceil(20_000 / piece.length));
      assert.ok(quickest(() => judge(facts(apples, text))) < 50);
      assert.ok(quickest(() => judge(facts(`What is ${text}?`, "3"))) < 50);
    });
});
