// Runs inside the extension host: collects the suites beside this file's bundle and reports their counts.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { recordResults, resultsVariable } from "../../scripts/rings/results.ts";

/** Called by VS Code; a rejection makes the host end with status 1. */
export const run = async (): Promise<void> => {
  const file = process.env[resultsVariable];
  if (file === undefined) throw new Error(`${resultsVariable} does not name a file.`);
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, forbidOnly: true, forbidPending: true });
  const suites = readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs"));
  for (const suite of suites) mocha.addFile(join(__dirname, suite));

  const { failures, total } = await new Promise<{ failures: number; total: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ failures, total: runner.total }));
    recordResults(runner, file);
  });
  if (total === 0) throw new Error("No test was found.");
  if (failures > 0) throw new Error(`${failures} tests failed.`);
};
