import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runEval } from "./eval.ts";
import { calibrationError, macroRecall } from "./scores.ts";
import { isSame } from "./suites/calculator.ts";
import { isWorse, table } from "./table.ts";
import { readTraining } from "./training.ts";

const calculatorCases = [
  { id: "a", expression: "2+2", expected: "4" },
  { id: "b", expression: "10/4", expected: "2.5" },
  { id: 3, expression: "2+", expected: "2" },
];

const criticCases = [
  { id: "right", question: "What is 2 + 3?", response: "2 + 3 = 5, so the answer is 5.", correct: true },
  { id: "wrong", question: "What is 2 + 3?", response: "2 + 3 = 7, so the answer is 7.", correct: false },
];

describe("npm run eval", () => {
  let folder: string;
  let places: { cases: string; baseline: string };
  const log = console.log;
  const error = console.error;
  let printed: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trivium-eval-"));
    places = { cases: join(folder, "cases"), baseline: join(folder, "eval", "baseline.json") };
    mkdirSync(places.cases);
    printed = [];
    console.log = (text: string) => void printed.push(text);
    console.error = console.log;
  });

  afterEach(() => {
    console.log = log;
    console.error = error;
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, lines: readonly (object | string)[]): string => {
    const path = join(places.cases, name);
    writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
    return path;
  };

  const outputs = (path: string): unknown[] =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("writes one object for each case in their order, and the summary last", async () => {
    const cases = write("mine.jsonl", [...calculatorCases, ""]);
    const out = join(folder, "new", "out.jsonl");
    assert.equal(await runEval(["calculator", "--cases", cases, "--out", out], places), 0);
    const [first, second, third, ...more] = outputs(out);
    assert.deepEqual([first, second, more], [{ id: "a", value: 4 }, { id: "b", value: 2.5 }, []]);
    assert.ok(third instanceof Object && "error" in third && "id" in third && third.id === 3);
    const summary = JSON.parse(printed.at(-1) ?? "");
    assert.deepEqual([summary.suite, summary.n, summary.broken], ["calculator", 3, 0]);
    assert.ok(Math.abs(summary.right - 2 / 3) < 1e-9);
  });

  it("goes on after lines that are no case", async () => {
    const cases = write("mine.jsonl", ["{broken", { id: "x", expression: 5 }, "[]", { id: "a", expression: "3*3" }]);
    const out = join(folder, "out.jsonl");
    assert.equal(await runEval(["calculator", "--cases", cases, "--out", out], places), 0);
    const [broken, wrong, list, good] = outputs(out);
    assert.ok(broken instanceof Object && "id" in broken && broken.id === null && "error" in broken);
    assert.ok(wrong instanceof Object && "id" in wrong && wrong.id === "x" && "error" in wrong);
    assert.ok(list instanceof Object && "id" in list && list.id === null);
    assert.deepEqual(good, { id: "a", value: 9 });
    const summary = JSON.parse(printed.at(-1) ?? "");
    assert.deepEqual(
      [summary.n, summary.broken, "right" in summary],
      [4, 3, false],
      "cases without labels have no score",
    );
  });

  it("fails where no line is a case", async () => {
    const out = join(folder, "out.jsonl");
    for (const lines of [["{broken", "[]"], []]) {
      assert.equal(await runEval(["calculator", "--cases", write("bad.jsonl", lines), "--out", out], places), 1);
      assert.match(printed.at(-1) ?? "", /No line of .*bad\.jsonl is a case/);
    }
    write("calculator_cases.public.jsonl", ["{broken"]);
    assert.equal(await runEval([], places), 1);
  });

  it("says how it is used", async () => {
    for (const word of ["--help", "-h"]) {
      printed = [];
      assert.equal(await runEval([word], places), 0);
      assert.match(printed.join("\n"), /SUITE --cases FILE[\s\S]*TRIVIUM_EVAL_DIR/);
    }
  });

  it("gives a verdict for each answer", async () => {
    const cases = write("mine.jsonl", criticCases);
    const out = join(folder, "out.jsonl");
    assert.equal(await runEval(["critic", "--cases", cases, "--out", out], places), 0);
    for (const output of outputs(out)) {
      assert.ok(output instanceof Object && "verdict" in output && "checks" in output && "confidence" in output);
      assert.ok(Number(output.confidence) >= 0 && Number(output.confidence) <= 1);
    }
  });

  it("says what is not built, what it does not know and how it is used", async () => {
    const cases = write("mine.jsonl", calculatorCases);
    const out = join(folder, "out.jsonl");
    for (const [args, exitCode, words] of [
      [["completion-filter"], 3, /not built yet/],
      [["calculator", "--cases", cases, "--out", out, "--model", "tiny"], 2, /asks no model/],
      [["cooking"], 2, /no suite "cooking"[\s\S]*router, calculator, critic/],
      [["calculator"], 2, /--cases FILE and --out FILE/],
      [["calculator", "--cases", join(folder, "none"), "--out", out], 2, /There is no file/],
      [["calculator", "--fast"], 2, /--fast/],
      [["calculator", "critic"], 2, /What is "critic"/],
    ] as const) {
      printed = [];
      assert.equal(await runEval(args, places), exitCode, args.join(" "));
      assert.match(printed.join("\n"), words);
    }
    assert.equal(existsSync(out), false);
  });

  it("says where cases are looked for when there are none", async () => {
    assert.equal(await runEval(["--update"], { ...places, cases: join(folder, "none") }), 1);
    assert.match(printed.join("\n"), /no cases in .*none[\s\S]*TRIVIUM_EVAL_DIR[\s\S]*router_eval\.public\.jsonl/);
    write("calculator_cases.public.jsonl", calculatorCases.slice(0, 2));
    printed = [];
    assert.equal(await runEval([], places), 0);
    assert.match(printed.join("\n"), /^critic: no cases$/m);
    assert.equal(existsSync(places.baseline), false);
  });

  it("compares with the baseline, which --update writes", async () => {
    write("calculator_cases.public.jsonl", calculatorCases.slice(0, 2));
    assert.equal(await runEval(["--update"], places), 0);
    assert.deepEqual(JSON.parse(readFileSync(places.baseline, "utf8")), { calculator: { right: 1 } });
    assert.equal(await runEval([], places), 0);
    write("calculator_cases.public.jsonl", calculatorCases);
    printed = [];
    assert.equal(await runEval([], places), 1);
    assert.match(printed.join("\n"), /calculator +3 +right +0\.667 +1\.000 +-0\.333 +WORSE/);
    assert.equal(await runEval(["--update"], places), 0);
    assert.equal(await runEval([], places), 0);
  });
});

