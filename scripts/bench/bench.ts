// `npm run bench`: runs the groups one after the other and prints one table against the targets and the baseline.
// It judges nothing by itself: the exit code is 0 unless something could not be measured.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { fail, root } from "../bootstrap.mjs";
import { exitOnSignals } from "../editor/at-exit.ts";
import { answersGroup } from "./answers.ts";
import { editorGroup } from "./editor.ts";
import { editsGroup } from "./edits.ts";
import { flowGroup } from "./flow.ts";
import { generationGroup } from "./generation.ts";
import { type Group, type Measure, median } from "./measure.ts";
import { modelsGroup } from "./models.ts";
import { policyGroup } from "./policy.ts";
import { programsGroup } from "./programs.ts";
import { routerGroup } from "./router.ts";
import { type Baseline, table } from "./table.ts";
import { threadsGroup } from "./threads.ts";

const groups: readonly Group[] = [
  ...[
    programsGroup,
    routerGroup,
    policyGroup,
    flowGroup,
    editsGroup,
    answersGroup,
    generationGroup,
    modelsGroup,
    threadsGroup,
    editorGroup,
  ],
];
const baselineFile = join(root, "test", "perf", "baseline.json");

interface BaselineFile {
  /** Where the medians are from: those of another machine are only a hint. */
  readonly machine: string;
  readonly medians: Baseline;
}

/** Resolves with the exit code. */
export const runBench = async (args: readonly string[]): Promise<number> => {
  const options = { only: { type: "string", multiple: true }, save: { type: "boolean", default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const chosen = chooseGroups(values.only);
  exitOnSignals();

  const measures: Measure[] = [];
  const failed: string[] = [];
  for (const { name, what, run } of chosen) {
    console.log(`${name}: ${what} …`);
    try {
      measures.push(...(await run()));
    } catch (error) {
      console.error(error);
      failed.push(name);
    }
  }

  const before = readBaseline();
  console.log(`\n${table(measures, before?.medians ?? {})}\n`);
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`Programs that wanted a core in the last 1, 5 and 15 minutes: ${load.join(", ")}.`);
  console.log(`This machine: ${machine()}. The baseline's: ${before?.machine ?? "there is none"}.`);
  if (values.save) saveBaseline(measures, before);
  if (failed.length > 0) console.log(`Not measured, because of an error: ${failed.join(", ")}.`);
  return failed.length === 0 ? 0 : 1;
};

const chooseGroups = (only: readonly string[] | undefined): readonly Group[] => {
  const names = groups.map(({ name }) => name);
  const wanted = (only ?? names).flatMap((value) => value.split(","));
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`There is no group "${unknown}". The groups: ${names.join(", ")}.`);
  return groups.filter(({ name }) => wanted.includes(name));
};

const machine = (): string =>
  `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, ${process.platform}-${process.arch}, Node ${process.versions.node}`;

const readBaseline = (): BaselineFile | undefined =>
  existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, "utf8")) : undefined;

/** Groups that did not run keep their numbers. */
const saveBaseline = (measures: readonly Measure[], before: BaselineFile | undefined) => {
  const measured = measures.filter(({ values }) => values.length > 0);
  const fresh = measured.map(({ name, values }) => [name, Number(median(values).toPrecision(4))] as const);
  const medians: Baseline = { ...before?.medians, ...Object.fromEntries(fresh) };
  mkdirSync(dirname(baselineFile), { recursive: true });
  writeFileSync(baselineFile, `${JSON.stringify({ machine: machine(), medians } satisfies BaselineFile, null, 2)}\n`);
  console.log("Saved as the new baseline: test/perf/baseline.json");
};
