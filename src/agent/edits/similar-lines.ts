import { distanceWithin } from "./similarity.ts";

/** Likeness alone proves nothing: `width = 10` and `width = 20` are alike and different. Lines around must be the very same. */
const leastLines = 3;
const leastSameLines = 0.5;
const leastOfOneLine = 0.5;
/** Another place that is nearly as like makes the choice a guess. */
const margin = 0.08;
/** Compared characters; a search that costs more finds nothing. */
const mostWork = 8_000_000;

/**
 * Places where nearly the same lines stand, line for line: those within a margin of the best, so one start means one place.
 * Lines come with their spacing made plain.
 */
export const findSimilar = (lines: readonly string[], search: readonly string[], threshold: number): number[] => {
  const total = search.reduce((sum, line) => sum + line.length, 0);
  if (search.filter((line) => line !== "").length < leastLines) return [];
  // What is nearly as like must be found too, so that it can stand in the way.
  const allowed = Math.floor(total * (1 - Math.max(0, threshold - margin)));
  const work = { left: mostWork };
  const found: { readonly start: number; readonly score: number }[] = [];
  for (let start = 0; start + search.length <= lines.length; start++) {
    const distance = distanceAt(lines, search, { start, allowed, work });
    if (work.left <= 0) return [];
    if (distance !== null) found.push({ start, score: 1 - distance / total });
  }
  const best = Math.max(...found.map(({ score }) => score));
  if (best < threshold) return [];
  return found.filter(({ score }) => score >= best - margin).map(({ start }) => start);
};

interface Attempt {
  readonly start: number;
  readonly allowed: number;
  readonly work: { left: number };
}

const distanceAt = (
  lines: readonly string[],
  search: readonly string[],
  { start, allowed, work }: Attempt,
): number | null => {
  let least = 0;
  let different = 0;
  for (const [at, line] of search.entries()) {
    least += Math.abs(line.length - (lines[start + at] ?? "").length);
    if (line !== lines[start + at]) different++;
    if (least > allowed || different > search.length * (1 - leastSameLines)) return null;
  }
  let distance = 0;
  for (const [at, line] of search.entries()) {
    const other = lines[start + at] ?? "";
    if (line === other) continue;
    const longest = Math.max(line.length, other.length);
    const most = Math.min(allowed - distance, Math.floor(longest * (1 - leastOfOneLine)));
    work.left -= longest * (2 * most + 1);
    if (work.left <= 0) return null;
    const ofLine = distanceWithin(line, other, most);
    if (ofLine > most) return null;
    distance += ofLine;
  }
  return distance;
};
