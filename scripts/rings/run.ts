// `npm test`: runs the rings one after the other and says at the end what passed, what failed and which editors took part.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitStatus, fail, root } from "../bootstrap.mjs";
import { atExit, exitOnSignals } from "../editor/at-exit.ts";
import { ensureCodeServer } from "../editor/install.ts";
import { endProcess, sendSignal } from "../editor/runtime-dir.ts";
import { ensureChromium } from "./chromium.ts";
import { readResults, resultsVariable } from "./results.ts";
import { type Ring, rings } from "./rings.ts";
import { type RingOutcome, summary, totalsOf } from "./table.ts";

/** Resolves with the exit code: 0 only when every ring ran at least one test and none failed. */
export const runRings = async (args: readonly string[]): Promise<number> => {
  const chosen = chooseRings(args);
  exitOnSignals();
  const outcomes: RingOutcome[] = [];
  for (const ring of chosen) {
    console.log(`\n━━ ${ring.name}: ${ring.what}\n`);
    outcomes.push(await runRing(ring));
  }
  console.log(`\n${summary(outcomes)}`);
  const good = totalsOf(outcomes).failed === 0 && outcomes.every(({ problem }) => problem === undefined);
  return good ? 0 : 1;
};

const chooseRings = (args: readonly string[]): readonly Ring[] => {
  const names = rings.map((ring) => ring.name);
  const { values } = parseArgs({ args: [...args], options: { ring: { type: "string", multiple: true } } });
  const wanted = (values.ring ?? names).flatMap((value) => value.split(","));
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`There is no ring "${unknown}". The rings: ${names.join(", ")}.`);
  return rings.filter((ring) => wanted.includes(ring.name));
};

/** What stands in the way of a test in an editor, or undefined. */
const prepareEditor = async (): Promise<string | undefined> => {
  try {
    await ensureCodeServer();
    await ensureChromium();
    return undefined;
  } catch (error) {
    return String(error);
  }
};

const runRing = async (ring: Ring): Promise<RingOutcome> => {
  const file = join(root, ".build", `results-${ring.name}.json`);
  mkdirSync(join(root, ".build"), { recursive: true });
  rmSync(file, { force: true });

  const started = Date.now();
  const obstacle = ring.needsEditor ? await prepareEditor() : undefined;
  if (obstacle !== undefined) console.error(obstacle);
  const end = await runCommand(ring, { ...process.env, [resultsVariable]: file });
  const seconds = (Date.now() - started) / 1000;
  const results = readResults(file);
  const { name, what } = ring;
  const outcome = (problem: string | undefined, failed: number): RingOutcome => ({
    name,
    what,
    results: { ...results, passed: results?.passed ?? 0, failed },
    seconds,
    problem,
  });

  // Whatever is wrong beyond single tests counts as one failure, so that the totals never look clean.
  if (end === "timeout") return outcome(`stopped after ${ring.limitSeconds} s`, (results?.failed ?? 0) + 1);
  if (results === undefined) return outcome(`ended with status ${end} and without a report`, 1);
  if (results.passed + results.failed === 0) return outcome("ran no test", 1);
  if (end !== 0 && results.failed === 0) return outcome(`ended with status ${end}`, 1);
  return outcome(undefined, results.failed);
};

/** A group of its own for the ring, so that a ring that hangs ends with everything it started. */
const runCommand = async (ring: Ring, env: NodeJS.ProcessEnv): Promise<number | "timeout"> => {
  const ownGroup = process.platform !== "win32";
  const child = spawn(process.execPath, ring.command, {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: ownGroup,
  });
  const pid = child.pid;
  if (pid === undefined) return 127;
  const target = ownGroup ? -pid : pid;
  const forget = atExit(() => sendSignal(target, "SIGTERM"));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"timeout">((resolve) => {
    timer = setTimeout(() => resolve("timeout"), ring.limitSeconds * 1000);
  });
  const end = await Promise.race([exitStatus(child), timeout]);
  clearTimeout(timer);
  await endProcess(target, 5000); // also what a ring left behind
  forget();
  return end;
};
