// `npm run -s eval`: how well the product does on cases that lie outside of it. Exit codes: 0 every case was processed (and
// nothing is worse than the baseline), 1 not so, 2 used wrongly, 3 not built yet.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../bootstrap.mjs";
import { type Files, runCases } from "./cases.ts";
import type { Suite } from "./suite.ts";
import { calculatorSuite } from "./suites/calculator.ts";
import { criticSuite } from "./suites/critic.ts";
import { editApplySuite } from "./suites/edit-apply.ts";
import { editParseSuite } from "./suites/edit-parse.ts";
import { markdownSuite } from "./suites/markdown.ts";
import { commandPolicySuite, pathPolicySuite, urlPolicySuite } from "./suites/policy.ts";
import { routerSuite } from "./suites/router.ts";
import { terminalSuite } from "./suites/terminal.ts";
import { toolGrammarSuite } from "./suites/tool-grammar.ts";
import { toolcallParseSuite } from "./suites/toolcall-parse.ts";
import { type Baseline, isWorse, type SuiteResult, table } from "./table.ts";
import { readTraining, sha256 } from "./training.ts";

const suites: readonly Suite[] = [
  routerSuite,
  calculatorSuite,
  criticSuite,
  editApplySuite,
  editParseSuite,
  toolcallParseSuite,
  toolGrammarSuite,
  ...[commandPolicySuite, pathPolicySuite, urlPolicySuite, markdownSuite, terminalSuite],
];

/** Named, so that who asks for one hears that it is to come. */
const notBuilt = ["completion-filter"];

const usage = `npm run -s eval                                           all suites, against the baseline
npm run -s eval -- --update                               the same, and the numbers are the new baseline
npm run -s eval -- SUITE --cases FILE --out FILE          one suite on a file of JSON lines
npm run -s eval -- critic … --model MODEL                 and the critic is asked, with this GGUF file, id or name
Cases are looked for in the folder that TRIVIUM_EVAL_DIR names.
Suites: ${suites.map(({ name }) => name).join(", ")}. Not built yet: ${notBuilt.join(", ")}.`;

const exitCodes = { done: 0, failed: 1, usage: 2, notBuilt: 3 } as const;

/** Where cases and baseline lie, other than where they usually do. */
interface Places {
  readonly cases: string;
  readonly baseline: string;
}

const usualPlaces = (): Places => ({
  cases: process.env["TRIVIUM_EVAL_DIR"] ?? join(root, "..", "shared", "eval"),
  baseline: join(root, "test", "eval", "baseline.json"),
});

/** Resolves with the exit code. */
export const runEval = async (args: readonly string[], places: Places = usualPlaces()): Promise<number> => {
  const read = readArgs(args);
  if ("wrong" in read) return wrongUse(read.wrong);
  const { name, values } = read;
  if (values.help) {
    console.log(usage);
    return exitCodes.done;
  }
  if (name === undefined) return runAll(places, values.update);
  if (notBuilt.includes(name)) return say(`The suite "${name}" is not built yet.`, exitCodes.notBuilt);
  const suite = suites.find((one) => one.name === name);
  if (!suite) return wrongUse(`There is no suite "${name}".`);
  const { cases, out, model = null } = values;
  if (model !== null && !suite.takesModel) return wrongUse(`The suite "${name}" asks no model.`);
  if (cases === undefined || out === undefined) return wrongUse("A suite needs --cases FILE and --out FILE.");
  if (!existsSync(cases)) return wrongUse(`There is no file ${cases}.`);
  return runOne(suite, { cases, out, model });
};

const readArgs = (args: readonly string[]) => {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { cases: text, out: text, model: text, update: flag, help: { ...flag, short: "h" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name, more] = positionals;
    return more === undefined ? { name, values } : { wrong: `What is "${more}"?` };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
};

const say = (text: string, exitCode: number): number => {
  console.error(text);
  return exitCode;
};

const wrongUse = (text: string): number => say(`${text}\n${usage}`, exitCodes.usage);

const runOne = async (suite: Suite, files: Files): Promise<number> => {
  const { metrics, ...counts } = await runCases(suite, files);
  const told = metrics.filter(({ value }) => !Number.isNaN(value)).map(({ name, value }) => [name, value]);
  const n = counts.answered + counts.broken + counts.failed;
  console.log(JSON.stringify({ suite: suite.name, n, ...counts, ...Object.fromEntries(told) }));
  if (counts.answered === 0)
    return say(`No line of ${files.cases} is a case that could be answered.`, exitCodes.failed);
  return counts.failed === 0 ? exitCodes.done : exitCodes.failed;
};

const whereCasesAre = (folder: string): string =>
  `There are no cases in ${folder}. Name the folder that holds them in TRIVIUM_EVAL_DIR. The files are ${[
    ...new Set(suites.map(({ casesFile }) => casesFile)),
  ].join(", ")}.`;

const runAll = async (places: Places, update: boolean): Promise<number> => {
  const before = readBaseline(places.baseline);
  const results: SuiteResult[] = [];
  let failed = 0;
  let found = 0;
  for (const suite of suites) {
    const cases = join(places.cases, suite.casesFile);
    if (existsSync(cases)) {
      found++;
      const ran = await runCases(suite, { cases, out: null, model: null });
      // A file without a single case proves nothing.
      failed += ran.answered === 0 ? 1 : ran.failed;
      const result = { suite: suite.name, n: ran.answered, metrics: ran.metrics, note: troubles(ran) };
      results.push(...(suite === routerSuite ? withTraining(result, cases) : [result]));
    } else results.push({ suite: suite.name, n: 0, metrics: [], note: "no cases" });
  }
  if (found === 0) return say(whereCasesAre(places.cases), exitCodes.failed);
  console.log(table(results, before));
  if (update) saveBaseline(places.baseline, before, results);
  const worse = results.flatMap(({ suite, metrics }) =>
    metrics.filter((metric) => isWorse(metric, before[suite]?.[metric.name])),
  );
  return failed > 0 || (worse.length > 0 && !update) ? exitCodes.failed : exitCodes.done;
};

/** The router's numbers on the file that it was trained on must not pass for what it can do. */
const withTraining = (router: SuiteResult, cases: string): SuiteResult[] => {
  const training = readTraining();
  if (training === null) return [{ ...router, on: "perhaps on what it was trained on: the training left no numbers" }];
  const { n, metrics, trainedOn } = training;
  const judged = trainedOn === sha256(cases) ? { ...router, on: "on the file it was trained on" } : router;
  return [judged, { suite: `${router.suite}, cross-validated`, n, metrics, note: null }];
};

const troubles = ({ broken, failed }: { readonly broken: number; readonly failed: number }): string | null => {
  if (broken === 0 && failed === 0) return null;
  return `${broken} lines were no case, at ${failed} the product threw`;
};

const readBaseline = (file: string): Baseline => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});

/** Suites that had no cases keep their numbers. */
const saveBaseline = (file: string, before: Baseline, results: readonly SuiteResult[]): void => {
  const measured = results.filter(({ metrics }) => metrics.length > 0);
  const fresh = measured.map(({ suite, metrics }) => {
    const numbers = metrics.filter(({ value, tolerance }) => tolerance !== null && !Number.isNaN(value));
    return [suite, Object.fromEntries(numbers.map(({ name, value }) => [name, Number(value.toFixed(4))]))];
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...before, ...Object.fromEntries(fresh) }, null, 2)}\n`);
};