describe("what the training says of itself", () => {
  it("is read with the direction of each number", () => {
    const folder = mkdtempSync(join(tmpdir(), "trivium-training-"));
    const file = join(folder, "metrics.json");
    assert.equal(readTraining(file), null);
    writeFileSync(
      file,
      JSON.stringify({ trainedOn: "00", n: 5, crossValidated: { recall: 0.9, "calibration error": 0.1 } }),
    );
    const directions = readTraining(file)?.metrics.map(({ name, better }) => [name, better]);
    assert.deepEqual(directions, [
      ["recall", "higher"],
      ["calibration error", "lower"],
    ]);
    writeFileSync(file, "{}");
    assert.throws(() => readTraining(file), /trainedOn/);
    rmSync(folder, { recursive: true });
  });
});

describe("the numbers of an evaluation", () => {
  it("count every class alike", () => {
    const said = (expected: string, word: string) => ({ expected, said: word });
    const pairs = [said("a", "a"), said("a", "a"), said("a", "a"), said("a", "b"), said("b", "a")];
    assert.equal(macroRecall(pairs), 0.375);
    assert.ok(Number.isNaN(macroRecall([])));
  });

  it("measure how far confidence is from the truth", () => {
    const answers = (confidence: number, rights: readonly boolean[]) => rights.map((right) => ({ confidence, right }));
    assert.equal(calibrationError(answers(1, [true, true])), 0);
    assert.ok(Math.abs(calibrationError(answers(0.9, [true, false])) - 0.4) < 1e-9);
    const both = [...answers(0.9, [true, false]), ...answers(0.25, [false, false])];
    assert.ok(Math.abs(calibrationError(both) - (0.4 + 0.25) / 2) < 1e-9);
  });

  it("take a rounded value for the same", () => {
    for (const [value, expected] of [
      [33, "33.00"],
      [10 / 3, "3"],
      [10 / 3, "3.33"],
      [1200, "1,200"],
      [1_000_000.5, "1000000"],
      [0.5, ".5"],
      [-2, "-2"],
    ] as const)
      assert.ok(isSame(value, expected), `${value} ${expected}`);
    for (const [value, expected] of [
      [3.6, "3"],
      [3.4, "3.33"],
      [4, "5"],
      [2, "-2"],
      [0, ""],
      [Number.NaN, "3"],
      [1, "one"],
    ] as const)
      assert.ok(!isSame(value, expected), `${value} ${expected}`);
  });

  it("are worse only by more than is tolerated, in their direction", () => {
    const metric = (value: number, better: "higher" | "lower", tolerance: number | null = 0.01) => ({
      ...{ name: "m", value, better, tolerance },
    });
    assert.equal(isWorse(metric(0.8, "higher"), 0.805), false);
    assert.equal(isWorse(metric(0.8, "higher"), 0.82), true);
    assert.equal(isWorse(metric(0.8, "lower"), 0.82), false);
    assert.equal(isWorse(metric(0.85, "lower"), 0.82), true);
    assert.equal(isWorse(metric(9, "lower", null), 1), false);
    assert.equal(isWorse(metric(0.1, "higher"), undefined), false);
    assert.equal(isWorse(metric(Number.NaN, "higher"), 0.5), true);
  });

  it("stand in a table with notes below", () => {
    const metrics = [{ name: "right", value: 0.5, better: "higher", tolerance: 0.1 } as const];
    const lines = table(
      [
        { suite: "one", n: 2, metrics, note: null, on: "on its own file" },
        { suite: "two", n: 0, metrics: [], note: "no cases" },
      ],
      { one: { right: 0.25 } },
    ).split("\n");
    assert.deepEqual(lines[1]?.split(/ {2,}/), ["one, on its own file", "2", "right", "0.500", "0.250", "+0.250"]);
    assert.deepEqual(lines.slice(3), ["", "two: no cases"]);
    const still = [{ suite: "one", n: 2, metrics, note: null }];
    for (const before of [0.50001, 0.49999])
      assert.match(table(still, { one: { right: before } }), / 0\.500 +0\.000$/m);
  });
});
