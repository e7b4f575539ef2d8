// The end of `npm test`: one table, the editors that took part, the totals.
import type { HostResult, RingResults } from "./results.ts";

export interface RingOutcome {
  readonly name: string;
  readonly what: string;
  readonly results: RingResults;
  readonly seconds: number;
  /** Why the ring counts as failed beyond its tests: it timed out, ran no test, ended without a report. */
  readonly problem: string | undefined;
}

export const totalsOf = (outcomes: readonly RingOutcome[]) => ({
  passed: outcomes.reduce((sum, { results }) => sum + results.passed, 0),
  failed: outcomes.reduce((sum, { results }) => sum + results.failed, 0),
});

/** Lines without colour; the last one is "N passed, N failed". */
export const summary = (outcomes: readonly RingOutcome[]): string => {
  const rows = outcomes.map(({ name, what, results, seconds }) => [
    name,
    what,
    String(results.passed),
    String(results.failed),
    seconds.toFixed(1),
  ]);
  const problems = outcomes.flatMap(({ name, problem, results }) => [
    ...(problem === undefined ? [] : [`${name}: ${problem}`]),
    ...(results.failures ?? []).map((title) => `${name}: failed: ${title}`),
    ...(results.secondTries ?? []).map((title) => `${name}: passed at the second try: ${title}`),
  ]);
  const hosts = outcomes.flatMap(({ results }) => results.hosts ?? []).map(hostLine);
  const { passed, failed } = totalsOf(outcomes);
  const table = alignColumns([["ring", "what", "passed", "failed", "seconds"], ...rows]);
  return [...table, "", ...problems, ...hosts, `${passed} passed, ${failed} failed`].join("\n");
};

const hostLine = (result: HostResult) =>
  "notRun" in result
    ? `HOST ${result.host}: not run (${result.notRun})`
    : `HOST ${result.host}: passed ${result.counts.passed}, failed ${result.counts.failed}`;

/** The first two columns are words, the rest numbers. */
const alignColumns = (rows: readonly (readonly string[])[]): string[] => {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column)))).join("  "),
  );
};
