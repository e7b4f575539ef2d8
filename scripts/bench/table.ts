// The printed result: one line per measure, with its target and what it was when the baseline was saved.
import { type Measure, median, meets } from "./measure.ts";

/** Medians by the measure's name. */
export type Baseline = Readonly<Record<string, number>>;

const header = ["measure", "median", "min – max", "runs", "target", "", "baseline", "ratio"];

/** Lines without colour. */
export const table = (measures: readonly Measure[], baseline: Baseline): string => {
  const rows = [header, ...measures.map((measure) => rowOf(measure, baseline[measure.name]))];
  const notes = measures.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]));
  return [...alignColumns(rows), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
};

const rowOf = ({ name, unit, values, target }: Measure, before: number | undefined): string[] => {
  const goal = target ? `${target.is === "at most" ? "≤" : "≥"} ${target.value} ${unit}` : "–";
  if (values.length === 0) return [name, "not measured", "", "", goal, "", "", ""];
  const value = median(values);
  return [
    name,
    `${shorten(value)} ${unit}`,
    values.length === 1 ? "" : `${shorten(Math.min(...values))} – ${shorten(Math.max(...values))}`,
    String(values.length),
    goal,
    target ? (meets(value, target) ? "met" : "MISSED") : "",
    before === undefined ? "–" : shorten(before),
    before ? (value / before).toFixed(2) : "–",
  ];
};

/** Three digits that matter, never an exponent. */
const shorten = (value: number): string => {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const alignColumns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isWords = (column: number) => column === 0 || column === 5;
  return rows.map((row) =>
    row
      .map((cell, column) => (isWords(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};
