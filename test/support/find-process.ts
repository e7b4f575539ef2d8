// Finds the processes of one editor under test by what only they have: its own data folder in their environment.
import { readdirSync, readFileSync } from "node:fs";

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended, or is another user's
  }
};

/** Process ids whose command line names `program` and whose environment holds `value`. Linux only: reads /proc. */
export const findProcesses = (program: string, value: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes(program) && read(`/proc/${pid}/environ`).includes(value))
    .map(Number);
