// `npm run check`: everything that can be said about the code without starting an editor, in under a minute.
// One line per step; the whole output of a step only when it fails. --without-unit leaves the unit tests out.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { exitStatus, root } from "./bootstrap.mjs";
import { resultsVariable, writeResults } from "./rings/results.ts";

interface Step {
  readonly name: string;
  /** Arguments of Node. */
  readonly command: readonly string[];
}

const program = (...path: string[]) => join(root, "node_modules", ...path);
const typeCheck = (project: string): Step => ({
  name: `types of ${project}`,
  command: [program("typescript", "bin", "tsc"), "--project", project],
});

/** The slowest first, so that they do not wait for a free processor at the end. */
const steps: readonly Step[] = [
  { name: "unit tests", command: [program("mocha", "bin", "mocha.js"), "--reporter", "dot"] },
  { name: "unused code (knip)", command: [program("knip", "bin", "knip.js"), "--no-progress"] },
  { name: "walls between parts", command: [join("scripts", "check-walls.ts")] },
  ...["src/protocol", "src/agent", "src/modelhost", "src/extension", "src/webview", "test"].map(typeCheck),
  { name: "style (biome)", command: [program("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings"] },
  { name: "generated files", command: [join("scripts", "gen.ts"), "--check"] },
  { name: "documents and file sizes", command: [join("scripts", "check-docs.ts")] },
];

interface Outcome {
  readonly step: Step;
  readonly good: boolean;
  readonly output: string;
}

const runStep = async (step: Step): Promise<Outcome> => {
  const started = Date.now();
  // Results of mocha inside a step are not the results of this ring.
  const { [resultsVariable]: _, ...env } = process.env;
  const child = spawn(process.execPath, step.command, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (data: Buffer) => {
    output += data.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const good = (await exitStatus(child)) === 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${good ? "✔" : "✖"} ${step.name.padEnd(28)} ${seconds.padStart(5)} s`);
  return { step, good, output };
};

const runAll = async (chosen: readonly Step[]): Promise<Outcome[]> => {
  const waiting = [...chosen];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) outcomes.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return outcomes;
};

const withoutUnit = process.argv.includes("--without-unit");
const outcomes = await runAll(steps.filter((step) => !withoutUnit || step.name !== "unit tests"));
const failures = outcomes.filter(({ good }) => !good);
for (const { step, output } of failures) console.log(`\n━━ ${step.name}\n\n${output.trim()}`);

const counts = { passed: outcomes.length - failures.length, failed: failures.length };
const resultsFile = process.env[resultsVariable];
if (resultsFile !== undefined) writeResults(resultsFile, counts);
if (failures.length > 0) console.log(`\n${failures.length} of ${outcomes.length} steps failed.`);
process.exit(failures.length === 0 ? 0 : 1);
