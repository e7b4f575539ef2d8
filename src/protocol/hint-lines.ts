import type { Verdict } from "./verdict.ts";

/** What to do better, line by line, without what a check that failed says already. */
export const hintLines = ({ hint, checks }: Pick<Verdict, "hint" | "checks">): string[] =>
  hint
    .split("\n")
    .filter((line) => line.trim() !== "" && !checks.some(({ outcome, text }) => outcome === "failed" && text === line));
