// Cases come in as lines, answers go out as lines in the same order: no file is held in memory.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { caseLines } from "./case-lines.ts";
import type { Metric, Suite } from "./suite.ts";

/** How many lines were answered, were no case, or made the product throw. */
export interface Ran {
  readonly answered: number;
  readonly broken: number;
  readonly failed: number;
  readonly metrics: readonly Metric[];
}

/** Files of JSON lines; `out` null: the answers go nowhere. `model` null: what needs no model. */
export interface Files {
  readonly cases: string;
  readonly out: string | null;
  readonly model: string | null;
}

/** Runs a suite over a file. Every line that is not empty has one output object. */
export const runCases = async (suite: Suite, { cases, out, model }: Files): Promise<Ran> => {
  const run = await suite.start(model);
  if (out !== null) mkdirSync(dirname(out), { recursive: true });
  const file = out === null ? null : openSync(out, "w");
  const counts = { answered: 0, broken: 0, failed: 0 };
  try {
    for await (const line of caseLines(cases, suite.area)) {
      if (line.trim() === "") continue;
      const { kind, output } = await run.answer(line);
      counts[kind]++;
      if (file !== null) writeSync(file, `${JSON.stringify(output)}\n`);
    }
  } finally {
    if (file !== null) closeSync(file);
    await run.close();
  }
  return { ...counts, metrics: run.score() };
};
