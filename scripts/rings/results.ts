// What a test ring reports to `npm test`: a small JSON file, named in the environment of its process.
import { readFileSync, writeFileSync } from "node:fs";
import type { Runner } from "mocha";

/** The environment variable that names the file. */
export const resultsVariable = "TRIVIUM_TEST_RESULTS";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** How one editor took part in the vscode ring. */
export type HostResult = { readonly host: string } & ({ readonly counts: Counts } | { readonly notRun: string });

export interface RingResults extends Counts {
  /** Full titles. */
  readonly failures?: readonly string[];
  /** Those that passed only at the second try: each is a fault to find, in the test or in what it tests. */
  readonly secondTries?: readonly string[];
  readonly hosts?: readonly HostResult[];
}

export const writeResults = (file: string, results: RingResults): void => writeFileSync(file, JSON.stringify(results));

/** Undefined when the ring ended before it could report. */
export const readResults = (file: string): RingResults | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** Counts a mocha run and writes the results when it ends. A failing hook is a failure of its own. */
export const recordResults = (runner: Runner, file: string): void => {
  let passed = 0;
  const failures: string[] = [];
  const secondTries: string[] = [];
  runner.on("pass", () => {
    passed += 1;
  });
  runner.on("fail", (test) => failures.push(test.fullTitle()));
  runner.on("retry", (test, error) => {
    secondTries.push(`${test.fullTitle()} (${error.message.split("\n")[0]})`);
  });
  runner.once("end", () => {
    const passedThen = secondTries.filter((again) => !failures.some((title) => again.startsWith(title)));
    writeResults(file, { passed, failed: failures.length, failures, secondTries: passedThen });
  });
};
