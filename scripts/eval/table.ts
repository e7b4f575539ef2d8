// The numbers of all suites beside those of the committed baseline.
import type { Metric } from "./suite.ts";

/** Values by suite and by the metric's name. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a suite gave; `note` in place of numbers says why there are none, or beside them what they are worth. */
export interface SuiteResult {
  readonly suite: string;
  readonly n: number;
  readonly metrics: readonly Metric[];
  readonly note: string | null;
  /** What people must know of the cases to read the numbers; it stands beside the suite's name. */
  readonly on?: string;
}

const header = ["suite", "n", "metric", "value", "baseline", "difference", ""];
const wordColumns = [0, 2, 6];

/** Worse than the baseline by more than the metric tolerates. What was never measured before is not worse. */
export const isWorse = ({ value, better, tolerance }: Metric, before: number | undefined): boolean => {
  if (before === undefined || tolerance === null) return false;
  const loss = better === "higher" ? before - value : value - before;
  // A number that was there and is none now is worse as well.
  return Number.isNaN(loss) || loss > tolerance;
};

/** Lines without colour: one for each metric, then the notes. */
export const table = (results: readonly SuiteResult[], baseline: Baseline): string => {
  const rows = results.flatMap((result) => rowsOf(result, baseline[result.suite] ?? {}));
  const notes = results.flatMap(({ suite, note }) => (note === null ? [] : [`${suite}: ${note}`]));
  return [...aligned([header, ...rows]), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
};

const rowsOf = ({ suite, n, metrics, on }: SuiteResult, before: Readonly<Record<string, number>>): string[][] => {
  if (metrics.length === 0) return [[suite, String(n), "–", "–", "–", "–", ""]];
  return metrics.map((metric, at) => {
    const earlier = before[metric.name];
    const named = at === 0 ? [on === undefined ? suite : `${suite}, ${on}`, String(n)] : ["", ""];
    const compared = earlier === undefined ? ["–", "–"] : [digits(earlier), signed(metric.value - earlier)];
    return [...named, metric.name, digits(metric.value), ...compared, isWorse(metric, earlier) ? "WORSE" : ""];
  });
};

const digits = (value: number): string => (Number.isNaN(value) ? "none" : value.toFixed(3));
/** What rounds to nothing has no sign. */
const signed = (value: number): string => {
  const text = digits(value).replace(/^-(0\.0+)$/, "$1");
  return Number(text) > 0 ? `+${text}` : text;
};

const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (wordColumns.includes(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};
